{#- The greatest value of a timestamp column of the current model as it stands, as ISO text; none when the
    table does not exist yet or is empty. The 't' keeps the result reader from guessing a type. -#}
{% macro newest_in_this(column) %}
    {%- if not execute or load_relation(this) is none -%}{{ return(none) }}{%- endif -%}
    {%- set newest = run_query("select 't' || cast(max(" ~ column ~ ") as varchar) as newest from " ~ this).columns[0].values()[0] -%}
    {{ return(newest[1:] if newest else none) }}
{% endmacro %}
