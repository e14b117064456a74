{#- Fails with the rows whose `column` is smaller, by more than `tolerance`, than in the row before by `order_by`
    within `partition_by`. Rows where either is NULL are left out, and so are whole partitions in which any row
    meets `except_if`. Rows that tie on `order_by` are compared in order of `column`. -#}
{% test never_decreasing(model, column, order_by, partition_by, tolerance=0, except_if='false') %}
    with considered as (
        select
            *,
            max(case when {{ except_if }} then 1 else 0 end) over (partition by {{ partition_by | join(', ') }}) as is_excepted
        from {{ model }}
    ),

    in_order as (
        select
            *,
            lag({{ column }}) over (
                partition by {{ partition_by | join(', ') }} order by {{ order_by }}, {{ column }}
            ) as previous_value
        from considered
        where is_excepted = 0 and {{ column }} is not null and {{ order_by }} is not null
    ),

    validation_errors as (
        select * from in_order
        where {{ column }} < previous_value - {{ tolerance }}
    )

    select * from validation_errors
{% endtest %}
