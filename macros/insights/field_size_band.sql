{#- Field sizes in the steps of the each-way terms. -#}
{% macro field_size_band(field_size) -%}
    case
        when {{ field_size }} < 2 then '1'
        when {{ field_size }} < 5 then '2-4'
        when {{ field_size }} < 8 then '5-7'
        when {{ field_size }} < 12 then '8-11'
        when {{ field_size }} < 16 then '12-15'
        when {{ field_size }} >= 16 then '16+'
    end
{%- endmacro %}
