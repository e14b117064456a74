{#- What a model reads of staging, for `staged_rows`: the days of staging, as a literal condition on `scraped_on`, and on the
    embedded engine the files. `staged_days` asks for every accepted scrape of the races to work out anew.

    The condition is literal, because both engines skip partitions for literals and neither does for a subquery. The races
    of a slice can have been listed by other slices too; those are read with them. Stops the model when a scrape that counts
    is no longer in staging: worked out without it, the tables would lose what only it said. -#}
{% macro staged_days() %}
    {%- set slices = ref('stg_racing_post__slices') -%}
    {%- if not execute or load_relation(ref('slice_decisions')) is none -%}{{- return(all_of_staging()) -}}{%- endif -%}
    {%- set entries -%}
        select entries.run_id, entries.country, entries.race_date, entries.scraped_on, entries.rows_staged
        from ({{ accepted_scrapes() }}) as entries
        {%- if is_incremental() %}
        inner join (
            select distinct listed.country, listed.race_date
            from {{ ref('listed_races') }} as listed
            inner join ({{ touched_races() }}) as touched on listed.race_id = touched.race_id
        ) as needed on entries.country = needed.country and entries.race_date = needed.race_date
        {%- endif %}
    {%- endset -%}
    {%- set staged = staged_of(entries) if is_incremental() else all_of_staging() -%}
    {%- do refuse_missing_runs(entries, slices, staged) -%}
    {{- return(staged) -}}
{% endmacro %}

{#- Everything that is staged. -#}
{% macro all_of_staging() %}
    {{- return({'days': 'true', 'files': none}) -}}
{% endmacro %}

{#- What staging has of a query of scrapes (run_id, country, race_date, scraped_on, rows_staged). -#}
{% macro staged_of(query) %}
    {{- return({'days': days_condition(query), 'files': needed_files(query)}) -}}
{% endmacro %}

{#- The distinct `scraped_on` of a query, as a literal condition. -#}
{% macro days_condition(query) %}
    {%- set found = marked_values("select distinct 't' || scraped_on as value from (" ~ query ~ ") as days order by 1") -%}
    {%- if found | length == 0 -%}{{- return("scraped_on = ''") -}}{%- endif -%}
    {#- the range reaches both sides of a join on scraped_on, a list only one -#}
    {%- set range = "scraped_on between '" ~ found[0] ~ "' and '" ~ found[-1] ~ "'" -%}
    {%- if found | length > 1000 -%}{{- return(range) -}}{%- endif -%}
    {{- return(range ~ " and scraped_on in ('" ~ found | join("', '") ~ "')") -}}
{% endmacro %}

{#- Stop the model when staging lacks a run that a query of scrapes names, or a file of one. -#}
{% macro refuse_missing_runs(query, slices, staged) %}
    {%- if staged.get('files') is none -%}
        {%- set missing = marked_values(
            "select distinct 't' || needed.run_id as value from (" ~ query ~ ") as needed left join (select run_id from "
            ~ slices ~ " where " ~ staged['days']
            ~ ") as staged on needed.run_id = staged.run_id where staged.run_id is null order by 1"
        ) -%}
    {%- else -%}
        {%- set missing = missing_runs(staged.get('files')) -%}
    {%- endif -%}
    {%- if missing | length > 0 -%}
        {%- do exceptions.raise_compiler_error(
            missing | length ~ ' run(s) that the tables are built from are no longer in staging: '
            ~ missing[:5] | join(', ') ~ (', ...' if missing | length > 5 else '')
            ~ '. Nothing was written. Is staging where it should be? Put their files back; or withdraw the runs, and '
            ~ 'they count for nothing.'
        ) -%}
    {%- endif -%}
{% endmacro %}

{#- The values of a query of one text column that begins with a 't', which keeps the result reader from guessing a type. -#}
{% macro marked_values(query) %}
    {%- set values = [] -%}
    {%- for value in run_query(query).columns[0].values() -%}{%- do values.append(value[1:]) -%}{%- endfor -%}
    {{- return(values) -}}
{% endmacro %}
