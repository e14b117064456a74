{{ config(materialized='table', table_type='hive', format='parquet', partitioned_by=['country']) }}
select
    horse,
    price,
    cast(scraped_at as timestamp(3)) as scraped_at,
    country
from {{ ref('runners') }}
