{#- CTEs `log_begins`, `to_judge` and `judged`: the runners of a scope, and of these the ones to judge anew: who are new in
    the table, of whom the log now says something else, or whose morning's knowledge may have changed.

    needed   columns of a runner without which it is not judged
    part     the column that tells the rows of a race apart; other than horse_id, one row per value of it -#}
{% macro judged_anew(scope, needed, part='horse_id') %}
    log_begins as (
        select
            country,
            min({{ first_morning_to_know('scraped_at') }}) as log_begins_on
        from {{ ref('slice_decisions') }}
        where decision = 'accepted'
        group by country
    ),

    to_judge as (
        select
            {% if part == 'horse_id' %}
            *
            {% else %}
            race_id,
            country,
            race_date,
            {{ needed | join(',\n            ') }},
            {{ row_hash("cast(race_date as varchar) || '|' || country", needed) }} as judged_hash
            {% endif %}
        from {{ ref('int_runners_to_judge') }}
        where
            {{ scope['judged'] }}
            and {{ in_entity_batch(needed[0]) if needed else in_batch('race_id') }}
            {% for column in needed %}
            and {{ column }} is not null
            {% endfor %}
        {% if part != 'horse_id' %}
        group by race_id, country, race_date, {{ needed | join(', ') }}
        {% endif %}
    ),
    {% if is_incremental() %}

    own_rows as (
        select *
        from {{ this }}
        where {{ scope['judged'] }}
    ),

    judged as (
        select
            to_judge.*,
            log_begins.log_begins_on
        from to_judge
        left join log_begins on to_judge.country = log_begins.country
        left join own_rows on to_judge.race_id = own_rows.race_id and to_judge.{{ part }} = own_rows.{{ part }}
        where
            own_rows.race_id is null
            or own_rows.judged_hash <> to_judge.judged_hash
            {% if scope['since'] %}
            or to_judge.race_date >= date '{{ scope['since'] }}'
            {% endif %}
    )
    {% else %}

    judged as (
        select
            to_judge.*,
            log_begins.log_begins_on
        from to_judge
        left join log_begins on to_judge.country = log_begins.country
    )
    {% endif %}
{%- endmacro %}

{#- The end of a form mart: rows of `form` that differ from the table as it is; and rows of the table whose runner is gone,
    which the merge removes. Rows of runners who were not judged anew stay as they are. -#}
{% macro changed_form(columns, part='horse_id') %}
    {%- set names = columns.keys() | list -%}
    {%- if not is_incremental() -%}
    select {{ names | join(', ') }} from form
    {%- else -%}
    select
        {% for name in names %}
        form.{{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from form
    left join own_rows on form.race_id = own_rows.race_id and form.{{ part }} = own_rows.{{ part }}
    where
        own_rows.race_id is null
        or {{ differs('form', 'own_rows', names | reject('equalto', 'loaded_at') | list) }}
    union all
    select
        {% for name in names %}
        {{ "'delete' as change" if name == 'change' else 'own_rows.' ~ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from own_rows
    left join to_judge on own_rows.race_id = to_judge.race_id and own_rows.{{ part }} = to_judge.{{ part }}
    where to_judge.race_id is null
    {%- endif -%}
{%- endmacro %}

{#- No row of the columns: what a build with nothing to judge merges, without a look at any table. -#}
{% macro nothing_to_merge(columns) %}
    select
        {% for name, type in columns.items() %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    where false
{%- endmacro %}

{#- A query for the runs to judge by: what mornings knew of the earlier runs of the entities judged, in the years asked for.

    entity   columns of `to_judge` that a run has to share; days   how far back before the first runner judged -#}
{% macro judged_history(scope, entity, days=none) %}
    {%- set bounds = [] if entity == ['horse_id'] or is_incremental() else [in_entity_batch('runs.' ~ entity[0])] -%}
    {%- if scope['first'] -%}
        {%- if days -%}{%- do bounds.append(days_back(scope, 'runs', days)) -%}{%- endif -%}
        {%- do bounds.append('runs.' ~ entity[0] ~ ' in (select to_judge.' ~ entity[0] ~ ' from to_judge where ' ~ scope['asked'] ~ ')') -%}
    {%- endif -%}
    select runs.*
    from {{ ref('int_runs_as_known') }} as runs
    {% if bounds %}
    where {{ bounds | join(' and ') }}
    {% endif %}
{%- endmacro %}

{#- A literal condition: no further back than so many days before the first runner judged. -#}
{% macro days_back(scope, relation, days) %}
    {%- set first = modules.datetime.date.fromisoformat(scope['first']) - modules.datetime.timedelta(days=days + 1) -%}
    {{- return(relation ~ ".race_date >= date '" ~ first ~ "'") -}}
{% endmacro %}

{#- CTEs `rested_to_judge` and `rested_history`: the rows of `to_judge` and `history` with the band of days for which each runner
    had been away on the morning of its race. Of runners whom a later scrape took out of their race there is no form any more;
    theirs is worked out here, for past mornings knew them. -#}
{% macro rested_ctes(scope, days) %}
    {%- set recent = days_back(scope, 'runner_form', days) if scope['first'] else 'true' -%}
    rested_to_judge as (
        select
            to_judge.*,
            runner_form.days_since_run_band
        from to_judge
        inner join {{ ref('fct_runner_form') }} as runner_form
            on to_judge.race_id = runner_form.race_id and to_judge.horse_id = runner_form.horse_id and {{ recent }}
    ),

    formed_history as (
        select
            history.*,
            runner_form.days_since_run_band as told_band
        from history
        left join {{ ref('fct_runner_form') }} as runner_form
            on history.race_id = runner_form.race_id and history.horse_id = runner_form.horse_id and {{ recent }}
    ),

    gone as (
        select
            runs.race_id,
            runs.horse_id,
            runs.race_date,
            max(earlier.race_date) as last_run_on
        from formed_history as runs
        inner join {{ ref('int_runs_as_known') }} as earlier
            on
                runs.horse_id = earlier.horse_id
                and runs.race_date >= earlier.from_morning
                and (earlier.to_morning is null or runs.race_date < earlier.to_morning)
        where runs.told_band is null
        group by runs.race_id, runs.horse_id, runs.race_date
    ),

    rested_history as (
        select
            runs.*,
            coalesce(
                runs.told_band, {{ days_since_run_band("date_diff('day', gone.last_run_on, runs.race_date)") }}
            ) as days_since_run_band
        from formed_history as runs
        left join gone
            on runs.race_id = gone.race_id and runs.horse_id = gone.horse_id and runs.race_date = gone.race_date
    )
{%- endmacro %}
