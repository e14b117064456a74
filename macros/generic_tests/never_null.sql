{#- Fails with the rows where any of `columns` is NULL: one query for all the columns a grain or a join relies on. -#}
{% test never_null(model, columns) %}
    with validation_errors as (
        select * from {{ model }}
        where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
    )

    select * from validation_errors
{% endtest %}
