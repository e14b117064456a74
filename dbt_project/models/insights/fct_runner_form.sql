-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        unique_key=['race_id', 'horse_id'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete'",
        insert_condition="src.change <> 'delete'",
        rows_per_batch=200000,
    )
}}

-- depends_on: {{ ref('listed_races') }}
-- depends_on: {{ ref('slice_decisions') }}
-- depends_on: {{ ref('int_runners_to_judge') }}
-- depends_on: {{ ref('int_runs_as_known') }}
{% set columns = insight_columns() %}
{% set scope = form_scope([]) %}
{% set conditions = runner_conditions() %}
{% set ratings = {'rpr': 3, 'topspeed': 4, 'official_rating': 5} %}
{% if scope['is_nothing'] %}
{{ nothing_to_merge(columns) }}
{% else %}

with

{{ judged_anew(scope, []) }},

history as (
    {{ judged_history(scope, ['horse_id']) }}
),

-- What the morning knew of the horse's earlier runs. The newest are kept as values; their fields have no names, because
-- the engines name them differently. Means are over whole numbers (billionths), which no order of rows can make differ.
records as (
    select
        judged.race_id,
        judged.horse_id,
        {% for name, condition in conditions.items() %}
        sum(case when {{ condition }} then 1 else 0 end) as {{ name }}_runs,
        sum(case when {{ condition }} and runs.position = 1 then 1 else 0 end) as {{ name }}_wins,
        sum(case when {{ condition }} and runs.is_placed then 1 else 0 end) as {{ name }}_places,
        sum(case when {{ condition }} then {{ billionths('runs.percent_rivals_beaten') }} else 0 end) as {{ name }}_prb,
        count(case when {{ condition }} then runs.percent_rivals_beaten end) as {{ name }}_prb_runs,
        {% endfor %}
        {% for rating in ratings %}
        max(case when {{ conditions['year'] }} then runs.{{ rating }} end) as {{ rating }}_best_in_year,
        {% endfor %}
        max(runs.race_date) as last_run_on,
        max(case when judged.race_date < runs.observed_from then 1 else 0 end) as has_assumed,
        max_by(
            row(
                year(runs.race_date),
                runs.outcome_figure,
                runs.rpr,
                runs.topspeed,
                runs.official_rating,
                runs.class_rank,
                runs.weight_lbs,
                runs.distance_yards,
                coalesce(runs.headgear, ''),
                runs.trainer_id,
                runs.jockey_id,
                coalesce(runs.is_favourite, false) and coalesce(runs.position, 0) <> 1,
                runs.position,
                runs.field_size,
                runs.percent_rivals_beaten
            ),
            row(runs.race_date, coalesce(runs.off_at, timestamp '0001-01-01 00:00:00.000000'), runs.race_id),
            6
        ) as recent
    from judged
    inner join history as runs
        on
            judged.horse_id = runs.horse_id
            and judged.race_date >= runs.from_morning
            and (runs.to_morning is null or judged.race_date < runs.to_morning)
    group by judged.race_id, judged.horse_id
),

form as (
    select
        judged.race_id,
        judged.horse_id,
        judged.country,
        judged.race_date,
        case
            when judged.race_date < judged.log_begins_on or records.has_assumed = 1 then 'assumed'
            else 'observed'
        end as known_by,
        ---------- the record
        {% for name in conditions %}
        {{ runner_counts(name) }},
        {{ ratio('records.' ~ name ~ '_prb', '1000000000 * records.' ~ name ~ '_prb_runs') }} as {{ name }}_prb,
        {% endfor %}
        ---------- the last runs
        cast(date_diff('day', records.last_run_on, judged.race_date) as integer) as days_since_run,
        {{ days_since_run_band("date_diff('day', records.last_run_on, judged.race_date)") }} as days_since_run_band,
        nullif({{ form_figures('records.recent', 1, 2) }}, '') as last_six,
        {{ entry('records.recent', 1) }}[13] as last_position,
        {{ entry('records.recent', 1) }}[14] as last_field_size,
        {{ entry('records.recent', 1) }}[15] as last_prb,
        {{ entry('records.recent', 1) }}[12] as was_beaten_favourite,
        ---------- ratings
        {% for rating, field in ratings.items() %}
        {% set last = entry('records.recent', 1) ~ '[' ~ field ~ ']' %}
        {% set second = entry('records.recent', 2) ~ '[' ~ field ~ ']' %}
        {{ last }} as {{ rating }}_last,
        {{ greatest_known([last, second, entry('records.recent', 3) ~ '[' ~ field ~ ']']) }}
            as {{ rating }}_best_of_three,
        records.{{ rating }}_best_in_year,
        {{ last }} - {{ second }} as {{ rating }}_change,
        {% endfor %}
        judged.official_rating - {{ entry('records.recent', 1) }}[5] as official_rating_since_last,
        ---------- what is different from last time
        judged.class_rank - {{ entry('records.recent', 1) }}[6] as class_change,
        judged.weight_lbs - {{ entry('records.recent', 1) }}[7] as weight_change_lbs,
        judged.distance_yards - {{ entry('records.recent', 1) }}[8] as distance_change_yards,
        coalesce(judged.headgear, '') <> {{ entry('records.recent', 1) }}[9] as is_headgear_changed,
        judged.trainer_id <> {{ entry('records.recent', 1) }}[10] as is_trainer_changed,
        judged.jockey_id <> {{ entry('records.recent', 1) }}[11] as is_jockey_changed,
        ---------- lineage
        judged.judged_hash,
        'insert' as change,
        {{ decided_until() }} as loaded_at
    from judged
    left join records on judged.race_id = records.race_id and judged.horse_id = records.horse_id
)

{{ changed_form(columns) }}
{% endif %}
