{#- A query with one row per entity of a kind: its current name, and what its runs in the table add up to. One pass over the rows.

    The current name is that of the latest run that has one, with `also` of the same run, kept together as one value; its fields
    have no names, because the engines name them differently.

    entity     such as jockey: columns jockey_id and jockey of results
    also       more columns of the latest run -#}
{% macro entities(entity, also=[]) %}
    {%- set id = entity ~ '_id' -%}
    {%- set described = [entity] + also -%}
    with

    results as (
        select * from {{ ref('results') }}
    ),

    careers as (
        select
            {{ id }},
            max_by(
                row({{ described | join(', ') }}),
                row(case when {{ entity }} is null then 0 else 1 end, {{ latest_run() }})
            ) as latest,
            count(*) as runs,
            cast(sum(case when position = 1 then 1 else 0 end) as bigint) as wins,
            min(race_date) as first_run_on,
            max(race_date) as last_run_on
        from results
        where {{ id }} is not null
        group by {{ id }}
    )

    select
        {{ id }},
        {%- for column in described %}
        latest[{{ loop.index }}] as {{ column }},
        {%- endfor %}
        runs,
        wins,
        first_run_on,
        last_run_on
    from careers
{% endmacro %}
