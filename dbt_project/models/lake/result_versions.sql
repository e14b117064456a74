-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        unique_key=['race_id', 'horse_id', 'scraped_at'],
        delete_condition="src.change = 'retracted'",
        update_condition="src.change <> 'retracted'",
        insert_condition="src.change <> 'retracted'",
    )
}}

-- The races first: whoever reads the log may look its races up.
-- depends_on: {{ ref('scraped_races') }}
{% set columns = version_columns().keys() | list %}
{% set ratings = ['official_rating', 'rpr', 'topspeed'] %}
{% set staged = staged_days() %}

with

-- Races decided about since this log last grew: each is folded from its first scrape on, so that one that came late,
-- was mended or counts no more is worked in where it belongs.
touched as (
    {{ touched_races() }}
),

counting as (
    {{ accepted_scrapes() }}
),

events as (
    {{ race_events(staged_rows(ref('stg_racing_post__races'), staged), 'counting', 'touched') }}
),

-- The scrapes to fold, oldest first.
scrapes as (
    select
        race_id,
        run_id,
        scraped_at,
        lead(run_id) over (race_history) as next_run_id,
        lead(scraped_at) over (race_history) as next_scraped_at,
        status,
        loaded_at
    from events
    where status in {{ accepted_statuses() }}
    window race_history as (partition by race_id order by scraped_at)
),

-- What the fold needs of the staged rows; the other columns are joined at its end, and pass through. (Were they one
-- CTE, DuckDB would hold all columns of all rows at once.)
staged_facts as (
    select
        {% for rating in ratings %}
        {{ rating }},
        {% endfor %}
        race_id,
        horse_id,
        run_id,
        facts_hash
    from {{ staged_rows(ref('stg_racing_post__results'), staged) }}
),

staged_rows as (
    select * from {{ staged_rows(ref('stg_racing_post__results'), staged) }}
),

-- Every runner that a scrape shows. Ratings keep their last known value: a running count of known values numbers the
-- stretches that begin with one. ("ignore nulls" would say the same, but the engines spell it differently.)
in_order as (
    select
        {% for rating in ratings %}
        staged_facts.{{ rating }},
        count(staged_facts.{{ rating }}) over (
            partition by scrapes.race_id, staged_facts.horse_id order by scrapes.scraped_at
            rows between unbounded preceding and current row
        ) as {{ rating }}_stretch,
        {% endfor %}
        scrapes.race_id,
        staged_facts.horse_id,
        scrapes.run_id,
        scrapes.scraped_at,
        scrapes.next_run_id,
        scrapes.next_scraped_at,
        lead(scrapes.scraped_at) over (
            partition by scrapes.race_id, staged_facts.horse_id order by scrapes.scraped_at
        ) as seen_again_at,
        scrapes.loaded_at,
        staged_facts.facts_hash
    from scrapes
    inner join staged_facts
        on
            scrapes.race_id = staged_facts.race_id
            and scrapes.run_id = staged_facts.run_id
            -- a race that is unlisted here may have been seen by the run in another slice, which is held back
            and scrapes.status = 'result'
),

hashed as (
    select
        *,
        {{ row_hash('facts_hash', ratings) }} as row_hash,
        coalesce(seen_again_at = next_scraped_at, false) as is_there_next,
        coalesce(seen_again_at <> next_scraped_at, next_scraped_at is not null) as is_gone_next
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
            facts_hash
        from in_order
    ) as kept_ratings
),

compared as (
    select
        *,
        case
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
        max(case when change is not null then scraped_at end) over (
            partition by race_id, horse_id order by scraped_at
        ) as version_scraped_at
    from compared
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
        case when ends.is_end then states.next_run_id else states.run_id end as run_id,
        case when ends.is_end then states.next_scraped_at else states.scraped_at end as scraped_at,
        case when ends.is_end then 'delete' else states.change end as change
    from states
    cross join (values (false), (true)) as ends (is_end)
    where case when ends.is_end then states.is_gone_next else states.change is not null end
),

-- A change takes its other columns from the scrape that shows it, or, of a delete, the version that it ends.
versions as (
    select
        {% for column in result_columns() %}
        {{ 'changes' if column in ratings + ['run_id', 'scraped_at'] else 'staged_rows' }}.{{ column }},
        {% endfor %}
        changes.change,
        changes.row_hash,
        changes.loaded_at
    from changes
    inner join staged_rows
        on
            changes.race_id = staged_rows.race_id
            and changes.horse_id = staged_rows.horse_id
            and changes.version_scraped_at = staged_rows.scraped_at
)

{% if is_incremental() %}
-- What differs from the log as it is. A version that is no longer told is passed on to the merge, which removes it.
,

logged as (
    select {{ own_columns('own', version_columns()) }}
    from {{ this }} as own
    inner join touched on own.race_id = touched.race_id
    where {{ touched_dates('own.race_date') }}
)

select {{ wanted_or_gone('versions', 'logged', 'race_id', columns, 'change', 'retracted') }}
from versions
full outer join logged
    on
        versions.race_id = logged.race_id
        and versions.horse_id = logged.horse_id
        and versions.scraped_at = logged.scraped_at
where
    versions.race_id is null
    or logged.race_id is null
    or {{ differs('versions', 'logged', columns | reject('equalto', 'loaded_at') | list) }}
{% else %}
select * from versions
{% endif %}
