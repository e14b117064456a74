{{
    config(
        unique_key=['run_id', 'country', 'race_date'],
        sorted_by=['race_date', 'run_id'],
        partitioned_by=['country'],
        full_refresh=false,
    )
}}

{% set loaded_at = load_timestamp() %}

-- What this build reads: every run that is committed now. Days of staging whose slices files are as the last good build
-- listed them are not read again: what is listed stays. Later models read only the runs listed here, so that a run
-- committed while a build is at work waits for the next one.
with

actions as (
    select
        run_id,
        action,
        row_number() over (partition by run_id order by decided_at desc, action desc) as actions_ago
    from {{ ref('stg_racing_post__withdrawals') }}
),

withdrawn as (
    select run_id from actions
    where actions_ago = 1 and action = 'withdrawn'
),

staged as (
    select
        {% for column in slice_columns() %}
        {{ column }},
        {% endfor %}
        run_id,
        country,
        race_date
    from {{ staged_rows(ref('stg_racing_post__slices'), listed_anew()) }}
),

{% if is_incremental() %}
staged_runs as (
    select distinct run_id from staged
),

-- A run that left staging stays listed as it was; a slice that left its run's own file counts for nothing.
listed as (
    select
        coalesce(staged.run_id, known.run_id) as run_id,
        coalesce(staged.country, known.country) as country,
        coalesce(staged.race_date, known.race_date) as race_date,
        {% for column in slice_columns() %}
        case when staged.run_id is null then known.{{ column }} else staged.{{ column }} end as {{ column }},
        {% endfor %}
        staged.run_id is null and staged_runs.run_id is not null as is_dropped,
        known.is_withdrawn as was_withdrawn,
        case
            when
                known.run_id is not null
                and (staged.run_id is null or not {{ differs('staged', 'known', slice_columns()) }})
                then known.loaded_at
        end as known_loaded_at
    from staged
    full outer join {{ this }} as known
        on
            staged.run_id = known.run_id
            and staged.country = known.country
            and staged.race_date = known.race_date
    left join staged_runs on known.run_id = staged_runs.run_id
)
{% else %}
listed as (
    select
        *,
        false as is_dropped,
        cast(null as boolean) as was_withdrawn,
        cast(null as timestamp(6)) as known_loaded_at
    from staged
)
{% endif %}

select
    listed.run_id,
    listed.country,
    listed.race_date,
    {% for column in slice_columns() %}
    listed.{{ column }},
    {% endfor %}
    withdrawn.run_id is not null or listed.is_dropped as is_withdrawn,
    coalesce(listed.known_loaded_at, {{ loaded_at }}) as loaded_at
from listed
left join withdrawn on listed.run_id = withdrawn.run_id
where
    listed.known_loaded_at is null
    or listed.was_withdrawn is distinct from (withdrawn.run_id is not null or listed.is_dropped)
