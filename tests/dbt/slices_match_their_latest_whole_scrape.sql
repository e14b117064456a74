-- Every slice whose latest scrape that counts was whole and complete holds what that scrape counted: races on the
-- source's index, races with a result, and runner rows. A slice whose latest scrape was partial is not judged: see
-- day_status. A slice in the table that was never scraped is a failure. Imports are no scrapes: they never change what
-- one that was whole has counted.
with

latest_scrapes as (
    select
        *,
        row_number() over (
            partition by country, race_date
            order by case when selection = 'import' then 1 else 0 end, scraped_at desc
        ) as scrapes_ago
    from {{ ref('slice_decisions') }}
    where decision = 'accepted' and {{ scope_condition('tested_dates', 'race_date') }}
),

counted_by_source as (
    select
        country,
        race_date,
        races_listed,
        races_result,
        rows_staged,
        status = 'complete' and selection = 'all' as is_whole
    from latest_scrapes
    where scrapes_ago = 1
),

known as (
    select
        country,
        race_date,
        count(*) as races_known
    from {{ ref('scraped_races') }}
    where status <> 'unlisted' and {{ scope_condition('tested_dates', 'race_date') }}
    group by country, race_date
),

stored as (
    select
        country,
        race_date,
        count(distinct race_id) as races,
        count(*) as runner_rows
    from {{ ref('results') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
    group by country, race_date
)

select
    coalesce(counted_by_source.country, stored.country) as country,
    coalesce(counted_by_source.race_date, stored.race_date) as race_date,
    counted_by_source.races_listed,
    known.races_known,
    counted_by_source.races_result,
    stored.races,
    counted_by_source.rows_staged,
    stored.runner_rows
from counted_by_source
full outer join stored
    on counted_by_source.country = stored.country and counted_by_source.race_date = stored.race_date
left join known
    on counted_by_source.country = known.country and counted_by_source.race_date = known.race_date
where
    counted_by_source.country is null
    or (
        counted_by_source.is_whole
        and (
            counted_by_source.races_listed is distinct from coalesce(known.races_known, 0)
            or counted_by_source.races_result is distinct from coalesce(stored.races, 0)
            or counted_by_source.rows_staged is distinct from coalesce(stored.runner_rows, 0)
        )
    )
