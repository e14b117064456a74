{#- What this build has to look at, as a literal condition on a column:

    tested_dates   dates that data tests test: those of slices decided about since the last sweep, or all
    swept_only     all in a sweep, else none: for tests that cannot be kept to dates
    staged_days    days of staging to list anew

    The lake plugin decides that (lake/plugin/scope.py) when a build starts and again once slice_decisions is there. On Athena,
    where every query costs the same ten megabytes at least, it is always everything. `--vars 'full_tests: true'` asks for it. -#}
{% macro scope_condition(name, column) %}
    {#- in a unit test `this` is no relation: it judges all of its fixtures -#}
    {%- if not execute or this is string or model.resource_type == 'unit_test' -%}{{- return('true') -}}{%- endif -%}
    {%- if var('full_tests', false) and name != 'staged_days' -%}{{- return('true') -}}{%- endif -%}
    {{- return(adapter.dispatch('scope_condition')(name, column)) -}}
{% endmacro %}

{% macro default__scope_condition(name, column) %}
    {{- return('true') -}}
{% endmacro %}

{% macro duckdb__scope_condition(name, column) %}
    {%- set found = run_query(
        "select 't' || condition as condition from this_build.scope where name = '" ~ name ~ "'"
    ).columns[0].values()[0] -%}
    {#- the 't' kept the result reader from guessing a type -#}
    {{- return(found[1:] | replace('scraped_on' if name == 'staged_days' else 'race_date', column)) -}}
{% endmacro %}
