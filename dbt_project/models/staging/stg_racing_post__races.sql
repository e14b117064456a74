with

source as (
    select * from {{ source('staging', 'races') }}
),

-- A run exists for readers only once its slices file does.
committed_runs as (
    select distinct
        run_id,
        scraped_on
    from {{ source('staging', 'slices') }}
),

renamed as (
    select
        -- >>> cast columns of races, generated from extract/contract.py by make generate
        ---------- lineage
        nullif(source.run_id, '') as run_id,
        cast(nullif(source.scraped_at, '') as timestamp(6)) as scraped_at,
        ---------- content
        nullif(source.country, '') as country,
        cast(nullif(source.race_date, '') as date) as race_date,
        cast(nullif(source.race_id, '') as bigint) as race_id,
        cast(nullif(source.course_id, '') as bigint) as course_id,
        nullif(source.course, '') as course,
        nullif(source.off_time, '') as off_time,
        nullif(source.race_name, '') as race_name,
        nullif(source.status, '') as status,
        nullif(source.reason, '') as reason,
        cast(nullif(source.index_runners, '') as integer) as index_runners,
        cast(nullif(source.declared_runners, '') as integer) as declared_runners,
        cast(nullif(source.rows_staged, '') as integer) as rows_staged,
        nullif(source.page_file, '') as page_file,
        nullif(source.content_hash, '') as content_hash,
        cast(nullif(source.is_doubtful, '') as boolean) as is_doubtful,
        ---------- partition
        cast(source.scraped_on as varchar) as scraped_on
        -- <<<
    from source
    -- scraped_on is in the join so that a filter on it reaches both sides
    inner join committed_runs
        on source.run_id = committed_runs.run_id and source.scraped_on = committed_runs.scraped_on
)

select * from renamed
