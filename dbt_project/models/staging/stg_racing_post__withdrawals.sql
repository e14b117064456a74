with

source as (
    select * from {{ source('staging', 'withdrawals') }}
),

renamed as (
    select
        -- >>> cast columns of withdrawals, generated from extract/contract.py by make generate
        ---------- lineage
        nullif(source.run_id, '') as run_id,
        ---------- content
        nullif(source.action, '') as action,
        cast(nullif(source.decided_at, '') as timestamp(6)) as decided_at,
        nullif(source.reason, '') as reason,
        ---------- partition
        cast(source.scraped_on as varchar) as scraped_on
        -- <<<
    from source
)

select * from renamed
