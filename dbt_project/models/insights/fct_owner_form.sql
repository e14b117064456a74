-- sqlfluff:exclude_rules:LT02
{{
    config(
        unique_key=['race_id', 'horse_id'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete'",
        insert_condition="src.change <> 'delete'",
        rows_per_batch=300000,
    )
}}

-- depends_on: {{ ref('listed_races') }}
-- depends_on: {{ ref('slice_decisions') }}
-- depends_on: {{ ref('int_runners_to_judge') }}
-- depends_on: {{ ref('int_runs_as_known') }}
-- depends_on: {{ ref('fct_runner_form') }}
{{ entity_form_mart('fct_owner_form') }}
