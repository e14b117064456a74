-- Every race against the source's own words: the page header's runners, the rows staged, the rows in the table.
-- A race that is void, abandoned, unlisted, pending or failed has none. Races on one side only are failures.
with

expected as (
    select
        race_id,
        status,
        run_id,
        declared_runners,
        rows_staged,
        case when status = 'result' then declared_runners else 0 end as expected_rows
    from {{ ref('scraped_races') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
),

stored as (
    select
        race_id,
        count(*) as stored_rows
    from {{ ref('results') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
    group by race_id
)

select
    coalesce(expected.race_id, stored.race_id) as race_id,
    expected.status,
    expected.run_id,
    expected.declared_runners,
    expected.rows_staged,
    stored.stored_rows
from expected
full outer join stored on expected.race_id = stored.race_id
where
    expected.race_id is null
    or expected.expected_rows is distinct from coalesce(stored.stored_rows, 0)
    or expected.expected_rows is distinct from expected.rows_staged
