-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        access='protected',
        unique_key=['race_id', 'horse_id', 'from_morning'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete'",
        insert_condition="src.change <> 'delete'",
        rows_per_batch=200000,
    )
}}

-- depends_on: {{ ref('listed_races') }}
-- depends_on: {{ ref('results') }}
{% set columns = insight_columns() %}
{% set dates = touched_dates('race_date') %}

with

touched as (
    {{ touched_races() }}
),

-- Each state the log knew a race in began with a version of one of its runners; the runners of a state are the versions
-- in force at its beginning.
versions as (
    select
        logged.{{ run_columns() | join(',\n        logged.') }},
        logged.scraped_at,
        logged.change,
        touched.loaded_at as decided_at,
        lead(logged.scraped_at) over (
            partition by logged.race_id, logged.horse_id order by logged.scraped_at
        ) as ended_at
    from {{ ref('result_versions') }} as logged
    inner join touched on logged.race_id = touched.race_id
    where {{ dates | replace('race_date', 'logged.race_date') }} and {{ in_batch('logged.race_id') }}
),

states as (
    select
        race_id,
        state_at,
        seen_from,
        lead(seen_from) over (partition by race_id order by state_at) as superseded_from,
        row_number() over (partition by race_id order by state_at) as state
    from (
        select distinct
            race_id,
            scraped_at as state_at,
            {{ first_morning_to_know('scraped_at') }} as seen_from
        from versions
    ) as moments
),

-- States that no morning saw are left out, but for the first, which may stand in for what no one had looked at.
runs_in_states as (
    select
        versions.*,
        states.state_at,
        states.state,
        states.superseded_from,
        greatest(states.seen_from, {{ days_after('versions.race_date', 1) }}) as observed_from
    from versions
    inner join states
        on
            versions.race_id = states.race_id
            and versions.scraped_at <= states.state_at
            and (versions.ended_at is null or versions.ended_at > states.state_at)
    where
        versions.change <> 'delete'
        and (states.state = 1 or states.superseded_from is null or states.seen_from < states.superseded_from)
),

measured as (
    {{ race_measures('runs_in_states', ['race_id', 'state_at']) }}
),

looks as (
    select
        country,
        race_date,
        {{ first_morning_to_know('first_look_at') }} as looked_from
    from ({{ first_looks() }}) as first_looks
),

-- From the morning after the races until someone looked at their day, the first state stands in, assumed. Had someone
-- looked and not found the race, nothing was known of it until it was found.
stretches as (
    select
        measured.*,
        {{ days_after('measured.race_date', 1) }} as race_over_from,
        case
            when measured.state = 1
                then
                    least(
                        measured.observed_from,
                        greatest(
                            coalesce(looks.looked_from, measured.observed_from),
                            {{ days_after('measured.race_date', 1) }}
                        )
                    )
        end as assumed_until
    from measured
    left join looks on measured.country = looks.country and measured.race_date = looks.race_date
),

mornings as (
    select
        stretches.*,
        parts.is_gap,
        case
            when parts.is_gap or stretches.assumed_until = stretches.observed_from then stretches.race_over_from
            else stretches.observed_from
        end as from_morning,
        case when parts.is_gap then stretches.assumed_until else stretches.superseded_from end as to_morning,
        case when parts.is_gap then stretches.assumed_until else stretches.observed_from end as known_from
    from stretches
    cross join (values (false), (true)) as parts (is_gap)
    where not parts.is_gap or stretches.assumed_until < stretches.observed_from
),

known as (
    select
        measured.race_id,
        measured.horse_id,
        measured.from_morning,
        measured.to_morning,
        measured.known_from as observed_from,
        measured.country,
        measured.race_date,
        measured.off_at,
        measured.jockey_id,
        measured.trainer_id,
        measured.owner_id,
        measured.sire_id,
        measured.damsire_id,
        {{ run_conditions('measured', ['race_id', 'state_at', 'is_gap']) }},
        measured.race_code,
        measured.outcome_code,
        {{ outcome_figure('measured') }} as outcome_figure,
        measured.position,
        measured.is_favourite,
        measured.rpr,
        measured.topspeed,
        measured.is_placed,
        measured.win_share,
        measured.percent_rivals_beaten,
        measured.fair_probability,
        measured.profit_at_sp,
        'insert' as change,
        measured.decided_at as loaded_at
    from mornings as measured
    left join {{ ref('outcome_codes') }} as outcome_codes on measured.outcome_code = outcome_codes.outcome_code
    where
        (measured.to_morning is null or measured.from_morning < measured.to_morning)
        and not {{ took_no_part('measured.outcome_code') }}
)

{{ kept_in_step('known', columns, ['race_id', 'horse_id', 'from_morning'], dates, 'touched') }}
