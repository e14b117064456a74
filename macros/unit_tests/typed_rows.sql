{#- A query of literal rows: every column of `columns` (name to type) cast, NULL where a row leaves it out. -#}
{% macro typed_rows(columns, rows) %}
    {%- for row in rows or [{}] %}
    {%- for name in row if name not in columns -%}
        {%- do exceptions.raise_compiler_error("The fixture has a column " ~ name ~ ", which the model has not; known are " ~ columns.keys() | join(', ')) -%}
    {%- endfor %}
    select
        {%- for name, type in columns.items() %}
        {%- set value = row.get(name) %}
        cast({{ 'null' if value is none else ("'" ~ value ~ "'") if value is string else value }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{- '\n    where false' if not rows }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
