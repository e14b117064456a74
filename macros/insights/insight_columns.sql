{#- Name and type of every column of the current model, as its yml file says. -#}
{% macro insight_columns() %}
    {%- set columns = dict() -%}
    {%- for name, column in (model.columns or {}).items() -%}
        {%- do columns.update({name: column.data_type}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
