{{
    config(
        unique_key='race_id',
        sorted_by=['race_date', 'race_id'],
        delete_condition="src.status = 'retracted'",
        update_condition="src.status <> 'retracted'",
        insert_condition="src.status <> 'retracted'",
    )
}}

{% set state = [
    'country', 'race_date', 'course_id', 'course', 'off_time', 'race_name', 'status', 'index_runners',
    'declared_runners', 'rows_staged', 'content_hash',
] %}
{% set staged = staged_days() %}

with

touched as (
    {{ touched_races() }}
),

scrapes as (
    {{ accepted_scrapes() }}
),

events as (
    {{ race_events(staged_rows(ref('stg_racing_post__races'), staged), 'scrapes', 'touched') }}
),

graded as (
    select
        *,
        case when status in {{ accepted_statuses() }} then 1 else 0 end as grade,
        max(case when status in {{ accepted_statuses() }} then 1 else 0 end) over (partition by race_id) as best_grade
    from events
),

-- Once any scrape of a race was accepted, those that say only that we do not know count no more.
in_order as (
    select
        {% for column in state %}
        lag({{ column }}) over (race_history) as previous_{{ column }},
        {% endfor %}
        row_number() over (race_history) as scrape_number,
        *
    from graded
    where grade = best_grade
    window race_history as (partition by race_id order by scraped_at)
),

-- Only news counts: a scrape that finds a race as it was is passed over.
news as (
    select
        *,
        row_number() over (partition by race_id order by scraped_at desc) as news_ago
    from in_order
    where
        scrape_number = 1
        {% for column in state %}
        or {{ column }} is distinct from previous_{{ column }}
        {% endfor %}
),

newest as (
    select
        race_id,
        {% for column in state %}
        {{ column }},
        {% endfor %}
        run_id,
        scraped_at,
        loaded_at
    from news
    where news_ago = 1
)

{% if is_incremental() %}
-- What differs from the table as it is. A race that no scrape shows any more is passed on to the merge, which removes it.
,

merged as (
    select
        own.race_id,
        {% for column in state %}
        own.{{ column }},
        {% endfor %}
        own.run_id,
        own.scraped_at,
        touched.loaded_at
    from {{ this }} as own
    inner join touched on own.race_id = touched.race_id
    where {{ touched_dates('own.race_date') }}
)

select {{
    wanted_or_gone(
        'newest', 'merged', 'race_id', ['race_id'] + state + ['run_id', 'scraped_at', 'loaded_at'], 'status', 'retracted'
    )
}}
from newest
full outer join merged on newest.race_id = merged.race_id
where
    newest.race_id is null
    or merged.race_id is null
    or {{ differs('newest', 'merged', state + ['run_id', 'scraped_at']) }}
{% else %}
select * from newest
{% endif %}
