{#- A condition: any of the columns differs between two relations. NULL equals NULL. -#}
{% macro differs(one, other, columns) %}
    {%- for column in columns -%}
        {{ '(' if loop.first }}{{ one }}.{{ column }} is distinct from {{ other }}.{{ column }}{{ ')' if loop.last else '\n        or ' }}
    {%- endfor -%}
{% endmacro %}
