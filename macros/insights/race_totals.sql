{#- A query with one row per race of `relation`: what the measures of its runs need to know of the whole field. -#}
{% macro race_totals(relation, race_key) %}
    select
        {{ race_key | join(', ') }},
        {{ field_size() }} as field_size,
        cast(count(position) as integer) as positions,
        cast(count(sp_decimal) as integer) as priced_runners,
        sum({{ price_probability('sp_decimal') }}) as price_sum,
        max(official_rating) as highest_official_rating,
        max(rpr) as highest_rpr,
        max(topspeed) as highest_topspeed,
        {{ in_order('position') }} as positions_in_order,
        {{ in_order('position', 'desc') }} as positions_in_reverse,
        {{ in_order('sp_decimal') }} as prices_in_order,
        {{ in_order('weight_lbs', 'desc') }} as weights_in_order
    from {{ relation }}
    group by {{ race_key | join(', ') }}
{% endmacro %}
