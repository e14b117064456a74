-- How much of a race day was rated when we looked. Only looks at a whole slice count; the last of each age does.
-- Runners that files of others told of are left out, and so are races that were listed in more than one slice.
with

looks as (
    select
        country,
        race_date,
        age_days,
        max(scraped_at) as scraped_at
    from (
        select
            country,
            race_date,
            scraped_at,
            least(date_diff('day', race_date, cast(scraped_at as date)), {{ oldest_rating_age() }}) as age_days
        from {{ ref('slice_decisions') }}
        where decision = 'accepted' and status = 'complete' and selection = 'all'
    ) as whole
    where age_days >= 0
    group by country, race_date, age_days
),

imports as (
    select distinct run_id
    from {{ ref('slice_decisions') }}
    where selection = 'import'
),

moved as (
    select race_id
    from {{ ref('listed_races') }}
    group by race_id
    having count(*) > 1
),

versions as (
    select
        told.country,
        told.race_date,
        told.race_type,
        told.official_rating,
        told.rpr,
        told.topspeed,
        told.change,
        told.scraped_at,
        lead(told.scraped_at) over (
            partition by told.country, told.race_date, told.race_id, told.horse_id order by told.scraped_at
        ) as next_scraped_at,
        max(case when imports.run_id is not null then 1 else 0 end) over (
            partition by told.country, told.race_date, told.race_id, told.horse_id
        ) as is_imported
    from {{ ref('result_versions') }} as told
    left join imports on told.run_id = imports.run_id
    left join moved on told.race_id = moved.race_id
    where moved.race_id is null
),

-- What was in force at each look.
seen as (
    select
        looks.country,
        looks.race_date,
        looks.age_days,
        looks.scraped_at,
        versions.race_type,
        versions.official_rating,
        versions.rpr,
        versions.topspeed
    from looks
    inner join versions
        on
            looks.country = versions.country
            and looks.race_date = versions.race_date
            and looks.scraped_at >= versions.scraped_at
            and looks.scraped_at < coalesce(versions.next_scraped_at, timestamp '9999-12-31 00:00:00.000000')
    where versions.change <> 'delete' and versions.is_imported = 0
)

select
    country,
    race_date,
    race_type,
    cast(age_days as integer) as age_days,
    max(scraped_at) as scraped_at,
    count(*) as runners,
    count(rpr) as runners_with_rpr,
    count(topspeed) as runners_with_topspeed,
    count(official_rating) as runners_with_official_rating
from seen
group by country, race_date, race_type, age_days
