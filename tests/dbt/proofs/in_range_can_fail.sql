{% set inside = '(select 1 as a union all select 7 union all select null) as f' %}
{% set outside = '(select 0 as a union all select 8 union all select 4) as f' %}
{% set negative = '(select -1 as a union all select 8) as f' %}

{{
    planted_failures([
        ['the bounds are inside and NULL passes', 0, test_in_range(inside, 'a', 1, 7)],
        ['below and above fail', 2, test_in_range(outside, 'a', 1, 7)],
        ['one bound alone, and zero is a bound', 1, test_in_range(negative, 'a', minimum=0)],
        ['the other bound alone', 1, test_in_range(negative, 'a', maximum=0)],
    ])
}}
