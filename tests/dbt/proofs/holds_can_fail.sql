{% set rising = '(select 1 as a, 2 as b) as f' %}
{% set doubtful = '(select 2 as a, 1 as b union all select 1, null union all select 1, 2) as f' %}

{{
    planted_failures([
        ['true passes', 0, test_holds(rising, 'a < b')],
        ['false fails, and so does not knowing', 2, test_holds(doubtful, 'a < b')],
    ])
}}
