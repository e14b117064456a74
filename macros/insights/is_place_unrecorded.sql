{#- Whether a horse finished without a record of where (outcome 0). The disqualified have no place, whatever their outcome says. -#}
{% macro is_place_unrecorded(outcome_code, is_disqualified) -%}
    ({{ outcome_code }} = '0' and not coalesce({{ is_disqualified }}, false))
{%- endmacro %}
