-- A runner's versions tell one story: it begins with an insert, an insert otherwise follows a delete, an update
-- changes something, and a rating once known stays known.
with

history as (
    select
        race_id,
        horse_id,
        scraped_at,
        change,
        row_hash,
        official_rating,
        rpr,
        topspeed,
        lag(change) over (partition by race_id, horse_id order by scraped_at) as previous_change,
        lag(row_hash) over (partition by race_id, horse_id order by scraped_at) as previous_hash,
        lag(official_rating) over (partition by race_id, horse_id order by scraped_at) as previous_official_rating,
        lag(rpr) over (partition by race_id, horse_id order by scraped_at) as previous_rpr,
        lag(topspeed) over (partition by race_id, horse_id order by scraped_at) as previous_topspeed
    from {{ ref('result_versions') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
)

select * from history
where
    (change = 'insert' and coalesce(previous_change, 'delete') <> 'delete')
    or (change <> 'insert' and coalesce(previous_change, 'delete') = 'delete')
    or (change = 'update' and row_hash = previous_hash)
    or (official_rating is null and previous_official_rating is not null)
    or (rpr is null and previous_rpr is not null)
    or (topspeed is null and previous_topspeed is not null)
