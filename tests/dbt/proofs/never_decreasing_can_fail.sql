{% set steady -%}
    (
        select 1 as g, 1 as o, 0.0 as v union all select 1, 2, 2.0 union all select 1, 3, null
        union all select 1, 4, 2.0 union all select 1, 5, 1.6
    ) as f
{%- endset %}
{% set falling -%}
    (
        select 1 as g, 1 as o, 3.0 as v union all select 1, 2, 2.0 union all select 1, 3, null
        union all select 1, 4, 1.0
    ) as f
{%- endset %}
{% set partitions -%}
    (
        select 1 as g, 1 as o, 9.0 as v, false as x union all select 2, 1, 3.0, false union all select 2, 2, 1.0, false
        union all select 3, 1, 3.0, true union all select 3, 2, 1.0, false
    ) as f
{%- endset %}

{{
    planted_failures([
        ['rising, level, nearly level and NULL pass', 0, test_never_decreasing(steady, 'v', 'o', ['g'], tolerance=0.5)],
        ['a fall fails, also across a NULL', 2, test_never_decreasing(falling, 'v', 'o', ['g'], tolerance=0.5)],
        ['partitions are apart, one is excepted', 1, test_never_decreasing(partitions, 'v', 'o', ['g'], except_if='x')],
    ])
}}
