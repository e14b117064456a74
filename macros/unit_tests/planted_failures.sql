{#- Tests a generic test: each case is [what is planted, how many failures it must count, the test's query on a fixture].
    Returns the cases that counted something else. -#}
{% macro planted_failures(cases) %}
    with cases as (
        {%- for fixture, expected, errors in cases %}
        select
            '{{ fixture }}' as fixture,
            {{ expected }} as expected,
            count(*) as found
        from ({{ errors }}) as errors
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    )

    select * from cases
    where found <> expected
{% endmacro %}
