{#- A query with one row per name that an entity of a kind has had, in any version of a result that the log has: names change
    from one race to the next, and the source changes them in races that have been. An id that no result has any more is left out.

    entity      such as jockey: columns jockey_id and jockey of result_versions
    dimension   the model with its current name -#}
{% macro entity_names(entity, dimension) %}
    {%- set id = entity ~ '_id' -%}
    with

    names as (
        select
            {{ id }},
            {{ entity }},
            min(race_date) as first_run_on,
            max(race_date) as last_run_on,
            min(scraped_at) as first_seen_at
        from {{ ref('result_versions') }}
        where {{ entity }} is not null and change <> 'delete'
        group by {{ id }}, {{ entity }}
    )

    select
        names.{{ id }},
        names.{{ entity }},
        coalesce(names.{{ entity }} = dimension.{{ entity }}, false) as is_current,
        names.first_run_on,
        names.last_run_on,
        names.first_seen_at
    from names
    inner join {{ ref(dimension) }} as dimension on names.{{ id }} = dimension.{{ id }}
{% endmacro %}
