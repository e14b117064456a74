{#- dbt's own `is_incremental` asks for a relation of type table. On the embedded engine an Iceberg table is seen
    through a DuckDB view, so there the question is only whether it exists. -#}
{% macro is_incremental() %}
    {%- if execute and target.type == 'duckdb' and model is defined
        and model.config.materialized == 'incremental' and config.get('table_type') == 'iceberg' -%}
        {{ return(load_cached_relation(this) is not none and not should_full_refresh()) }}
    {%- endif -%}
    {{ return(dbt.is_incremental()) }}
{% endmacro %}
