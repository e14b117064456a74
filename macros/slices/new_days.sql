{#- A query for the slices of runs that the current table has not taken in: all of them on a first build. -#}
{% macro new_slices() %}
    select
        run_id,
        country,
        race_date,
        scraped_on,
        rows_staged,
        loaded_at
    from {{ ref('run_slices') }}
    {%- if is_incremental() %}
    where
        loaded_at > {{ high_water() }}
    {%- endif %}
{%- endmacro %}

{#- What staging has of these slices (see staged_days); all of it on a first build. Withdrawn runs are among them, for they can
    come back, and their files may be gone. -#}
{% macro new_days() %}
    {%- if not execute or not is_incremental() -%}{{- return(all_of_staging()) -}}{%- endif -%}
    {%- set query = new_slices() -%}
    {{- return({'days': days_condition(query), 'files': files_that_are_there(needed_files(query))}) -}}
{% endmacro %}
