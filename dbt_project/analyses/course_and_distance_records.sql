-- Question: Which horses do best over a course and distance?
-- Answer: one row per horse, course and distance band in which it ran; best first by wins, then by rivals beaten.
-- Caveats: won there before is in the price already. The band is a range of distances, not the exact one.
-- Vars: course (all), min_runs (1)
-- Columns: course, distance_band, horse, runs, wins, strike_rate, place_rate, prb, profit_at_sp,
--   actual_over_expected, last_run_on
with

runners as (
    select * from {{ ref('fct_runners') }}
    {%- if var('course', none) is not none %}
    where course = '{{ var('course') | replace("'", "''") }}'
    {%- endif %}
)

select
    max(course) as course,
    distance_band,
    max(horse) as horse,
    {{ record_of_runs() }},
    max(race_date) as last_run_on
from runners
group by course_id, distance_band, horse_id
having count(*) >= {{ var('min_runs', 1) | int }}
order by wins desc, prb desc, runs desc, course, distance_band, horse
