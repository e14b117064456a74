{#- A query for `results` as it stood at a moment: who had run by then, and what was known of it, one row per runner of a race.

    `known_by` says whether the log had seen the row by the moment (observed), or begins too late, so that the oldest version
    stands in (assumed): as with history that was imported or scraped afterwards. A race is not assumed where someone had
    looked at its day before the moment and had not found it.

    moment   a UTC timestamp, as a SQL expression: results_as_of("timestamp '2026-06-01 08:00:00'") -#}
{% macro results_as_of(moment) %}
    {%- set columns = result_columns().keys() | list -%}
    with logged as (
        select
            race_id,
            horse_id,
            scraped_at,
            min(scraped_at) over (partition by race_id) as race_first_at
        from {{ ref('result_versions') }}
    ),

    looks as (
        {{ first_looks() }}
    ),

    -- The keys first, then the rows by key, which a filter on dates reaches.
    newest as (
        select
            race_id,
            horse_id,
            -- the same on every row of a race; as an aggregate, the moment may be a subquery
            max(case when race_first_at <= {{ moment }} then 'observed' else 'assumed' end) as known_by,
            max(scraped_at) as scraped_at
        from logged
        where scraped_at <= {{ moment }} or (race_first_at > {{ moment }} and scraped_at = race_first_at)
        group by race_id, horse_id
    )

    select
        versions.{{ columns | join(',\n        versions.') }},
        newest.known_by
    from {{ ref('result_versions') }} as versions
    inner join newest
        on
            versions.race_id = newest.race_id
            and versions.horse_id = newest.horse_id
            and versions.scraped_at = newest.scraped_at
    left join looks on versions.country = looks.country and versions.race_date = looks.race_date
    where
        versions.change <> 'delete'
        and (
            newest.known_by = 'observed'
            or (
                (looks.first_look_at is null or looks.first_look_at > {{ moment }})
                and coalesce(versions.off_at, cast({{ days_after('versions.race_date', 1) }} as timestamp(6))) < {{ moment }}
            )
        )
{%- endmacro %}
