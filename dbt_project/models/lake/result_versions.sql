-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{ config(unique_key=['race_id', 'horse_id', 'scraped_at']) }}

{% set since = staging_horizon() %}
{% set ratings = ['official_rating', 'rpr', 'topspeed'] %}
{% set guarded = is_incremental() and not var('allow_shrink') %}

with

-- Races merged since this log last grew; each is folded up to its newest accepted scrape.
followed as (
    select
        race_id,
        scraped_at as followed_until,
        loaded_at
    from {{ ref('scraped_races') }}
    where
        status in {{ accepted_statuses() }}
        {% if is_incremental() %}
        and loaded_at > (
            select coalesce(max(logged.loaded_at), timestamp '1970-01-01 00:00:00.000000') from {{ this }} as logged
        )
        {% endif %}
),

{% if is_incremental() %}
ranked_versions as (
    select
        logged.*,
        row_number() over (
            partition by logged.race_id, logged.horse_id order by logged.scraped_at desc
        ) as age_of_horse,
        row_number() over (
            partition by logged.race_id order by logged.scraped_at desc, logged.horse_id asc
        ) as age_of_race
    from {{ this }} as logged
    inner join followed on logged.race_id = followed.race_id
),

last_versions as (
    select * from ranked_versions
    where age_of_horse = 1
),

last_race_versions as (
    select * from ranked_versions
    where age_of_race = 1
),
{% endif %}

events as (
    {{
        race_events(
            races=ref('stg_racing_post__races'),
            slices=ref('stg_racing_post__slices'),
            since=since,
            known='last_race_versions' if is_incremental() else none,
        )
    }}
),

-- The scrapes to fold, oldest first: accepted ones between the race's last version and its newest scrape.
scrapes as (
    select
        events.race_id,
        events.run_id,
        events.scraped_at,
        followed.loaded_at
    from events
    inner join followed on events.race_id = followed.race_id
    {% if is_incremental() %}
    left join last_race_versions on events.race_id = last_race_versions.race_id
    {% endif %}
    where
        events.status in {{ accepted_statuses() }}
        and events.scraped_at <= followed.followed_until
        {% if is_incremental() %}
        and (last_race_versions.race_id is null or events.scraped_at > last_race_versions.scraped_at)
        {% endif %}
),

staged_rows as (
    select staged.*
    from {{ ref('stg_racing_post__results') }} as staged
    inner join scrapes on staged.race_id = scrapes.race_id and staged.run_id = scrapes.run_id
    where staged.scraped_on >= '{{ since }}'
),

runners as (
    select
        race_id,
        horse_id
    from staged_rows
    group by race_id, horse_id
    {% if is_incremental() %}
    union
    select
        race_id,
        horse_id
    from last_versions
    {% endif %}
),

-- Every runner at every scrape, there or not, after its state as last logged.
observations as (
    select
        scrapes.race_id,
        runners.horse_id,
        scrapes.run_id,
        scrapes.scraped_at,
        scrapes.loaded_at,
        false as is_logged,
        staged_rows.horse_id is not null as is_present,
        staged_rows.facts_hash,
        staged_rows.official_rating,
        staged_rows.rpr,
        staged_rows.topspeed
    from scrapes
    inner join runners on scrapes.race_id = runners.race_id
    left join staged_rows
        on
            scrapes.race_id = staged_rows.race_id
            and scrapes.run_id = staged_rows.run_id
            and runners.horse_id = staged_rows.horse_id
    {% if is_incremental() %}
    union all
    select
        race_id,
        horse_id,
        run_id,
        scraped_at,
        loaded_at,
        true as is_logged,
        change <> 'delete' as is_present,
        facts_hash,
        official_rating,
        rpr,
        topspeed
    from last_versions
    {% endif %}
),

-- Ratings keep their last known value. A running count of known values numbers the stretches that begin with
-- one; "ignore nulls" would say the same, but the engines spell it differently.
rating_stretches as (
    select
        {% for rating in ratings %}
        count({{ rating }}) over (
            partition by race_id, horse_id order by scraped_at
            rows between unbounded preceding and current row
        ) as {{ rating }}_stretch,
        {% endfor %}
        *
    from observations
),

kept_ratings as (
    select
        {% for rating in ratings %}
        max({{ rating }}) over (
            partition by race_id, horse_id, {{ rating }}_stretch
        ) as {{ rating }},
        {% endfor %}
        race_id,
        horse_id,
        run_id,
        scraped_at,
        loaded_at,
        is_logged,
        is_present,
        facts_hash
    from rating_stretches
),

hashed as (
    select
        *,
        case when is_present then {{ row_hash('facts_hash', ratings) }} end as row_hash
    from kept_ratings
),

compared as (
    select
        *,
        coalesce(lag(is_present) over (runner_history), false) as was_present,
        lag(row_hash) over (runner_history) as previous_hash,
        lag(scraped_at) over (runner_history) as previous_scraped_at
    from hashed
    window runner_history as (partition by race_id, horse_id order by scraped_at)
),

changes as (
    select
        *,
        case
            when is_present and not was_present then 'insert'
            when is_present and row_hash <> previous_hash then 'update'
            when was_present and not is_present then 'delete'
        end as change
    from compared
    where not is_logged
),

{% if guarded %}
shrink_guard as (
    {{ shrink_guard(changes='changes', last_versions='last_versions', log=this) }}
),
{% endif %}

-- Where a version takes its other columns from: its own scrape, or, of a delete, the last row that had the runner.
rows_seen as (
    select
        {% for column in result_columns() %}
        {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from staged_rows
    {% if is_incremental() %}
    union all
    select
        {% for column in result_columns() %}
        {{ column }}{{ ',' if not loop.last }}
        {% endfor %}
    from last_versions
    {% endif %}
),

versions as (
    select
        {% for column in result_columns() %}
        {{ 'changes' if column in ratings + ['run_id', 'scraped_at'] else 'rows_seen' }}.{{ column }},
        {% endfor %}
        changes.change,
        coalesce(changes.row_hash, changes.previous_hash) as row_hash,
        changes.loaded_at
    from changes
    inner join rows_seen
        on
            changes.race_id = rows_seen.race_id
            and changes.horse_id = rows_seen.horse_id
            and rows_seen.scraped_at = case
                when changes.change = 'delete' then changes.previous_scraped_at else changes.scraped_at
            end
    where changes.change is not null
)

select versions.*
from versions
{% if guarded %}
cross join shrink_guard
where shrink_guard.complaint is null
{% endif %}
