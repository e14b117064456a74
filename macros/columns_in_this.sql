{#- The names of the columns that the current model's table has now; `expected` while it does not exist, and in a unit test,
    where `this` is no relation. A column that the contract gained is in the table once a merge has added it. -#}
{% macro columns_in_this(expected) %}
    {%- if not execute or this is none or this is string or load_relation(this) is none -%}{{- return(expected) -}}{%- endif -%}
    {{- return(adapter.get_columns_in_relation(this) | map(attribute='name') | list) -}}
{% endmacro %}
