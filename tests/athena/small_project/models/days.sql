-- more partitions than Athena opens at once: the adapter has to fall back to batches
{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        table_type='iceberg',
        format='parquet',
        unique_key='race_date',
        partitioned_by=['race_date'],
    )
}}
select
    date_add('day', number, date '2026-01-01') as race_date,
    number
from unnest(sequence(1, 130)) as numbers (number)
