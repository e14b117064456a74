-- A going, distance or outcome that the lists in dbt_project/seeds do not have, by name: what it means is to be added
-- there. Else it would be missing from every count by going or distance in silence. One that is not published is not
-- judged.
with

races as (
    select
        race_id,
        going,
        race_type,
        distance_yards,
        outcome_code
    from {{ ref('results') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
),

banded as (
    select
        races.*,
        going_bands.going_band,
        distance_bands.distance_band
    from races
    {{ join_bands('races') }}
),

unknown as (
    select
        'going' as kind,
        going as published,
        race_id
    from banded
    where going is not null and going_band is null
    union all
    select
        'distance' as kind,
        race_type || ' over ' || cast(distance_yards as varchar) || ' yards' as published,
        race_id
    from banded
    where distance_yards is not null and race_type is not null and distance_band is null
    union all
    select
        'outcome' as kind,
        banded.outcome_code as published,
        banded.race_id
    from banded
    left join {{ ref('outcome_codes') }} as outcome_codes on banded.outcome_code = outcome_codes.outcome_code
    where outcome_codes.outcome_code is null and try_cast(banded.outcome_code as integer) is null
)

select
    kind,
    published,
    count(*) as rows_with_it,
    min(race_id) as for_instance_race_id
from unknown
group by kind, published
