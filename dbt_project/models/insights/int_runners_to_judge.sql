-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        access='protected',
        unique_key=['race_id', 'horse_id'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete'",
        insert_condition="src.change <> 'delete'",
        rows_per_batch=200000,
    )
}}

-- depends_on: {{ ref('listed_races') }}
-- depends_on: {{ ref('slice_decisions') }}
{% set columns = insight_columns() %}
{% set dates = touched_dates('race_date') %}

with

touched as (
    {{ touched_races() }}
),

-- Who ran, as the table says now.
ran as (
    select
        results.race_id,
        results.horse_id,
        results.country,
        results.race_date,
        results.jockey_id,
        results.trainer_id,
        results.owner_id,
        results.sire_id,
        results.damsire_id,
        touched.loaded_at
    from {{ ref('results') }} as results
    inner join touched on results.race_id = touched.race_id
    where {{ dates | replace('race_date', 'results.race_date') }} and {{ in_batch('results.race_id') }}
),

-- Under which conditions, as the log first said of the runner; of the race, as it first said of any of them.
first_seen as (
    select
        race_id,
        horse_id,
        min(scraped_at) as scraped_at
    from {{ ref('result_versions') }}
    where {{ dates }} and {{ in_batch('race_id') }}
    group by race_id, horse_id
),

first_versions as (
    select
        logged.race_id,
        logged.horse_id,
        ran.country,
        ran.race_date,
        ran.jockey_id,
        ran.trainer_id,
        ran.owner_id,
        ran.sire_id,
        ran.damsire_id,
        {% for column in race_facts() %}
        first_value(logged.{{ column }}) over as_first_told as {{ column }},
        {% endfor %}
        {% for column in runner_facts() %}
        logged.{{ column }},
        {% endfor %}
        ran.loaded_at
    from {{ ref('result_versions') }} as logged
    inner join first_seen
        on
            logged.race_id = first_seen.race_id
            and logged.horse_id = first_seen.horse_id
            and logged.scraped_at = first_seen.scraped_at
    inner join ran on logged.race_id = ran.race_id and logged.horse_id = ran.horse_id
    where {{ dates | replace('race_date', 'logged.race_date') }} and {{ in_batch('logged.race_id') }}
    window as_first_told as (
        partition by logged.race_id order by logged.scraped_at, logged.horse_id
    )
),

measured as (
    {{ race_measures('first_versions', ['race_id']) }}
),

conditions as (
    select
        measured.race_id,
        measured.horse_id,
        measured.country,
        measured.race_date,
        measured.jockey_id,
        measured.trainer_id,
        measured.owner_id,
        measured.sire_id,
        measured.damsire_id,
        {{ run_conditions('measured', ['race_id']) }},
        measured.loaded_at
    from measured
),

to_judge as (
    select
        *,
        {{ row_hash("cast(race_date as varchar) || '|' || country", judged_facts()) }} as judged_hash,
        'insert' as change
    from conditions
)

{{ kept_in_step('to_judge', columns, ['race_id', 'horse_id'], dates, 'touched') }}
