{#- The number of runners of a race, as an aggregate over its rows: NULL where the race is not known to be whole. Its `ran` says so,
    which equals the rows of the race or is NULL.

    window   for use over a window, `over (partition by …)` -#}
{% macro field_size(window='') -%}
    cast(case when count(ran){{ window }} > 0 then count(*){{ window }} end as integer)
{%- endmacro %}
