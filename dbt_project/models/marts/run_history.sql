-- What each run did to each slice, counted in the log. Country and date are among the keys of every step, so that a
-- filter on either reaches the data files; the few races that were ever listed in two slices are looked at apart.
with

-- What the log says, one row per run and slice.
logged as (
    select
        run_id,
        country,
        race_date,
        max(scraped_at) as scraped_at,
        sum(case when change = 'insert' then 1 else 0 end) as rows_new,
        sum(case when change = 'update' then 1 else 0 end) as rows_corrected,
        sum(case when change = 'delete' then 1 else 0 end) as rows_gone
    from {{ ref('result_versions') }}
    group by run_id, country, race_date
),

moved as (
    select race_id
    from {{ ref('listed_races') }}
    group by race_id
    having count(*) > 1
),

-- A correction can take a runner from one slice to another.
moves as (
    select
        told.run_id,
        told.scraped_at,
        told.country,
        told.race_date,
        told.change,
        lag(told.country) over (runner) as country_before,
        lag(told.race_date) over (runner) as race_date_before
    from {{ ref('result_versions') }} as told
    inner join moved on told.race_id = moved.race_id
    window runner as (partition by told.race_id, told.horse_id order by told.scraped_at)
),

moved_rows as (
    select
        moves.run_id,
        moves.scraped_at,
        case when sides.is_leaving then moves.country_before else moves.country end as country,
        case when sides.is_leaving then moves.race_date_before else moves.race_date end as race_date,
        case when sides.is_leaving then 0 else 1 end as rows_moved_in,
        case when sides.is_leaving then 1 else 0 end as rows_moved_out
    from moves
    cross join (values (false), (true)) as sides (is_leaving)
    where
        moves.change = 'update'
        and (moves.country <> moves.country_before or moves.race_date <> moves.race_date_before)
),

-- Side by side rather than joined: a run can take rows from a slice that it did not scrape.
said as (
    select
        run_id,
        country,
        race_date,
        scraped_at,
        selection,
        status,
        decision,
        races_listed,
        races_pending,
        races_failed,
        rows_staged,
        loaded_at,
        0 as rows_new,
        0 as rows_corrected,
        0 as rows_gone,
        0 as rows_moved_in,
        0 as rows_moved_out
    from {{ ref('slice_decisions') }}
    union all
    select
        run_id,
        country,
        race_date,
        scraped_at,
        cast(null as varchar) as selection,
        cast(null as varchar) as status,
        cast(null as varchar) as decision,
        cast(null as integer) as races_listed,
        cast(null as integer) as races_pending,
        cast(null as integer) as races_failed,
        cast(null as integer) as rows_staged,
        cast(null as timestamp(6)) as loaded_at,
        rows_new,
        rows_corrected,
        rows_gone,
        0 as rows_moved_in,
        0 as rows_moved_out
    from logged
    union all
    select
        run_id,
        country,
        race_date,
        scraped_at,
        cast(null as varchar) as selection,
        cast(null as varchar) as status,
        cast(null as varchar) as decision,
        cast(null as integer) as races_listed,
        cast(null as integer) as races_pending,
        cast(null as integer) as races_failed,
        cast(null as integer) as rows_staged,
        cast(null as timestamp(6)) as loaded_at,
        0 as rows_new,
        0 as rows_corrected,
        0 as rows_gone,
        rows_moved_in,
        rows_moved_out
    from moved_rows
),

summed as (
    select
        run_id,
        country,
        race_date,
        max(scraped_at) as scraped_at,
        max(selection) as selection,
        max(status) as status,
        max(decision) as decision,
        max(races_listed) as races_listed,
        max(races_pending) as races_pending,
        max(races_failed) as races_failed,
        max(rows_staged) as rows_staged,
        max(loaded_at) as loaded_at,
        sum(rows_new) as rows_new,
        sum(rows_corrected) as rows_corrected,
        sum(rows_gone) as rows_gone,
        sum(rows_moved_in) as rows_moved_in,
        sum(rows_moved_out) as rows_moved_out
    from said
    group by run_id, country, race_date
)

select
    run_id,
    country,
    race_date,
    scraped_at,
    selection,
    status,
    decision,
    races_listed,
    races_pending,
    races_failed,
    rows_staged,
    cast(rows_new as bigint) as rows_new,
    cast(rows_corrected as bigint) as rows_corrected,
    cast(rows_gone as bigint) as rows_gone,
    cast(rows_moved_in as bigint) as rows_moved_in,
    cast(rows_moved_out as bigint) as rows_moved_out,
    cast(
        sum(rows_new - rows_gone + rows_moved_in - rows_moved_out) over (
            partition by country, race_date order by scraped_at, run_id
            rows between unbounded preceding and current row
        ) as bigint
    ) as rows_after,
    loaded_at
from summed
