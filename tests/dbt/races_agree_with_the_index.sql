-- The source's index counts runners too. Warns only: index and result page are fetched minutes apart, and the source
-- mends them separately.
{{ config(severity='warn') }}

select
    race_id,
    race_date,
    course,
    index_runners,
    declared_runners
from {{ ref('scraped_races') }}
where
    status = 'result'
    and {{ scope_condition('tested_dates', 'race_date') }}
    and index_runners is distinct from declared_runners
