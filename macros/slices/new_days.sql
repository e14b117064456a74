{#- A query for the slices of runs that the current table has not taken in: all of them on a first build. -#}
{% macro new_slices() %}
    select
        run_id,
        country,
        race_date,
        scraped_on,
        loaded_at
    from {{ ref('run_slices') }}
    {%- if is_incremental() %}
    where
        loaded_at > {{ high_water() }}
    {%- endif %}
{%- endmacro %}

{#- The days of staging of a query of slices, as a literal condition; all of them on a first build. -#}
{% macro new_days(query) %}
    {%- if not execute or not is_incremental() -%}{{- return('true') -}}{%- endif -%}
    {{- return(days_condition(query)) -}}
{% endmacro %}
