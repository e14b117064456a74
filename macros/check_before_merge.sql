{#- Run the check that the current model names in `meta.check_before_merge`: a macro that is given the relation with the
    rows about to be merged, and raises an error to stop the model with nothing written.

    It is a query of its own, not a part of the model's: together they are more stages than Athena takes. -#}
{% macro check_before_merge(rows) %}
    {%- set check = config.get('meta', {}).get('check_before_merge') -%}
    {%- if check -%}
        {%- do context[check](rows) -%}
    {%- endif -%}
{% endmacro %}
