{#- A query for the pairs of consecutive versions of runners, each with what it takes to tell their changes: `fields`, a list of
    the fields that differ, with NULL for each that does not, and `values_before` and `values_after` beside it.

    keys     CTE of version keys, each with the version before it (country_before, race_date_before, scraped_at_before)
    is_moved whether the version before may lie on another date or in another country. Where it may not, a filter on country
             or race_date reaches the data files of both. -#}
{% macro version_pairs(keys, is_moved) %}
    select
        later.race_id,
        later.horse_id,
        later.race_date,
        later.country,
        later.scraped_at,
        later.off_at,
        later.run_id,
        coalesce(later.fetched_at <= earlier.fetched_at, false) as is_same_page,
        array[
            case
                when earlier.change = 'delete' and later.change <> 'delete' then '(runner)'
                when earlier.change <> 'delete' and later.change = 'delete' then '(runner)'
            end
            {%- for field, type in correction_fields().items() %},
            case when earlier.{{ field }} is distinct from later.{{ field }} then '{{ field }}' end
            {%- endfor %}
        ] as fields,
        array[
            case when earlier.change <> 'delete' then coalesce(earlier.horse, '?') end
            {%- for field, type in correction_fields().items() %},
            case
                when earlier.{{ field }} is distinct from later.{{ field }}
                    then {{ as_text('earlier.' ~ field, type) }}
            end
            {%- endfor %}
        ] as values_before,
        array[
            case when later.change <> 'delete' then coalesce(later.horse, '?') end
            {%- for field, type in correction_fields().items() %},
            case
                when earlier.{{ field }} is distinct from later.{{ field }}
                    then {{ as_text('later.' ~ field, type) }}
            end
            {%- endfor %}
        ] as values_after
    from {{ keys }} as pairs
    inner join {{ ref('result_versions') }} as later
        on
            pairs.race_id = later.race_id
            and pairs.horse_id = later.horse_id
            and pairs.scraped_at = later.scraped_at
            and pairs.race_date = later.race_date
            and pairs.country = later.country
    inner join {{ ref('result_versions') }} as earlier
        on
            pairs.race_id = earlier.race_id
            and pairs.horse_id = earlier.horse_id
            and pairs.scraped_at_before = earlier.scraped_at
            {%- if is_moved %}
            and pairs.race_date_before = earlier.race_date
            and pairs.country_before = earlier.country
            {%- else %}
            and pairs.race_date = earlier.race_date
            and pairs.country = earlier.country
            {%- endif %}
{%- endmacro %}
