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
        decided.loaded_at > (
            select coalesce(max(own.loaded_at), timestamp '1970-01-01 00:00:00.000000') from {{ this }} as own
        )
    {%- endif %}
    group by listed.race_id
{%- endmacro %}

{#- A query for what counts: the accepted scrapes of slices, and whether each can say that a race is gone. -#}
{% macro accepted_scrapes() %}
    select
        run_id,
        country,
        race_date,
        scraped_at,
        scraped_on,
        status = 'complete' and selection = 'all' as is_whole,
        coalesce(selection, 'all') = 'import' as is_import
    from {{ ref('slice_decisions') }}
    where decision = 'accepted'
{%- endmacro %}
