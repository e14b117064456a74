{#- An aggregate over the rows of a race: the number of runners, NULL where the race is not known to be whole. Its `ran` says so,
    which equals the rows of the race or is NULL. -#}
{% macro field_size() -%}
    cast(case when count(ran) > 0 then count(*) end as integer)
{%- endmacro %}
