{{ config(materialized='table', table_type='iceberg', format='parquet') }}
select * from {{ ref('runners') }}
where price < 4
