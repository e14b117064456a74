{#- A pre-hook of Iceberg models: before a table is made or made anew, refuse rows that share a key or have none, and refuse
    to put nothing in the place of something. On Athena, before any model: refuse when the lock was lost.

    The embedded engine checks where it writes, so there is nothing to do there. On Athena a full refresh renames the new
    table over the old one, whatever is in it. Adds one query to a first build or full refresh, none to a daily build. -#}
{% macro check_full_build() %}
    {{- return(adapter.dispatch('check_full_build')()) -}}
{% endmacro %}

{% macro default__check_full_build() %}
    {{- return('') -}}
{% endmacro %}

{% macro athena__check_full_build() %}
    {%- do require_lock() -%}
    {%- if not execute or is_incremental() -%}{{ return('') }}{%- endif -%}
    {%- set found = checked_survey('(' ~ model['compiled_code'] ~ ')') -%}
    {%- if found['keys'] == 0 and not var('allow_empty', false) -%}
        {#- the second is where the table is when a full refresh was killed between its two renames -#}
        {%- for suffix in ['', '__bkp'] -%}
            {%- set relation = adapter.get_relation(this.database, this.schema, this.identifier ~ suffix) -%}
            {%- if relation is not none and run_query('select 1 as row_there from ' ~ relation ~ ' limit 1').rows | length > 0 -%}
                {%- do exceptions.raise_compiler_error(
                    'The model has no rows, and ' ~ relation.schema ~ '.' ~ relation.identifier ~ ' has some. Is staging where '
                    ~ "it should be? If it must be emptied: dbt build --full-refresh --vars 'allow_empty: true'."
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
