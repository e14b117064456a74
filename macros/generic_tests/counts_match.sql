{#- Fails with each group whose `expression` here differs from `compare_expression` in `compare_model`.

    The groups are met in a FULL OUTER JOIN and compared with "is distinct from": a group missing on either side
    is a failure. (Summing differences, or `<>`, would let a missing day pass as no difference.)

    group_by                    columns that name a group, the same on both sides, never NULL
    expression                  aggregate over the group in the model, such as count(*)
    compare_expression          aggregate over the group in compare_model, such as max(ran)
    compare_model               left out: the model itself
    rows_where, compare_where   conditions on the rows taken into account on either side -#}
{% test counts_match(
    model, group_by, expression, compare_expression, compare_model=none, rows_where='true', compare_where='true'
) %}
    with counted as (
        select
            {{ group_by | join(', ') }},
            {{ expression }} as counted
        from {{ model }}
        where {{ rows_where }}
        group by {{ group_by | join(', ') }}
    ),

    expected as (
        select
            {{ group_by | join(', ') }},
            {{ compare_expression }} as expected
        from {{ compare_model if compare_model is string else get_where_subquery(compare_model) if compare_model else model }}
        where {{ compare_where }}
        group by {{ group_by | join(', ') }}
    ),

    validation_errors as (
        select
            {%- for column in group_by %}
            coalesce(counted.{{ column }}, expected.{{ column }}) as {{ column }},
            {%- endfor %}
            counted.counted,
            expected.expected
        from counted
        full outer join expected
            on {% for column in group_by %}counted.{{ column }} = expected.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
        where counted.counted is distinct from expected.expected
    )

    select * from validation_errors
{% endtest %}
