{#- Staged rows to select from: those of a staging model, as far as `staged` asks for them (see staged_days).

    To bind the view of all staged files, DuckDB lists every folder of staging, whatever is asked of it. So on the embedded
    engine a model reads the same query over the files that it needs, each by its name: nothing is listed, and a file that
    is not there is an error, never a row less. Where too many are needed, it is the view after all. -#}
{% macro staged_rows(relation, staged) %}
    {{- return(adapter.dispatch('staged_rows')(relation, staged)) -}}
{% endmacro %}

{% macro default__staged_rows(relation, staged) %}
    {%- if staged['days'] == 'true' -%}{{- return(relation | string) -}}{%- endif -%}
    {{- return('(select * from ' ~ relation ~ ' where ' ~ staged['days'] ~ ')') -}}
{% endmacro %}

{% macro duckdb__staged_rows(relation, staged) %}
    {%- set asked = namespace(sql=none) -%}
    {%- if staged.get('files') is not none -%}
        {%- set node = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
            | selectattr('alias', 'equalto', relation.identifier) | first -%}
        {%- set asked.sql = node.raw_code -%}
        {%- for kind, files in staged.get('files').items() -%}
            {%- set source = "{{ source('staging', '" ~ kind ~ "') }}" -%}
            {%- set asked.sql = asked.sql | replace(source, files_to_read(kind, files)) -%}
        {%- endfor -%}
    {%- endif -%}
    {#- a staging model over something else, such as the withdrawals -#}
    {%- if asked.sql is none or '{{' in asked.sql or '{%' in asked.sql -%}
        {{- return(default__staged_rows(relation, staged)) -}}
    {%- endif -%}
    {{- return('(' ~ asked.sql ~ ')') -}}
{% endmacro %}

{#- What the lake plugin has for reading some files of one kind (lake/duck/staging_views.py). -#}
{% macro files_to_read(kind, files) %}
    {%- if files | length == 0 -%}{{- return('this_build.staged_none_' ~ kind) -}}{%- endif -%}
    {{- return('this_build.staged_' ~ kind ~ '(' ~ text_list(files) ~ ')') -}}
{% endmacro %}

{% macro text_list(texts) %}
    {{- return("['" ~ texts | map('replace', "'", "''") | join("', '") ~ "']") -}}
{% endmacro %}

{#- The files of a query of scrapes by kind, below the staging area; none where the view is to be read: on Athena, and where
    they are too many. Their names are told by the run and the slice (extract/stage/layout.py). -#}
{% macro needed_files(query) %}
    {{- return(adapter.dispatch('needed_files')(query)) -}}
{% endmacro %}

{% macro default__needed_files(query) %}
    {{- return(none) -}}
{% endmacro %}

{% macro duckdb__needed_files(query) %}
    {%- set folder = "'/scraped_on=' || scraped_on || '/' || run_id" -%}
    {%- set found = marked_values(
        "with needed as (" ~ query ~ ") select distinct 't' || file as value from ("
        ~ "select 'slices' || " ~ folder ~ " || '.csv' as file from needed union all "
        ~ "select 'races' || " ~ folder ~ " || '.csv' from needed union all "
        ~ "select 'results' || " ~ folder ~ " || '_' || country || '_' || cast(race_date as varchar) || '.csv' "
        ~ "from needed where rows_staged > 0"
        ~ ") as files order by 1"
    ) -%}
    {%- if found | length > var('most_files') -%}{{- return(none) -}}{%- endif -%}
    {{- return(by_kind(found)) -}}
{% endmacro %}

{% macro by_kind(files) %}
    {%- set kinds = {'slices': [], 'races': [], 'results': []} -%}
    {%- for file in files -%}{%- do kinds[file.split('/')[0]].append(file) -%}{%- endfor -%}
    {{- return(kinds) -}}
{% endmacro %}

{#- Those of some files that are not there. -#}
{% macro missing_files(files) %}
    {%- set all = files.values() | sum(start=[]) -%}
    {%- if all | length == 0 -%}{{- return([]) -}}{%- endif -%}
    {{- return(marked_values("select 't' || file as value from this_build.missing(" ~ text_list(all) ~ ") order by 1")) -}}
{% endmacro %}

{#- The runs of which some file is not there. -#}
{% macro missing_runs(files) %}
    {%- set runs = [] -%}
    {%- for file in missing_files(files) -%}
        {%- set run_id = file.split('/')[-1].split('_')[0].split('.')[0] -%}
        {%- if run_id not in runs -%}{%- do runs.append(run_id) -%}{%- endif -%}
    {%- endfor -%}
    {{- return(runs | sort) -}}
{% endmacro %}

{#- The same files without those that are not there: for what a withdrawn run may have lost. -#}
{% macro files_that_are_there(files) %}
    {%- if files is none -%}{{- return(none) -}}{%- endif -%}
    {%- set missing = missing_files(files) -%}
    {%- set kinds = {} -%}
    {%- for kind, names in files.items() -%}{%- do kinds.update({kind: names | reject('in', missing) | list}) -%}{%- endfor -%}
    {{- return(kinds) -}}
{% endmacro %}

{#- What this build lists anew of staging, as the lake plugin found it (see scope_condition). -#}
{% macro listed_anew() %}
    {%- set days = scope_condition('staged_days', 'scraped_on') -%}
    {%- if days == 'true' -%}{{- return(all_of_staging()) -}}{%- endif -%}
    {{- return({'days': days, 'files': by_kind(
        marked_values("select 't' || file as value from this_build.staged_files order by 1")
    )}) -}}
{% endmacro %}
