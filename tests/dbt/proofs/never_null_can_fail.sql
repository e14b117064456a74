{% set complete = '(select 1 as a, 1 as b) as f' %}
{% set gaps = '(select 1 as a, cast(null as integer) as b union all select null, 1 union all select 1, 1) as f' %}

{{
    planted_failures([
        ['complete rows pass', 0, test_never_null(complete, ['a', 'b'])],
        ['a NULL in either column fails', 2, test_never_null(gaps, ['a', 'b'])],
        ['a column not asked for may be NULL', 1, test_never_null(gaps, ['a'])],
    ])
}}
