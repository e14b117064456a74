{#- Fails with the rows whose value is below `minimum` or above `maximum` (both inclusive, either may be left out). NULL passes. -#}
{% test in_range(model, column_name, minimum=none, maximum=none) %}
    {%- if minimum is none and maximum is none -%}
        {%- do exceptions.raise_compiler_error("in_range on " ~ model ~ "." ~ column_name ~ " needs a minimum, a maximum or both") -%}
    {%- endif %}
    with validation_errors as (
        select * from {{ model }}
        where
            false
            {%- if minimum is not none %}
            or {{ column_name }} < {{ minimum }}
            {%- endif %}
            {%- if maximum is not none %}
            or {{ column_name }} > {{ maximum }}
            {%- endif %}
    )

    select * from validation_errors
{% endtest %}
