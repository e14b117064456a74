{#- A check before a merge into the log (see check_before_merge): stop the build when it would remove more than
    `shrink_limit` of the live rows of any slice, unless the variable `allow_shrink` lets it.

    A runner that vanished and came back within the build does not count.

    rows    relation of the versions to be merged -#}
{% macro shrink_guard(rows) %}
    {%- if var('allow_shrink') -%}{{- return('') -}}{%- endif -%}
    {%- set shrinking = run_query(shrinking_slices(rows, this)).rows -%}
    {%- if shrinking | length > 0 -%}
        {%- set shown = [] -%}
        {%- for slice in shrinking[:10] -%}
            {%- do shown.append(slice['slice_name'] ~ ' (' ~ slice['removed_rows'] ~ ' of ' ~ slice['live_rows'] ~ ' rows)') -%}
        {%- endfor -%}
        {%- do exceptions.raise_compiler_error(
            'This build would remove more than ' ~ (var('shrink_limit') * 100) | round | int ~ ' percent of the rows of '
            ~ shrinking | length ~ ' slice(s): ' ~ shown | join(', ') ~ '. The log and the table are as they were. '
            ~ 'Compare with the source and scrape again; if the removal is real: '
            ~ "dbt build --vars 'allow_shrink: true'"
        ) -%}
    {%- endif -%}
{% endmacro %}

{#- A query of one row per slice that loses too much: its name, its live rows, and how many of them the merge removes. -#}
{% macro shrinking_slices(rows, log) %}
    with final_changes as (
        select
            race_id,
            horse_id,
            change,
            row_number() over (partition by race_id, horse_id order by scraped_at desc) as changes_ago
        from {{ rows }}
    ),

    vanishing as (
        select
            race_id,
            horse_id
        from final_changes
        where changes_ago = 1 and change = 'delete'
    ),

    slices as (
        select distinct
            logged.country,
            logged.race_date
        from {{ log }} as logged
        inner join vanishing on logged.race_id = vanishing.race_id and logged.horse_id = vanishing.horse_id
    ),

    -- All versions of the races that were ever there: one that has moved on is no longer of the slice.
    versions as (
        select
            country,
            race_date,
            race_id,
            horse_id,
            change,
            row_number() over (partition by race_id, horse_id order by scraped_at desc) as versions_ago
        from {{ log }}
        where race_id in (
            select logged.race_id
            from {{ log }} as logged
            inner join slices on logged.country = slices.country and logged.race_date = slices.race_date
        )
    )

    select
        versions.country || ' ' || cast(versions.race_date as varchar) as slice_name,
        count(*) as live_rows,
        count(vanishing.horse_id) as removed_rows
    from versions
    left join vanishing on versions.race_id = vanishing.race_id and versions.horse_id = vanishing.horse_id
    where versions.versions_ago = 1 and versions.change <> 'delete'
    group by versions.country, versions.race_date
    having count(vanishing.horse_id) > {{ var('shrink_limit') }} * count(*)
    order by slice_name
{%- endmacro %}
