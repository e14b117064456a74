-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        unique_key=['race_id', 'draw_third'],
        sorted_by=['race_date', 'race_id'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete'",
        insert_condition="src.change <> 'delete'",
    )
}}

-- depends_on: {{ ref('listed_races') }}
-- depends_on: {{ ref('slice_decisions') }}
-- depends_on: {{ ref('int_runners_to_judge') }}
-- depends_on: {{ ref('int_runs_as_known') }}
{% set columns = insight_columns() %}
{% set key = ['course_id', 'distance_band', 'going_band', 'field_size_band', 'draw_third'] %}
{% set windows = {'5y': 1826} %}
{% set scope = form_scope(key, part='draw_third') %}
{% if scope['is_nothing'] %}
{{ nothing_to_merge(columns) }}
{% else %}

with

{{ judged_anew(scope, key, part='draw_third') }},

history as (
    {{ judged_history(scope, ['course_id'], windows['5y']) }}
),

{{ record_sums('record', 'to_judge', 'history', key, windows, scope) }},

form as (
    select
        judged.race_id,
        judged.draw_third,
        judged.country,
        judged.race_date,
        judged.course_id,
        judged.distance_band,
        judged.going_band,
        judged.field_size_band,
        case
            when judged.race_date < judged.log_begins_on or record.assumed > 0 then 'assumed'
            else 'observed'
        end as known_by,
        {{ record_measures('record', '5y', '') }},
        judged.judged_hash,
        'insert' as change,
        {{ decided_until() }} as loaded_at
    from judged
    {{ joined_record('record', key) }}
)

{{ changed_form(columns, part='draw_third') }}
{% endif %}
