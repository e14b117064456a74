{% set distinct_rows = '(select 1 as a, 1 as b union all select 1, 2) as f' %}
{% set repeated = '(select 1 as a, 1 as b union all select 1, 1 union all select 1, 1) as f' %}
{% set repeated_null = '(select 1 as a, cast(null as integer) as b union all select 1, null) as f' %}
{% set one_null = '(select 1 as a, cast(null as integer) as b union all select 1, 2) as f' %}
{% set no_rows = '(select 1 as a, 1 as b where false) as f' %}

{{
    planted_failures([
        ['distinct rows pass', 0, test_unique_combination(distinct_rows, ['a', 'b'])],
        ['a repeated pair fails once', 1, test_unique_combination(repeated, ['a', 'b'])],
        ['NULL equals NULL', 1, test_unique_combination(repeated_null, ['a', 'b'])],
        ['a key that is partly NULL is none', 1, test_unique_combination(one_null, ['a', 'b'])],
        ['but where it may be', 0, test_unique_combination(one_null, ['a', 'b'], ['b'])],
        ['and there NULL equals NULL too', 1, test_unique_combination(repeated_null, ['a', 'b'], ['b'])],
        ['no rows pass', 0, test_unique_combination(no_rows, ['a', 'b'])],
    ])
}}
