{#- A key: fails with each combination of `columns` that occurs more than once, or in which a column is NULL. Passes on an
    empty model. -#}
{% test unique_combination(model, columns) %}
    with validation_errors as (
        select
            {{ columns | join(', ') }},
            count(*) as occurrences
        from {{ model }}
        group by {{ columns | join(', ') }}
        having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}
    )

    select * from validation_errors
{% endtest %}
