{#- Whether a runner has the highest rating of its race; of several with the same, all have. NULL when nobody is rated, or the race
    is not known to be whole. -#}
{% macro is_top_rated(rating, highest, field_size) -%}
    case when {{ field_size }} is not null and {{ highest }} is not null then coalesce({{ rating }} = {{ highest }}, false) end
{%- endmacro %}
