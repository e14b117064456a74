-- Nothing in the tables comes from a scrape that does not count: every run behind a row is accepted for a slice in
-- which the race was listed.
with

behind as (
    select
        race_id,
        run_id
    from {{ ref('scraped_races') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
    union
    select
        race_id,
        run_id
    from {{ ref('result_versions') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
    union
    select
        race_id,
        run_id
    from {{ ref('results') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
),

counting as (
    select distinct
        listed.race_id,
        decided.run_id
    from {{ ref('slice_decisions') }} as decided
    inner join {{ ref('listed_races') }} as listed
        on decided.country = listed.country and decided.race_date = listed.race_date
    where decided.decision = 'accepted' and {{ scope_condition('tested_dates', 'decided.race_date') }}
)

select behind.*
from behind
left join counting on behind.race_id = counting.race_id and behind.run_id = counting.run_id
where counting.run_id is null
