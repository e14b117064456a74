{#- What part of a win a run is: 1 for a sole winner, 1/n in a dead heat of n, 0 for everybody else; NULL for one who took no
    part.

    sharing   how many runners of the race have this position -#}
{% macro win_share(position, sharing, outcome_code) -%}
    case
        when {{ took_no_part(outcome_code) }} then null
        when {{ position }} = 1 then 1.0e0 / {{ sharing }}
        else 0.0e0
    end
{%- endmacro %}
