with

looks as (
    select * from {{ ref('rating_looks') }}
),

summed as (
    select
        country,
        race_type,
        age_days,
        count(*) as race_days,
        cast(sum(runners) as bigint) as runners,
        cast(sum(runners_with_rpr) as bigint) as runners_with_rpr,
        cast(sum(runners_with_topspeed) as bigint) as runners_with_topspeed,
        cast(sum(runners_with_official_rating) as bigint) as runners_with_official_rating
    from looks
    group by country, race_type, age_days
)

select
    *,
    runners_with_rpr * 1.0e0 / runners as rpr_coverage,
    runners_with_topspeed * 1.0e0 / runners as topspeed_coverage,
    runners_with_official_rating * 1.0e0 / runners as official_rating_coverage
from summed
