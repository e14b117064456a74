with

results as (
    select * from {{ ref('results') }}
),

-- Names as of the latest meeting; an all-weather track has an id of its own beside the turf course.
latest_rows as (
    select
        course_id,
        course,
        course_key,
        country,
        row_number() over (partition by course_id order by race_date desc, race_id desc, horse_id asc) as row_of_course
    from results
),

meetings as (
    select
        course_id,
        count(distinct race_date) as racing_days,
        count(distinct race_id) as races,
        count(*) as runners,
        min(race_date) as first_raced_on,
        max(race_date) as last_raced_on,
        coalesce(max(case when surface = 'AW' then 1 else 0 end) = 1, false) as has_all_weather_racing,
        coalesce(max(case when race_type <> 'Flat' then 1 else 0 end) = 1, false) as has_jumps_racing
    from results
    group by course_id
),

courses as (
    select
        meetings.course_id,
        latest_rows.course,
        latest_rows.course_key,
        latest_rows.country,
        meetings.racing_days,
        meetings.races,
        meetings.runners,
        meetings.first_raced_on,
        meetings.last_raced_on,
        meetings.has_all_weather_racing,
        meetings.has_jumps_racing
    from meetings
    inner join latest_rows on meetings.course_id = latest_rows.course_id
    where latest_rows.row_of_course = 1
)

select * from courses
