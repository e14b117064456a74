with

source as (
    select * from {{ source('staging', 'slices') }}
),

renamed as (
    select
        ---------- lineage
        nullif(run_id, '') as run_id,
        cast(nullif(scraped_at, '') as timestamp(6)) as scraped_at,
        ---------- the slice
        nullif(country, '') as country,
        cast(nullif(race_date, '') as date) as race_date,
        nullif(status, '') as status,
        nullif(reason, '') as reason,
        nullif(selection, '') as selection,
        ---------- counts
        cast(nullif(races_listed, '') as integer) as races_listed,
        cast(nullif(races_result, '') as integer) as races_result,
        cast(nullif(races_void, '') as integer) as races_void,
        cast(nullif(races_abandoned, '') as integer) as races_abandoned,
        cast(nullif(races_pending, '') as integer) as races_pending,
        cast(nullif(races_failed, '') as integer) as races_failed,
        cast(nullif(rows_staged, '') as integer) as rows_staged,
        ---------- files
        nullif(results_file, '') as results_file,
        nullif(results_sha256, '') as results_sha256,
        nullif(source, '') as source,
        nullif(extract_version, '') as extract_version,
        cast(nullif(is_doubtful, '') as boolean) as is_doubtful,
        cast(nullif(index_fetched_at, '') as timestamp(6)) as index_fetched_at,
        ---------- partition
        cast(scraped_on as varchar) as scraped_on
    from source
)

select * from renamed
