{#- Fails with the rows for which `expression` is not true; unlike a plain "where not", NULL fails too. -#}
{% test holds(model, expression) %}
    with validation_errors as (
        select * from {{ model }}
        where not coalesce({{ expression }}, false)
    )

    select * from validation_errors
{% endtest %}
