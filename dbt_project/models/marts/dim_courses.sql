-- One pass over the rows. Names are as of the latest meeting, kept together as one value; its fields have no names,
-- because the engines name them differently. An all-weather track has an id of its own beside the turf course.
with

results as (
    select * from {{ ref('results') }}
),

meetings as (
    select
        course_id,
        max_by(row(course, course_key, country), row({{ latest_run() }})) as latest,
        count(distinct race_date) as racing_days,
        count(distinct race_id) as races,
        count(*) as runners,
        min(race_date) as first_raced_on,
        max(race_date) as last_raced_on,
        coalesce(max(case when surface = 'AW' then 1 else 0 end) = 1, false) as has_all_weather_racing,
        coalesce(max(case when race_type <> 'Flat' then 1 else 0 end) = 1, false) as has_jumps_racing
    from results
    where course_id is not null
    group by course_id
),

courses as (
    select
        course_id,
        latest[1] as course,
        latest[2] as course_key,
        latest[3] as country,
        racing_days,
        races,
        runners,
        first_raced_on,
        last_raced_on,
        has_all_weather_racing,
        has_jumps_racing
    from meetings
)

select * from courses
