{#- CTEs `log_begins`, `to_judge` and `judged`: the runners of a scope, and of these the ones to judge anew: who are new in
    the table, of whom the log now says something else, or whose morning's knowledge may have changed.

    needed               columns of a runner without which it is not judged
    with_days_since_run  add the band of days since the horse's last run
    part                 the column that tells the rows of a race apart; other than horse_id, one row per value of it -#}
{% macro judged_anew(scope, needed, with_days_since_run=false, part='horse_id') %}
    log_begins as (
        select
            country,
            min({{ first_morning_to_know('scraped_at') }}) as log_begins_on
        from {{ ref('slice_decisions') }}
        where decision = 'accepted'
        group by country
    ),

    runners as (
        select *
        from {{ ref('int_runners_to_judge') }}
        where {{ scope['judged'] }} and {{ in_batch('race_id') if part == 'horse_id' and not needed else in_entity_batch(needed[0]) }}
    ),

    to_judge as (
        {% if part == 'horse_id' %}
        select
            runners.*,
            {% if with_days_since_run %}
            runner_form.days_since_run_band,
            {% endif %}
            log_begins.log_begins_on
        from runners
        left join log_begins on runners.country = log_begins.country
        {% if with_days_since_run %}
        left join {{ ref('fct_runner_form') }} as runner_form
            on
                runners.race_id = runner_form.race_id
                and runners.horse_id = runner_form.horse_id
                and {{ scope['judged'] | replace('race_date', 'runner_form.race_date') }}
        {% endif %}
        {% else %}
        select
            runners.race_id,
            runners.{{ part }},
            runners.country,
            runners.race_date,
            {% for column in needed | reject('equalto', part) %}
            runners.{{ column }},
            {% endfor %}
            {{ row_hash("cast(runners.race_date as varchar) || '|' || runners.country", needed) }} as judged_hash,
            min(log_begins.log_begins_on) as log_begins_on
        from runners
        left join log_begins on runners.country = log_begins.country
        {% endif %}
        {% if needed %}
        where {% for column in needed %}runners.{{ column }} is not null{{ ' and ' if not loop.last }}{% endfor %}
        {% endif %}
        {% if part != 'horse_id' %}
        group by runners.race_id, runners.country, runners.race_date, runners.{{ needed | join(', runners.') }}
        {% endif %}
    ),
    {% if is_incremental() %}

    own_rows as (
        select *
        from {{ this }}
        where {{ scope['judged'] }}
    ),

    judged as (
        select to_judge.*
        from to_judge
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
        select * from to_judge
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

    entity   columns of `judged` that a run has to share; days   how far back before the first runner judged -#}
{% macro judged_history(scope, entity, days=none, with_days_since_run=false) %}
    {%- set bounds = [] if entity == ['horse_id'] or is_incremental() else [in_entity_batch('runs.' ~ entity[0])] -%}
    {%- if scope['first'] -%}
        {%- if days -%}
            {%- set first = modules.datetime.date.fromisoformat(scope['first']) - modules.datetime.timedelta(days=days + 1) -%}
            {%- do bounds.append("runs.race_date >= date '" ~ first ~ "'") -%}
        {%- endif -%}
        {%- do bounds.append('runs.' ~ entity[0] ~ ' in (select judged.' ~ entity[0] ~ ' from judged)') -%}
    {%- endif -%}
    select
        runs.*{{ ', runner_form.days_since_run_band' if with_days_since_run }}
    from {{ ref('int_runs_as_known') }} as runs
    {% if with_days_since_run %}
    left join {{ ref('fct_runner_form') }} as runner_form
        on
            runs.race_id = runner_form.race_id
            and runs.horse_id = runner_form.horse_id
            {% if scope['first'] and days %}
            and {{ bounds[0] | replace('runs.', 'runner_form.') }}
            {% endif %}
    {% endif %}
    {% if bounds %}
    where {{ bounds | join(' and ') }}
    {% endif %}
{%- endmacro %}
