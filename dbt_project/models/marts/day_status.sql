with

slice_scrapes as (
    select
        country,
        race_date,
        selection,
        races_listed,
        scraped_at,
        row_number() over (partition by country, race_date, selection order by scraped_at desc) as scrapes_ago,
        max(scraped_at) over (partition by country, race_date) as last_scraped_at
    from {{ ref('slice_decisions') }}
    where decision = 'accepted'
),

settling_ages as (
    select * from {{ ref('settling_ages') }}
),

held_back as (
    {{ held_back_slices(ref('slice_decisions')) }}
),

slices as (
    select
        country,
        race_date,
        max(case when selection = 'all' then races_listed end) as races_listed,
        max(case when selection = 'import' then 0 else 1 end) as is_scraped,
        max(last_scraped_at) as last_scraped_at
    from slice_scrapes
    where scrapes_ago = 1
    group by country, race_date
),

races as (
    select
        country,
        race_date,
        sum(case when status = 'result' then 1 else 0 end) as races_result,
        sum(case when status in ('void', 'abandoned') then 1 else 0 end) as races_void_or_abandoned,
        sum(case when status = 'pending' then 1 else 0 end) as races_pending,
        sum(case when status = 'failed' then 1 else 0 end) as races_failed,
        sum(case when status = 'unlisted' then 0 else 1 end) as races_known
    from {{ ref('scraped_races') }}
    group by country, race_date
),

runners as (
    select
        country,
        race_date,
        count(*) as runners,
        count(rpr) as runners_with_rpr
    from {{ ref('results') }}
    group by country, race_date
),

counted as (
    select
        slices.country,
        slices.race_date,
        slices.races_listed,
        slices.is_scraped,
        slices.last_scraped_at,
        coalesce(races.races_known, 0) as races_known,
        coalesce(races.races_result, 0) as races_result,
        coalesce(races.races_void_or_abandoned, 0) as races_void_or_abandoned,
        coalesce(races.races_pending, 0) as races_pending,
        coalesce(races.races_failed, 0) as races_failed,
        coalesce(runners.runners, 0) as runners,
        coalesce(runners.runners_with_rpr, 0) as runners_with_rpr,
        case
            when runners.runners > 0 then runners.runners_with_rpr * 1.0e0 / runners.runners
        end as rpr_coverage,
        date_diff('day', slices.race_date, cast(slices.last_scraped_at as date)) as age_when_scraped_days,
        coalesce(settling_ages.settling_age_days, {{ var('settling_days') }}) as settling_age_days
    from slices
    left join races on slices.country = races.country and slices.race_date = races.race_date
    left join runners on slices.country = runners.country and slices.race_date = runners.race_date
    left join settling_ages on slices.country = settling_ages.country
),

-- What coverage usually comes to in a country once ratings have had their time; some countries are rated sparsely.
usual as (
    select
        country,
        -- over decimals, so that every engine comes to the same
        cast(sum(cast(rpr_coverage as decimal(18, 12))) as double) / nullif(count(rpr_coverage), 0)
            as usual_rpr_coverage
    from counted
    where age_when_scraped_days >= settling_age_days
    group by country
),

judged as (
    select
        counted.*,
        usual.usual_rpr_coverage,
        held_back.run_id as held_back_run_id,
        held_back.reason as held_back_reason,
        case
            when held_back.run_id is not null
                then 'held back'
            when counted.is_scraped = 0
                then 'imported'
            when counted.races_listed is null
                then 'open'
            when counted.races_pending + counted.races_failed > 0 or counted.races_known < counted.races_listed
                then 'open'
            when counted.age_when_scraped_days < counted.settling_age_days
                then 'settling'
            when
                counted.age_when_scraped_days < 4 * {{ var('settling_days') }}
                and counted.rpr_coverage < 0.8 * usual.usual_rpr_coverage
                then 'settling'
            else 'sealed'
        end as status
    from counted
    left join usual on counted.country = usual.country
    left join held_back on counted.country = held_back.country and counted.race_date = held_back.race_date
),

explained as (
    select
        country,
        race_date,
        status,
        case
            when status = 'held back'
                then
                    'run ' || held_back_run_id || ' ' || held_back_reason || '; scrape again, or let it through with '
                    || 'allow_shrink'
            when status = 'imported'
                then 'imported from files of others and never scraped; what the source lists is not known'
            when status = 'open' and races_listed is null
                then 'not scraped whole when last looked at; run extract for the whole day'
            when status = 'open'
                then
                    cast(races_pending as varchar) || ' pending, ' || cast(races_failed as varchar) || ' failed, '
                    || cast(races_known as varchar) || ' of ' || cast(races_listed as varchar)
                    || ' listed races known; run extract retry'
            when status = 'settling' and age_when_scraped_days < settling_age_days
                then
                    'last scraped ' || cast(age_when_scraped_days as varchar)
                    || ' days after the races; ratings and corrections may follow until '
                    || cast(settling_age_days as varchar)
            when status = 'settling'
                then 'fewer runners rated than is usual in this country'
            else
                cast(races_listed as varchar) || ' races listed, ' || cast(races_result as varchar) || ' results, '
                || cast(races_void_or_abandoned as varchar) || ' void or abandoned, ' || cast(runners as varchar)
                || ' runners'
        end as why,
        races_listed,
        cast(races_result as bigint) as races_result,
        cast(races_void_or_abandoned as bigint) as races_void_or_abandoned,
        cast(races_pending as bigint) as races_pending,
        cast(races_failed as bigint) as races_failed,
        runners,
        runners_with_rpr,
        rpr_coverage,
        usual_rpr_coverage,
        cast(age_when_scraped_days as integer) as age_when_scraped_days,
        settling_age_days,
        last_scraped_at
    from judged
)

select * from explained
