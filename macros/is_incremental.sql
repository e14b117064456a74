{#- dbt's own `is_incremental` asks for a relation of type table. On the embedded engine an Iceberg table is seen
    through a DuckDB view, so there the question is only whether it exists. -#}
{% macro is_incremental() %}
    {{- return(adapter.dispatch('is_incremental')()) -}}
{% endmacro %}

{% macro duckdb__is_incremental() %}
    {%- if execute and model is defined
        and model.config.materialized == 'incremental' and config.get('table_type') == 'iceberg' -%}
        {{ return(load_cached_relation(this) is not none and not should_full_refresh()) }}
    {%- endif -%}
    {{ return(dbt.is_incremental()) }}
{% endmacro %}

{% macro default__is_incremental() %}
    {{ return(dbt.is_incremental()) }}
{% endmacro %}
