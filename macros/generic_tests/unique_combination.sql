{#- A key: fails with each combination of `columns` that occurs more than once, NULLs counted as equal, or in which a column is
    NULL that is not named in `may_be_null`. Passes on an empty model. -#}
{% test unique_combination(model, columns, may_be_null=[]) %}
    with validation_errors as (
        select
            {{ columns | join(', ') }},
            count(*) as occurrences
        from {{ model }}
        group by {{ columns | join(', ') }}
        having count(*) > 1{% for column in columns if column not in may_be_null %} or {{ column }} is null{% endfor %}
    )

    select * from validation_errors
{% endtest %}
