{{
    config(
        unique_key='race_id',
        sorted_by=['race_date', 'race_id'],
        update_condition="src.scraped_at > target.scraped_at or target.status in ('pending', 'failed')",
    )
}}

{% set since = staging_horizon() %}
{% set loaded_at = load_timestamp() %}
{% set state = [
    'country', 'race_date', 'course_id', 'course', 'off_time', 'race_name', 'status', 'index_runners',
    'declared_runners', 'rows_staged', 'content_hash',
] %}

with

events as (
    {{
        race_events(
            races=ref('stg_racing_post__races'),
            slices=ref('stg_racing_post__slices'),
            since=since,
            known=this if is_incremental() else none,
        )
    }}
),

scrapes as (
    select
        *,
        false as is_merged
    from events
    {% if is_incremental() %}
    union all
    select
        merged.race_id,
        {% for column in state %}
        merged.{{ column }},
        {% endfor %}
        merged.run_id,
        merged.scraped_at,
        true as is_merged
    from {{ this }} as merged
    inner join (select distinct race_id from events) as touched on merged.race_id = touched.race_id
    {% endif %}
),

graded as (
    select
        *,
        case when status in {{ accepted_statuses() }} then 1 else 0 end as grade,
        max(case when status in {{ accepted_statuses() }} then 1 else 0 end) over (partition by race_id) as best_grade
    from scrapes
),

-- Once any scrape of a race was accepted, those that say only that we do not know count no more.
counting as (
    select
        *,
        max(case when is_merged then scraped_at end) over (partition by race_id) as merged_scraped_at
    from graded
    where grade = best_grade
),

-- An older scrape than the one merged comes too late.
in_order as (
    select
        {% for column in state %}
        lag({{ column }}) over (race_history) as previous_{{ column }},
        {% endfor %}
        row_number() over (race_history) as scrape_number,
        *
    from counting
    where is_merged or merged_scraped_at is null or scraped_at > merged_scraped_at
    window race_history as (partition by race_id order by scraped_at)
),

-- Only news counts: a scrape that finds a race as it was writes nothing.
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
        {{ loaded_at }} as loaded_at
    from news
    where news_ago = 1 and not is_merged
)

select * from newest
