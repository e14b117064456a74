-- The rows of a race are its inserts less its deletes in the log: nothing is ever gone without a record.
with

logged as (
    select
        race_id,
        sum(case change when 'insert' then 1 when 'delete' then -1 else 0 end) as logged_rows
    from {{ ref('result_versions') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
    group by race_id
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
    coalesce(logged.race_id, stored.race_id) as race_id,
    logged.logged_rows,
    stored.stored_rows
from logged
full outer join stored on logged.race_id = stored.race_id
where
    logged.race_id is null
    or logged.logged_rows is distinct from coalesce(stored.stored_rows, 0)
