-- The table is the newest version of every runner that is not a delete: no more, no less, no other.
with

logged as (
    select
        race_id,
        horse_id,
        scraped_at,
        row_hash,
        change
    from {{ ref('result_versions') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
),

stored as (
    select
        race_id,
        horse_id,
        scraped_at,
        row_hash
    from {{ ref('results') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
),

newest as (
    select
        race_id,
        horse_id,
        max(scraped_at) as scraped_at
    from logged
    group by race_id, horse_id
),

live as (
    select
        versions.race_id,
        versions.horse_id,
        versions.scraped_at,
        versions.row_hash
    from logged as versions
    inner join newest
        on
            versions.race_id = newest.race_id
            and versions.horse_id = newest.horse_id
            and versions.scraped_at = newest.scraped_at
    where versions.change <> 'delete'
)

select
    coalesce(live.race_id, stored.race_id) as race_id,
    coalesce(live.horse_id, stored.horse_id) as horse_id,
    live.scraped_at as logged_scraped_at,
    stored.scraped_at
from live
full outer join stored on live.race_id = stored.race_id and live.horse_id = stored.horse_id
where
    live.scraped_at is distinct from stored.scraped_at
    or live.row_hash is distinct from stored.row_hash
