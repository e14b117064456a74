{#- `view` for the embedded engine: a view over staged files that is there already, from the same SQL and the same contract, is
    left as it is. To make one anew, DuckDB lists every folder of staging, four times a view. Every other view takes dbt's
    own materialization: what it reads may have changed under it. -#}
{% materialization view, adapter='duckdb' %}
    {%- set made_by = 'Made by ' ~ local_md5(sql ~ tojson(model.columns) ~ model.description) ~ '.' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if not config.get('meta', {}).get('kept_while_unchanged') -%}
        {{ return(dbt.materialization_view_default()) }}
    {%- endif -%}
    {%- if existing is not none and existing.is_view and not should_full_refresh() and noted_of_view(this) == made_by -%}
        {%- do store_raw_result('main', message='UNCHANGED', code='UNCHANGED', rows_affected='-1') -%}
        {{ return({'relations': [this.incorporate(type='view')]}) }}
    {%- endif -%}
    {%- set made = dbt.materialization_view_default() -%}
    {%- do run_query('comment on view ' ~ this ~ " is '" ~ made_by ~ "'") -%}
    {%- do adapter.commit() -%}
    {{ return(made) }}
{% endmaterialization %}

{% macro noted_of_view(relation) %}
    {%- set found = run_query(
        "select comment from duckdb_views() where database_name = '" ~ relation.database ~ "' and schema_name = '"
        ~ relation.schema ~ "' and view_name = '" ~ relation.identifier ~ "'"
    ).columns[0].values() -%}
    {{- return(found[0] if found | length > 0 else none) -}}
{% endmacro %}
