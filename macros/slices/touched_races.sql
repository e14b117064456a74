{#- A query for the races to work out anew, with the newest decision about any slice that ever listed them: all races on a
    first build or full refresh, and otherwise those of slices decided since the current table last grew.

    Decisions carry a `loaded_at` that rises from build to build, whatever the scrapes' own times are: so neither a late run
    nor one from a clock that was ahead can hide another. A build that wrote nothing is asked again next time, at no harm. -#}
{% macro touched_races() %}
    select
        listed.race_id,
        max(decided.loaded_at) as loaded_at
    from {{ ref('listed_races') }} as listed
    inner join {{ ref('slice_decisions') }} as decided
        on listed.country = decided.country and listed.race_date = decided.race_date
    {%- if is_incremental() %}
    where
        decided.loaded_at > {{ high_water() }}
    {%- endif %}
    group by listed.race_id
{%- endmacro %}

{#- A condition on `column`: the dates on which races to work out anew were ever listed, so on which any row of theirs can be.
    Literal, for the engines pass over files for literals only. -#}
{% macro touched_dates(column) %}
    {%- if not execute or not is_incremental() or this is string or load_relation(ref('slice_decisions')) is none -%}
        {{- return('true') -}}
    {%- endif -%}
    {{- return(dates_condition(touched_listings(), column)) -}}
{% endmacro %}

{#- The dates on which races to work out anew were ever listed, as sorted text. -#}
{% macro touched_listings() %}
    {{- return(marked_values(
        "select distinct 't' || cast(listed.race_date as varchar) as value from " ~ ref('listed_races')
        ~ " as listed inner join (" ~ touched_races() ~ ") as touched on listed.race_id = touched.race_id order by 1"
    )) -}}
{% endmacro %}

{#- A literal condition on a column: one of some dates, given as sorted text. -#}
{% macro dates_condition(dates, column='race_date') %}
    {%- if dates | length == 0 -%}{{- return('false') -}}{%- endif -%}
    {%- set range = column ~ " between date '" ~ dates[0] ~ "' and date '" ~ dates[-1] ~ "'" -%}
    {%- if dates | length > 400 -%}{{- return(range) -}}{%- endif -%}
    {{- return(range ~ ' and ' ~ column ~ " in (date '" ~ dates | join("', date '") ~ "')") -}}
{% endmacro %}

{#- A query for what counts: the accepted scrapes of slices, and whether each can say that a race is gone. -#}
{% macro accepted_scrapes() %}
    select
        run_id,
        country,
        race_date,
        scraped_at,
        scraped_on,
        rows_staged,
        status = 'complete' and selection = 'all' as is_whole,
        coalesce(selection, 'all') = 'import' as is_import
    from {{ ref('slice_decisions') }}
    where decision = 'accepted'
{%- endmacro %}
