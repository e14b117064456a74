{#- A condition on `scraped_on`: the days of staging that hold every accepted scrape of the races to work out anew.

    It is literal, because both engines skip partitions for literals and neither does for a subquery. The races of a slice can
    have been listed by other slices too; those are read with them. Stops the model when a scrape that counts is no longer
    in staging: worked out without it, the tables would lose what only it said. -#}
{% macro staged_days() %}
    {%- set slices = ref('stg_racing_post__slices') -%}
    {%- if not execute or load_relation(ref('slice_decisions')) is none -%}{{- return("true") -}}{%- endif -%}
    {%- set entries -%}
        select entries.run_id, entries.country, entries.race_date, entries.scraped_on
        from ({{ accepted_scrapes() }}) as entries
        {%- if is_incremental() %}
        inner join (
            select distinct listed.country, listed.race_date
            from {{ ref('listed_races') }} as listed
            inner join ({{ touched_races() }}) as touched on listed.race_id = touched.race_id
        ) as needed on entries.country = needed.country and entries.race_date = needed.race_date
        {%- endif %}
    {%- endset -%}
    {%- set days = days_condition(entries) if is_incremental() else 'true' -%}
    {%- do refuse_missing_runs(entries, slices, days) -%}
    {{- return(days) -}}
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

{#- Stop the model when staging lacks a run that a query of scrapes (run_id, country, race_date) names. -#}
{% macro refuse_missing_runs(query, slices, days) %}
    {%- set missing = marked_values(
        "select distinct 't' || needed.run_id as value from (" ~ query ~ ") as needed left join (select run_id from "
        ~ slices ~ " where " ~ days
        ~ ") as staged on needed.run_id = staged.run_id where staged.run_id is null order by 1"
    ) -%}
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
