{#- Overrides dbt's own macro, which types a unit test's fixture by looking at the table in the database. A first build
    tests an incremental model before its table exists, so the fixtures of our tables are typed by what is written here. -#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {%- set tables = fixture_columns() -%}
    {%- if model.name in tables -%}
        {{- return(typed_rows(tables[model.name], rows)) -}}
    {%- endif -%}
    {{- return(dbt.get_fixture_sql(rows, column_name_to_data_types)) -}}
{% endmacro %}
