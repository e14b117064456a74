-- The table is the newest version of every runner that is not a delete: no more, no less, no other.
with

newest as (
    select
        race_id,
        horse_id,
        max(scraped_at) as scraped_at
    from {{ ref('result_versions') }}
    group by race_id, horse_id
),

live as (
    select
        versions.race_id,
        versions.horse_id,
        versions.scraped_at,
        versions.row_hash
    from {{ ref('result_versions') }} as versions
    inner join newest
        on
            versions.race_id = newest.race_id
            and versions.horse_id = newest.horse_id
            and versions.scraped_at = newest.scraped_at
    where versions.change <> 'delete'
)

select
    coalesce(live.race_id, results.race_id) as race_id,
    coalesce(live.horse_id, results.horse_id) as horse_id,
    live.scraped_at as logged_scraped_at,
    results.scraped_at
from live
full outer join {{ ref('results') }} as results
    on live.race_id = results.race_id and live.horse_id = results.horse_id
where
    live.scraped_at is distinct from results.scraped_at
    or live.row_hash is distinct from results.row_hash
