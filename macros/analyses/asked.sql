{#- What the questions in dbt_project/analyses take from --vars, with defaults that work on any lake. -#}

{#- The date asked about: --vars '{day: 2025-11-18}', else the newest date of racing. -#}
{% macro asked_day(runners=ref('fct_runners')) %}
    {%- if var('day', none) is none -%}
        (select max(race_date) from {{ runners }})
    {%- else -%}
        date '{{ var('day') }}'
    {%- endif -%}
{% endmacro %}

{#- A condition that keeps runs of the last days up to the day asked about. -#}
{% macro in_last_days(column, default) %}
    {{- column }} <= {{ asked_day() }}
    and {{ column }} > {{ asked_day() }} - interval '{{ var('days', default) | int }}' day
{%- endmacro %}

{#- A share as people read it, to three places; NULL where there is nothing to divide by. -#}
{% macro share(part, whole) -%}
    round(cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0), 3)
{%- endmacro %}

{#- Runs and what became of them, for any group of rows of fct_runners; the columns that every record has. A/E: wins over the
    wins that fair prices expect, a dead heat as half. -#}
{% macro record_of_runs(runners='runners') %}
    count(*) as runs,
    sum(case when {{ runners }}.is_winner then 1 else 0 end) as wins,
    {{ share('sum(case when ' ~ runners ~ '.is_winner then 1 else 0 end)', 'count(*)') }} as strike_rate,
    {{ share('sum(case when ' ~ runners ~ '.is_placed then 1 else 0 end)', 'count(*)') }} as place_rate,
    round(avg({{ runners }}.percent_rivals_beaten), 3) as prb,
    round(sum({{ runners }}.profit_at_sp), 2) as profit_at_sp,
    {{ actual_over_expected(runners) }} as actual_over_expected
{%- endmacro %}

{% macro actual_over_expected(runners='runners') %}
    {{- share(
        'sum(case when ' ~ runners ~ '.fair_probability is not null then ' ~ runners ~ '.win_share end)',
        'sum(' ~ runners ~ '.fair_probability)'
    ) }}
{%- endmacro %}
