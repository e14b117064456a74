{#- The conditions of a race under which a horse's record is kept apart: name to condition on a run before it. -#}
{% macro runner_conditions() %}
    {%- set course = 'runs.course_id = judged.course_id' -%}
    {%- set distance = 'runs.distance_band = judged.distance_band' -%}
    {{- return({
        'career': 'true',
        'year': 'runs.race_date >= ' ~ days_after('judged.race_date', -365),
        'course': course,
        'distance': distance,
        'course_distance': course ~ ' and ' ~ distance,
        'going': 'runs.going_band = judged.going_band',
        'surface': 'runs.surface = judged.surface',
        'race_type': 'runs.race_type = judged.race_type',
        'class_or_better': 'runs.class_rank <= judged.class_rank',
        'handicap': 'runs.is_handicap',
    }) -}}
{% endmacro %}

{#- A run's outcome as one letter or digit of a form figure; 0 for tenth or worse. Beside it stands the seed outcome_codes.
    The disqualified may keep the number they finished with as their outcome: to a form figure they are disqualified. -#}
{% macro outcome_figure(runs) %}
    case
        when {{ runs }}.position between 1 and 9 then cast({{ runs }}.position as varchar)
        when {{ runs }}.position is not null then '0'
        when {{ runs }}.is_disqualified then 'D'
        else outcome_codes.form_figure
    end
{%- endmacro %}

{#- The value of the n-th entry of a list, NULL when there are fewer. -#}
{% macro entry(list, number) %}
    {{- return(adapter.dispatch('entry')(list, number)) -}}
{% endmacro %}

{% macro default__entry(list, number) %}
    {{- return('element_at(' ~ list ~ ', ' ~ number ~ ')') -}}
{% endmacro %}

{% macro duckdb__entry(list, number) %}
    {{- return(list ~ '[' ~ number ~ ']') -}}
{% endmacro %}

{#- The last six outcomes, the oldest first: a dash where a new year begins, a stroke where a whole year lies between. The
    entries of `recent` are runs, the last first; `year` and `figure` the numbers of these fields. -#}
{% macro form_figures(recent, year, figure) %}
    {%- for number in range(6, 0, -1) -%}
        {%- if number < 6 -%}
        || case
            when {{ entry(recent, number + 1) }} is null then ''
            when {{ entry(recent, number) }}[{{ year }}] - {{ entry(recent, number + 1) }}[{{ year }}] > 1 then '/'
            when {{ entry(recent, number) }}[{{ year }}] > {{ entry(recent, number + 1) }}[{{ year }}] then '-'
            else ''
        end
        || {% endif -%}
        coalesce({{ entry(recent, number) }}[{{ figure }}], '')
    {% endfor %}
{%- endmacro %}

{#- The greatest of some values, NULLs left out. -#}
{% macro greatest_known(values) %}
    nullif(greatest({% for value in values %}coalesce({{ value }}, -1){{ ', ' if not loop.last }}{% endfor %}), -1)
{%- endmacro %}

{#- How long a horse had been away, by days since its last run; `first run` where none is known. -#}
{% macro days_since_run_band(days) %}
    case
        when {{ days }} is null then 'first run'
        when {{ days }} <= 7 then '1-7'
        when {{ days }} <= 14 then '8-14'
        when {{ days }} <= 30 then '15-30'
        when {{ days }} <= 60 then '31-60'
        when {{ days }} <= 120 then '61-120'
        else 'over 120'
    end
{%- endmacro %}

{#- Runs, wins and places of a horse under a condition; NULL where the race judged does not say what it is of. -#}
{% macro runner_counts(name) %}
    {%- set asked = {
        'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'],
        'going': ['going_band'], 'surface': ['surface'], 'race_type': ['race_type'], 'class_or_better': ['class_rank'],
    }.get(name, []) -%}
    {%- for measure in ['runs', 'wins', 'places'] -%}
    {%- set count = 'cast(coalesce(records.' ~ name ~ '_' ~ measure ~ ', 0) as integer)' -%}
    {%- if asked %}
    case
        when judged.{{ asked | join(' is not null and judged.') }} is not null
            then {{ count }}
    end
    {%- else %}
    {{ count }}
    {%- endif %} as {{ name }}_{{ measure }}{{ ',' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
