{#- The probability of winning that a starting price stands for, 1 over decimal odds, before the bookmakers' margin is taken out. A
    decimal, so that sums of it depend neither on the order of rows nor on the engine. -#}
{% macro price_probability(sp_decimal) -%}
    cast(case when {{ sp_decimal }} >= 1 then 1.0e0 / {{ sp_decimal }} end as decimal(18, 12))
{%- endmacro %}

{#- The market's probability of winning with the margin taken out in proportion: the price's over the race's sum of them (the basis
    of actual/expected). It sums to 1 in a race. NULL unless the race is whole and every runner has a price. -#}
{% macro fair_probability(sp_decimal, overround, field_size, priced_runners) -%}
    case
        when {{ priced_runners }} = {{ field_size }}
            then cast({{ price_probability(sp_decimal) }} as double) / cast({{ overround }} as double)
    end
{%- endmacro %}
