{#- An on-run-start hook: stop a build of the tables when no run is staged where it reads. It would end green, with nothing
    new: `extract --staging X && dbt build` builds from EXTRACT_STAGING, not from X. -#}
{% macro require_staged_runs() %}
    {%- if execute and builds_runs() and not has_staged_runs() -%}
        {%- do exceptions.raise_compiler_error(
            'No run is staged in ' ~ staging_in_words() ~ '. Scrape first (extract --days 7), or say where runs are staged: '
            ~ 'EXTRACT_STAGING=... dbt build'
        ) -%}
    {%- endif -%}
{% endmacro %}

{#- Whether this is a `dbt build` of the list of runs, from which everything else is made. -#}
{% macro builds_runs() %}
    {{- return(
        flags.WHICH in ('build', 'retry') and 'model.' ~ project_name ~ '.run_slices' in selected_resources
    ) -}}
{% endmacro %}

{% macro has_staged_runs() %}
    {{- return(adapter.dispatch('has_staged_runs')()) -}}
{% endmacro %}

{% macro default__has_staged_runs() %}
    {{- return(run_query('select run_id from ' ~ staged_slices() ~ ' limit 1').rows | length > 0) -}}
{% endmacro %}

{#- What cannot be listed is read, and the reader says what is wrong. -#}
{% macro duckdb__has_staged_runs() %}
    {{- return(noted_of_staging('staged_runs') != '0' or default__has_staged_runs()) -}}
{% endmacro %}

{#- The relation of the staged slices. -#}
{% macro staged_slices() %}
    {{- return((graph.sources.values() | selectattr('name', 'equalto', 'slices') | first).relation_name) -}}
{% endmacro %}

{% macro staging_in_words() %}
    {{- return(adapter.dispatch('staging_in_words')()) -}}
{% endmacro %}

{% macro default__staging_in_words() %}
    {{- return('the table ' ~ staged_slices() | replace('"', '') | replace('`', '')) -}}
{% endmacro %}

{% macro duckdb__staging_in_words() %}
    {{- return(noted_of_staging('staging_folder')) -}}
{% endmacro %}

{#- What the lake plugin found when it looked at the staging area (lake/plugin/scope.py). -#}
{% macro noted_of_staging(name) %}
    {%- set found = run_query("select 't' || condition as value from this_build.scope where name = '" ~ name ~ "'") -%}
    {{- return(found.columns[0].values()[0][1:]) -}}
{% endmacro %}
