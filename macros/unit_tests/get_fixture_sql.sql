{#- Overrides dbt's own macro, which types a unit test's fixture by looking at the table in the database. A first build
    tests an incremental model before its table exists, so the fixtures of our tables are typed by what is written here. -#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {%- set versions = version_columns() -%}
    {%- set typed = dict(
        list_columns(), scraped_races=race_columns(), result_versions=versions, results=versions
    ) -%}
    {%- if model.name in typed -%}
        {{- return(typed_rows(typed[model.name], rows)) -}}
    {%- endif -%}
    {{- return(dbt.get_fixture_sql(rows, column_name_to_data_types)) -}}
{% endmacro %}
