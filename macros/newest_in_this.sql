{#- The greatest value of a timestamp column of the current model as it stands, as ISO text; none when the
    table does not exist yet or is empty. The 't' keeps the result reader from guessing a type. -#}
{% macro newest_in_this(column) %}
    {%- if not execute or load_relation(this) is none -%}{{ return(none) }}{%- endif -%}
    {%- set noted = noted_newest(column) -%}
    {%- if noted is not none -%}{{- return(noted) -}}{%- endif -%}
    {%- set newest = run_query("select 't' || cast(max(" ~ column ~ ") as varchar) as newest from " ~ this).columns[0].values()[0] -%}
    {{ return(newest[1:] if newest else none) }}
{% endmacro %}

{#- How far the current table has come: its newest `loaded_at`, as an expression; before all time for an empty one. -#}
{% macro high_water() %}
    {%- set noted = none if not execute or this is string else noted_newest('loaded_at') -%}
    {%- if noted is not none -%}{{- return("timestamp '" ~ noted ~ "'") -}}{%- endif -%}
    {{- return(
        "(select coalesce(max(own.loaded_at), timestamp '1970-01-01 00:00:00.000000') from " ~ this ~ " as own)"
    ) -}}
{% endmacro %}

{#- The newest value of a column as the table's manifests say, which opens no data file; none where that is not known. -#}
{% macro noted_newest(column) %}
    {{- return(adapter.dispatch('noted_newest')(column)) -}}
{% endmacro %}

{% macro default__noted_newest(column) %}
    {{- return(none) -}}
{% endmacro %}

{% macro duckdb__noted_newest(column) %}
    {%- set found = run_query(
        "select 't' || cast(value as varchar) as newest from this_build.newest where schema_name = '" ~ this.schema
        ~ "' and table_name = '" ~ this.identifier ~ "' and name = '" ~ column ~ "'"
    ).columns[0].values() -%}
    {{- return(found[0][1:] if found | length > 0 else none) -}}
{% endmacro %}
