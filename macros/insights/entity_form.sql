{#- The record of an entity (trainer, jockey, sire, ...) before each race of its runners: CTEs, the last of them `form`, one row
    per runner to judge.

    Every run counts from the first morning that knew of it to the morning when a window ends, or when the log told it
    otherwise. So it enters a running sum and leaves it again; what a morning knew is the sum of what had happened by then.
    Sums are over whole numbers (billionths), which no order of rows and no engine can make differ.

    Reads the CTEs `to_judge` (who may be judged), `judged` (who is), `history` (what mornings knew of runs), and of the two
    with days since the last run `rested_to_judge` and `rested_history`.

    entity       its columns, in all of them
    windows      name to days, all of them for the whole record
    conditions   name to columns; each for the longest window alone
    scope        from form_scope -#}
{% macro entity_form(entity, windows, conditions, scope) %}
    {%- set longest = windows.keys() | list | last -%}
    {{ record_sums('record', 'to_judge', 'history', entity, windows, scope) }},
    {% for name, columns in conditions.items() %}
    {% set rested = 'rested_' if name == 'days_since_run' else '' %}
    {{ record_sums(name ~ '_record', rested ~ 'to_judge', rested ~ 'history', entity + columns, {longest: windows[longest]}, scope) }},
    {% endfor %}

    form as (
        select
            judged.race_id,
            judged.horse_id,
            judged.country,
            judged.race_date,
            {% for column in entity %}
            judged.{{ column }},
            {% endfor %}
            case
                when judged.race_date < judged.log_begins_on or record.assumed > 0 then 'assumed'
                else 'observed'
            end as known_by,
            {% for window in windows %}
            {{ record_measures('record', window, '') }},
            {% endfor %}
            {% for name in conditions %}
            {{ record_measures(name ~ '_record', longest, name ~ '_') }},
            {% endfor %}
            judged.judged_hash,
            'insert' as change,
            {{ decided_until() }} as loaded_at
        from judged
        {% if 'days_since_run' in conditions %}
        left join rested_to_judge on judged.race_id = rested_to_judge.race_id and judged.horse_id = rested_to_judge.horse_id
        {% endif %}
        {{ joined_record('record', entity) }}
        {% for name, columns in conditions.items() %}
        {{ joined_record(name ~ '_record', entity + columns) }}
        {% endfor %}
    )
{%- endmacro %}

{% macro joined_record(record, key) %}
    left join {{ record }}
        on
            judged.race_date = {{ record }}.morning
            {% for column in key %}
            and {{ 'rested_to_judge' if column == 'days_since_run_band' else 'judged' }}.{{ column }} = {{ record }}.{{ column }}
            {% endfor %}
{%- endmacro %}

{#- What of a run is summed: name to expression over a row of history. Whole numbers, as doubles: these add up exactly up to
    nine million billionths, in any order, and take half the room of the engines' own sums of integers. -#}
{% macro summed_measures() %}
    {{- return({
        'runs': '1.0e0',
        'wins': 'case when history.position = 1 then 1.0e0 else 0.0e0 end',
        'places': 'case when history.is_placed then 1.0e0 else 0.0e0 end',
        'prb': billionths('history.percent_rivals_beaten'),
        'prb_runs': 'case when history.percent_rivals_beaten is not null then 1.0e0 else 0.0e0 end',
        'profit': billionths('history.profit_at_sp'),
        'bets': 'case when history.profit_at_sp is not null then 1.0e0 else 0.0e0 end',
        'actual': billionths('case when history.fair_probability is not null then history.win_share end'),
        'expected': billionths('history.fair_probability'),
    }) -}}
{% endmacro %}

{% macro billionths(measure) %}
    {{- return('coalesce(round(1.0e9 * (' ~ measure ~ ')), 0.0e0)') -}}
{% endmacro %}

{#- CTEs that end in `name`: one row per key and morning on which a runner is judged by it, the sums known by then.

    key       columns of `judged` and `history`
    windows   name to days before the race
    scope     from form_scope. What changed before the first morning it asks of may as well have changed on it, and what
              changes after the last is not asked: so there are few mornings to sum -#}
{% macro record_sums(name, judged, history, key, windows, scope) %}
    {%- set measures = summed_measures() -%}
    {%- set longest = windows.keys() | list | last -%}
    {{ name }}_runs as (
        select
            {% for column in key %}
            history.{{ column }},
            {% endfor %}
            {% for measure, expression in measures.items() %}
            {{ expression }} as {{ measure }},
            {% endfor %}
            {% for window, days in windows.items() %}
            least(
                coalesce(history.to_morning, date '9999-12-31'),
                {{ days_after('history.race_date', days + 1) }}
            ) as ends_on_{{ window }},
            {% endfor %}
            history.from_morning,
            history.observed_from
        from {{ history }} as history
        where {% for column in key %}history.{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
    ),

    -- A run enters every window at once (0), leaves each on a day of its own (1, 2, ...), and is assumed until the log had
    -- seen it (the last).
    {{ name }}_changes as (
        select
            runs.*,
            parts.part,
            {{ 'greatest(' if scope['first'] }}case parts.part
                when 0 then runs.from_morning
                {% for window in windows %}
                when {{ loop.index }} then runs.ends_on_{{ window }}
                {% endfor %}
                else runs.observed_from
            end{{ ", date '" ~ scope['first'] ~ "')" if scope['first'] }} as morning,
            {% for window in windows %}
            case
                when runs.ends_on_{{ window }} <= runs.from_morning then 0
                when parts.part = 0 then 1
                when parts.part = {{ loop.index }} then -1
                else 0
            end as sign_{{ window }},
            {% endfor %}
            case
                when least(runs.ends_on_{{ longest }}, runs.observed_from) <= runs.from_morning then 0
                when parts.part = 0 then 1
                when parts.part = {{ windows | length }} and runs.observed_from >= runs.ends_on_{{ longest }} then -1
                when parts.part > {{ windows | length }} and runs.observed_from < runs.ends_on_{{ longest }} then -1
                else 0
            end as assumed_sign
        from {{ name }}_runs as runs
        cross join (values {% for part in range(windows | length + 2) %}({{ part }}){{ ', ' if not loop.last }}{% endfor %}) as parts (part)
        where parts.part <= {{ windows | length }} or runs.observed_from > runs.from_morning
    ),

    {{ name }}_summed as (
        select
            {{ key | join(', ') }},
            morning,
            {% for window in windows %}
            {% for measure in measures %}
            sum(sign_{{ window }} * {{ measure }}) as {{ measure }}_{{ window }},
            {% endfor %}
            {% endfor %}
            sum(assumed_sign) as assumed,
            0 as is_asked
        from {{ name }}_changes
        {% if scope['last'] %}
        where morning <= date '{{ scope['last'] }}'
        {% endif %}
        group by {{ key | join(', ') }}, morning
        union all
        select distinct
            {{ key | join(', ') }},
            race_date as morning,
            {% for window in windows %}
            {% for measure in measures %}
            0.0e0 as {{ measure }}_{{ window }},
            {% endfor %}
            {% endfor %}
            0 as assumed,
            1 as is_asked
        from {{ judged }}
        where {{ scope['asked'] }}{% for column in key %} and {{ column }} is not null{% endfor %}
    ),

    {{ name }} as (
        select *
        from (
            select
                {{ key | join(', ') }},
                morning,
                is_asked,
                {% for window in windows %}
                {% for measure in measures %}
                sum({{ measure }}_{{ window }}) over so_far as {{ measure }}_{{ window }},
                {% endfor %}
                {% endfor %}
                sum(assumed) over so_far as assumed
            from {{ name }}_summed
            -- the question comes after the changes of its morning
            window so_far as (
                partition by {{ key | join(', ') }} order by morning, is_asked rows unbounded preceding
            )
        ) as told
        where is_asked = 1
    )
{%- endmacro %}

{#- The measures of a record over a window, as people read them; NULL where the condition is not known. -#}
{% macro record_measures(record, window, prefix) %}
    {%- set sums = dict() -%}
    {%- for measure in summed_measures() -%}{%- do sums.update({measure: record ~ '.' ~ measure ~ '_' ~ window}) -%}{%- endfor -%}
    cast({{ sums['runs'] }} as integer) as {{ prefix }}runs_{{ window }},
    cast({{ sums['wins'] }} as integer) as {{ prefix }}wins_{{ window }},
    {{ ratio(sums['wins'], sums['runs']) }} as {{ prefix }}strike_rate_{{ window }},
    {{ ratio(sums['places'], sums['runs']) }} as {{ prefix }}place_rate_{{ window }},
    {{ ratio(sums['prb'], '1000000000 * ' ~ sums['prb_runs']) }} as {{ prefix }}prb_{{ window }},
    case when {{ sums['bets'] }} > 0 then cast({{ sums['profit'] }} as double) / 1.0e9 end as {{ prefix }}profit_at_sp_{{ window }},
    {{ ratio(sums['actual'], sums['expected']) }} as {{ prefix }}actual_over_expected_{{ window }}
{%- endmacro %}

{% macro ratio(part, whole) %}
    {{- return('case when ' ~ whole ~ ' > 0 then cast(' ~ part ~ ' as double) / cast(' ~ whole ~ ' as double) end') -}}
{% endmacro %}
