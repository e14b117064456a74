{% set rule = settling_rule() %}

-- Of each race day of the last months: the first age at which almost all ratings were there that its last look has. A
-- look after it shows that no more came. Of each country: the age by which nine of ten race days had come so far.
with

newest as (
    select
        country,
        max(cast(scraped_at as date)) as looked_on
    from {{ ref('slice_decisions') }}
    where decision = 'accepted' and selection = 'all'
    group by country
),

looks as (
    select
        seen.country,
        seen.race_date,
        seen.age_days,
        sum(seen.runners_with_rpr + seen.runners_with_topspeed) as ratings
    from {{ ref('rating_looks') }} as seen
    inner join newest on seen.country = newest.country
    where
        date_diff('day', seen.race_date, newest.looked_on)
        between {{ var('settling_days') }} and {{ rule['window_days'] }}
    group by seen.country, seen.race_date, seen.age_days
),

compared as (
    select
        *,
        lag(age_days, 1, -1) over (partition by country, race_date order by age_days) as age_before_days,
        max(age_days) over (partition by country, race_date) as last_age_days,
        max_by(ratings, age_days) over (partition by country, race_date) as last_ratings
    from looks
),

arrivals as (
    select
        *,
        row_number() over (partition by country, race_date order by age_days) as place
    from compared
    where last_ratings > 0 and ratings >= {{ rule['share_of_ratings'] }}e0 * last_ratings
),

-- Where no look was near before, it is not known when they came. Where none came after, more may have come still.
race_days as (
    select
        country,
        race_date,
        least(
            case
                when age_days < last_age_days then age_days + 1
                else greatest(age_days + 1, {{ var('settling_days') }})
            end,
            {{ oldest_rating_age() }}
        ) as stopped_age_days
    from arrivals
    where place = 1 and age_days - age_before_days <= {{ rule['widest_gap_days'] }}
),

ranked as (
    select
        country,
        stopped_age_days,
        row_number() over (partition by country order by stopped_age_days) as place,
        count(*) over (partition by country) as race_days
    from race_days
),

learned as (
    select
        country,
        max(race_days) as race_days,
        min(case when place >= {{ rule['share_of_race_days'] }}e0 * race_days then stopped_age_days end)
            as stopped_age_days
    from ranked
    group by country
)

select
    newest.country,
    cast(
        case
            when learned.race_days >= {{ rule['least_race_days'] }} then learned.stopped_age_days
            else {{ var('settling_days') }}
        end as integer
    ) as settling_age_days,
    coalesce(learned.race_days >= {{ rule['least_race_days'] }}, false) as is_learned,
    coalesce(learned.race_days, 0) as race_days
from newest
left join learned on newest.country = learned.country
