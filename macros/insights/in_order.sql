{#- An aggregate: the values of a column of a race, in order. NULL when there are none. -#}
{% macro in_order(column, direction='asc') -%}
    array_agg({{ column }} order by {{ column }} {{ direction }}) filter (where {{ column }} is not null)
{%- endmacro %}

{#- The rank of a value among values in order, 1 first; equals share it. NULL without a value.

    in_order   what the aggregate of that name gave. Both engines find the first of equals. -#}
{% macro rank_among(value, in_order) -%}
    case when {{ value }} is not null then cast(array_position({{ in_order }}, {{ value }}) as integer) end
{%- endmacro %}

{#- How many of the values are equal to this one: all, less those before the first and after the last of them.

    in_order, in_reverse   the values in order, and the other way round
    number                 how many they are -#}
{% macro number_equal(value, in_order, in_reverse, number) -%}
    cast({{ number }} + 2 - {{ rank_among(value, in_order) }} - {{ rank_among(value, in_reverse) }} as integer)
{%- endmacro %}
