with

source as (
    select * from {{ source('staging', 'slices') }}
),

renamed as (
    select
        -- >>> cast columns of slices, generated from extract/contract.py by make generate
        ---------- lineage
        nullif(source.run_id, '') as run_id,
        cast(nullif(source.scraped_at, '') as timestamp(6)) as scraped_at,
        ---------- content
        nullif(source.country, '') as country,
        cast(nullif(source.race_date, '') as date) as race_date,
        nullif(source.status, '') as status,
        nullif(source.reason, '') as reason,
        nullif(source.selection, '') as selection,
        cast(nullif(source.races_listed, '') as integer) as races_listed,
        cast(nullif(source.races_result, '') as integer) as races_result,
        cast(nullif(source.races_void, '') as integer) as races_void,
        cast(nullif(source.races_abandoned, '') as integer) as races_abandoned,
        cast(nullif(source.races_pending, '') as integer) as races_pending,
        cast(nullif(source.races_failed, '') as integer) as races_failed,
        cast(nullif(source.rows_staged, '') as integer) as rows_staged,
        nullif(source.results_file, '') as results_file,
        nullif(source.results_sha256, '') as results_sha256,
        nullif(source.source, '') as source,
        nullif(source.extract_version, '') as extract_version,
        cast(nullif(source.is_doubtful, '') as boolean) as is_doubtful,
        cast(nullif(source.index_fetched_at, '') as timestamp(6)) as index_fetched_at,
        nullif(source.races_sha256, '') as races_sha256,
        cast(nullif(source.races_rows, '') as integer) as races_rows,
        nullif(source.slices_sha256, '') as slices_sha256,
        cast(nullif(source.rows_with_rpr, '') as integer) as rows_with_rpr,
        cast(nullif(source.rows_with_topspeed, '') as integer) as rows_with_topspeed,
        ---------- partition
        cast(source.scraped_on as varchar) as scraped_on
        -- <<<
    from source
)

select * from renamed
