-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        unique_key=['race_id', 'horse_id', 'scraped_at'],
        meta={'check_before_merge': 'shrink_guard'},
    )
}}

{% set since = staging_horizon() %}
{% set logged_columns = columns_in_this(result_columns()) %}
{% set ratings = ['official_rating', 'rpr', 'topspeed'] %}

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
        -- of rows that are as new, a delete comes last: its date and country are those of the version that it ends
        row_number() over (
            partition by logged.race_id
            order by logged.scraped_at desc, case when logged.change = 'delete' then 1 else 0 end, logged.horse_id
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
        lead(events.run_id) over (race_history) as next_run_id,
        lead(events.scraped_at) over (race_history) as next_scraped_at,
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
    window race_history as (partition by events.race_id order by events.scraped_at)
),

staged_rows as (
    select * from {{ ref('stg_racing_post__results') }}
    where scraped_on >= '{{ since }}'
),

-- Every runner that a scrape shows, after its state as last logged. A scrape showing none is one row without a horse.
observations as (
    select
        scrapes.race_id,
        staged_rows.horse_id,
        scrapes.run_id,
        scrapes.scraped_at,
        scrapes.next_run_id,
        scrapes.next_scraped_at,
        scrapes.loaded_at,
        false as is_logged,
        true as is_present,
        staged_rows.facts_hash,
        staged_rows.official_rating,
        staged_rows.rpr,
        staged_rows.topspeed
    from scrapes
    left join staged_rows on scrapes.race_id = staged_rows.race_id and scrapes.run_id = staged_rows.run_id
    {% if is_incremental() %}
    union all
    select
        race_id,
        horse_id,
        run_id,
        scraped_at,
        cast(null as varchar) as next_run_id,
        cast(null as timestamp(6)) as next_scraped_at,
        cast(null as timestamp(6)) as loaded_at,
        true as is_logged,
        change <> 'delete' as is_present,
        facts_hash,
        official_rating,
        rpr,
        topspeed
    from last_versions
    {% endif %}
),

-- Ratings keep their last known value: a running count of known values numbers the stretches that begin with one.
-- ("ignore nulls" would say the same, but the engines spell it differently.)
in_order as (
    select
        {% for rating in ratings %}
        {{ rating }},
        count({{ rating }}) over (
            partition by race_id, horse_id order by scraped_at
            rows between unbounded preceding and current row
        ) as {{ rating }}_stretch,
        {% endfor %}
        race_id,
        horse_id,
        run_id,
        scraped_at,
        lead(scraped_at) over (partition by race_id, horse_id order by scraped_at) as seen_again_at,
        -- what is logged is followed by the first new scrape of its race
        case
            when is_logged then first_value(case when not is_logged then run_id end) over (new_scrapes_first)
            else next_run_id
        end as next_run_id,
        case
            when is_logged then first_value(case when not is_logged then scraped_at end) over (new_scrapes_first)
            else next_scraped_at
        end as next_scraped_at,
        max(loaded_at) over (partition by race_id) as loaded_at,
        is_logged,
        is_present,
        facts_hash
    from observations
    window new_scrapes_first as (partition by race_id order by case when is_logged then 1 else 0 end, scraped_at)
),

hashed as (
    select
        *,
        {{ row_hash('facts_hash', ratings) }} as row_hash,
        is_present and coalesce(seen_again_at = next_scraped_at, false) as is_there_next,
        is_present and coalesce(seen_again_at <> next_scraped_at, next_scraped_at is not null) as is_gone_next
    from (
        select
            {% for rating in ratings %}
            max({{ rating }}) over (partition by race_id, horse_id, {{ rating }}_stretch) as {{ rating }},
            {% endfor %}
            race_id,
            horse_id,
            run_id,
            scraped_at,
            seen_again_at,
            next_run_id,
            next_scraped_at,
            loaded_at,
            is_logged,
            is_present,
            facts_hash
        from in_order
        where horse_id is not null
    ) as kept_ratings
),

compared as (
    select
        *,
        case
            when is_logged then null
            when not coalesce(lag(is_there_next) over (runner_history), false) then 'insert'
            when row_hash <> lag(row_hash) over (runner_history) then 'update'
        end as change
    from hashed
    window runner_history as (partition by race_id, horse_id order by scraped_at)
),

-- The version in force at each observation: the row of which it is the newest change.
states as (
    select
        *,
        max(case when is_logged or change is not null then scraped_at end) over (runner_history) as version_scraped_at,
        max(case when is_logged then scraped_at end) over (runner_history) as logged_scraped_at
    from compared
    window runner_history as (partition by race_id, horse_id order by scraped_at)
),

-- A state can begin with one change, and end with another: the runner is gone at the next scrape.
changes as (
    select
        states.race_id,
        states.horse_id,
        {% for rating in ratings %}
        states.{{ rating }},
        {% endfor %}
        states.row_hash,
        states.loaded_at,
        states.version_scraped_at,
        coalesce(states.version_scraped_at = states.logged_scraped_at, false) as is_version_logged,
        case when ends.is_end then states.next_run_id else states.run_id end as run_id,
        case when ends.is_end then states.next_scraped_at else states.scraped_at end as scraped_at,
        case when ends.is_end then 'delete' else states.change end as change
    from states
    cross join (values (false), (true)) as ends (is_end)
    where case when ends.is_end then states.is_gone_next else states.change is not null end
),

-- Where a change takes its other columns from: the scrape that shows it, or, of a delete, the version that it ends.
version_rows as (
    select
        {% for column in result_columns() %}
        {{ column }},
        {% endfor %}
        false as is_logged
    from staged_rows
    {% if is_incremental() %}
    union all
    select
        {% for column, type in result_columns().items() %}
        {% if column in logged_columns %}
        {{ column }},
        {% else %}
        cast(null as {{ type }}) as {{ column }},
        {% endif %}
        {% endfor %}
        true as is_logged
    from {{ this }}
    where race_id in (select race_id from followed)
    {% endif %}
)

select
    {% for column in result_columns() %}
    {{ 'changes' if column in ratings + ['run_id', 'scraped_at'] else 'version_rows' }}.{{ column }},
    {% endfor %}
    changes.change,
    changes.row_hash,
    changes.loaded_at
from changes
inner join version_rows
    on
        changes.race_id = version_rows.race_id
        and changes.horse_id = version_rows.horse_id
        and changes.version_scraped_at = version_rows.scraped_at
        and changes.is_version_logged = version_rows.is_logged
