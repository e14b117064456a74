{#- The slices whose losses the variable `allow_shrink` lets through, as a list of 'gb 2026-11-20'; ['all'] for every slice.

    It takes a list or a text with commas; between country and date a blank or a colon. `true` and `all` mean all. -#}
{% macro allowed_slices() %}
    {%- set given = var('allow_shrink', none) -%}
    {%- if given in [none, false, '', 'false'] -%}{{- return([]) -}}{%- endif -%}
    {%- if given is sameas true or given in ['all', 'true'] -%}{{- return(['all']) -}}{%- endif -%}
    {%- set allowed = [] -%}
    {%- for slice in (given.split(',') if given is string else given) -%}
        {%- set found = modules.re.fullmatch('\\s*([a-z]+)[\\s:]+(\\d{4}-\\d{2}-\\d{2})\\s*', slice | string) -%}
        {%- if found is none -%}
            {%- do exceptions.raise_compiler_error(
                'allow_shrink takes slices, not ' ~ slice ~ ". Write dbt build --vars 'allow_shrink: [gb 2026-11-20]', or all."
            ) -%}
        {%- endif -%}
        {%- do allowed.append(found.group(1) ~ ' ' ~ found.group(2)) -%}
    {%- endfor -%}
    {{- return(allowed) -}}
{% endmacro %}
