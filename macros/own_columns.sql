{#- The columns of the current model's table, as a select list: NULL for one that the table gains with this build.

    columns   name to type of every column that the model has -#}
{% macro own_columns(relation, columns) %}
    {%- set known = columns_in_this(columns.keys() | list) -%}
    {%- for column, type in columns.items() %}
    {{ relation ~ '.' ~ column if column in known else 'cast(null as ' ~ type ~ ') as ' ~ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- A select list over a full outer join of what should be there and what is: the former, and the latter for a row that has
    to go. `mark` is the column that tells the merge so, `gone` its value there. -#}
{% macro wanted_or_gone(wanted, own, key, columns, mark, gone) %}
    {%- for column in columns %}
    {%- set value = "'" ~ gone ~ "'" if column == mark else own ~ '.' ~ column %}
    case when {{ wanted }}.{{ key }} is null then {{ value }} else {{ wanted }}.{{ column }} end as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Name and type of every column of the log and of the table. -#}
{% macro version_columns() %}
    {{- return(dict(result_columns(), change='varchar', row_hash='varchar', loaded_at='timestamp(6)')) -}}
{% endmacro %}
