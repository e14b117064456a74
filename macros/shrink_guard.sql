{#- A query of one row with one column, `complaint`: NULL, unless the build would remove more than `shrink_limit` of the
    live rows of any slice, in which case reading it stops the query with a message.

    A runner that vanished and came back within the build does not count; nothing counts on a full refresh, where
    there is nothing to lose yet.

    changes         relation of the changes this build adds to the log
    last_versions   relation of each touched runner's version before them
    log             relation of the log as it stands -#}
{% macro shrink_guard(changes, last_versions, log) %}
    {%- set message -%}
        'This build would remove more than {{ (var('shrink_limit') * 100) | round | int }} percent of the rows of '
        || cast(count(*) as varchar) || ' slice(s): ' || {{ dbt.listagg('slice_name', "', '", 'order by slice_name', 10) }}
        || '. The log and the table are as they were. Compare with the source and scrape again; if the removal is real: '
        || 'dbt build --vars ''allow_shrink: true'''
    {%- endset %}
    with final_changes as (
        select
            race_id,
            horse_id,
            change,
            row_number() over (partition by race_id, horse_id order by scraped_at desc) as age
        from {{ changes }}
        where change is not null
    ),

    removed as (
        select
            last_versions.country,
            last_versions.race_date,
            count(*) as removed_rows
        from {{ last_versions }} as last_versions
        inner join final_changes
            on last_versions.race_id = final_changes.race_id and last_versions.horse_id = final_changes.horse_id
        where
            final_changes.age = 1
            and final_changes.change = 'delete'
            and last_versions.change <> 'delete'
        group by last_versions.country, last_versions.race_date
    ),

    slice_versions as (
        select
            logged.country,
            logged.race_date,
            logged.change,
            row_number() over (partition by logged.race_id, logged.horse_id order by logged.scraped_at desc) as age
        from {{ log }} as logged
        inner join removed on logged.country = removed.country and logged.race_date = removed.race_date
    ),

    live as (
        select
            country,
            race_date,
            count(*) as live_rows
        from slice_versions
        where age = 1 and change <> 'delete'
        group by country, race_date
    ),

    shrinking as (
        select
            removed.country || ' ' || cast(removed.race_date as varchar) || ' ('
            || cast(removed.removed_rows as varchar) || ' of ' || cast(live.live_rows as varchar) || ' rows)' as slice_name
        from removed
        inner join live on removed.country = live.country and removed.race_date = live.race_date
        where removed.removed_rows > {{ var('shrink_limit') }} * live.live_rows
    )

    select case when count(*) > 0 then {{ raise_error(message) }} end as complaint
    from shrinking
{%- endmacro %}
