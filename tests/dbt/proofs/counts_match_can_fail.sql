-- The two planted failures that tests of this kind are known to miss are a day missing on either side.
{% set days = "(select 'mon' as d, 2 as n union all select 'tue', 3) as f" %}
{% set other_count = "(select 'mon' as d, 2 as n union all select 'tue', 4) as g" %}
{% set day_more = "(select 'mon' as d, 2 as n union all select 'tue', 3 union all select 'wed', 5) as g" %}
{% set day_less = "(select 'mon' as d, 2 as n) as g" %}
{% set unknown = "(select 'mon' as d, 2 as n union all select 'tue', null) as g" %}

{{
    planted_failures([
        ['equal counts pass', 0, test_counts_match(days, ['d'], 'sum(n)', 'max(n)')],
        ['another count fails', 1, test_counts_match(days, ['d'], 'sum(n)', 'sum(n)', other_count)],
        ['a day missing here fails', 1, test_counts_match(days, ['d'], 'sum(n)', 'sum(n)', day_more)],
        ['a day missing there fails', 1, test_counts_match(days, ['d'], 'sum(n)', 'sum(n)', day_less)],
        ['NULL is not a count', 1, test_counts_match(days, ['d'], 'sum(n)', 'sum(n)', unknown)],
        ['rows can be left out here', 0, test_counts_match(days, ['d'], 'sum(n)', 'sum(n)', day_less, "d = 'mon'")],
        ['and there', 1, test_counts_match(days, ['d'], 'sum(n)', 'sum(n)', day_more, compare_where="d = 'mon'")],
    ])
}}
