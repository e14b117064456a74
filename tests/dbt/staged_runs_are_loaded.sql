-- Every committed run has arrived: the newest accepted scrape of each race in staging is in scraped_races, or says
-- nothing new. A run committed after newer ones and older than the look-back is missed by daily builds; then run
-- dbt build --vars 'staging_lookback_days: 30' (or however far back it lies).
with

newest as (
    select
        *,
        row_number() over (partition by race_id order by scraped_at desc) as scrapes_ago
    from {{ ref('stg_racing_post__races') }}
    where status in {{ accepted_statuses() }}
)

select
    newest.race_id,
    newest.run_id,
    newest.status,
    merged.run_id as merged_run_id
from newest
left join {{ ref('scraped_races') }} as merged on newest.race_id = merged.race_id
where
    newest.scrapes_ago = 1
    and (
        merged.race_id is null
        or merged.status not in {{ accepted_statuses() }}
        or (
            newest.scraped_at > merged.scraped_at
            and (
                newest.status is distinct from merged.status
                or newest.content_hash is distinct from merged.content_hash
            )
        )
    )
