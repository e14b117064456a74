{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        table_type='iceberg',
        format='parquet',
        unique_key=['race_id', 'horse_id'],
        partitioned_by=['country', 'year(race_date)'],
        on_schema_change='append_new_columns',
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete' and target.price is distinct from src.price",
        insert_condition="src.change <> 'delete'",
        table_properties={'vacuum_max_snapshot_age_seconds': '1', 'vacuum_min_snapshots_to_keep': '1'},
    )
}}

select
    cast(race_id as bigint) as race_id,
    cast(horse_id as bigint) as horse_id,
    cast(horse as varchar) as horse,
    cast(country as varchar) as country,
    date '2026-05-01' as race_date,
    cast(price as double) as price,
    cast(change as varchar) as change,
    {% if var('with_rating', false) %}
    87 as rating,
    timestamp '2026-05-02 06:00:00.000001' as rated_at,
    {% endif %}
    timestamp '2026-05-01 20:15:30.123456' as scraped_at
from (values {{ var('runners') }}) as given (race_id, horse_id, horse, country, price, change)
