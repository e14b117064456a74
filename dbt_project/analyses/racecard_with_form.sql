-- Question: What was known of every runner of a day, on that morning?
-- Answer: the runners of a day's races as a racecard: last six outcomes, record, best ratings, record at course and
--   distance, and how trainer and jockey had done in 14 days; starting price and position are what came of it.
-- Caveats: it takes the form marts. Where known_by is assumed, the log began after that morning.
-- Vars: day (newest)
-- Columns: country, course, off_at, race_id, horse, known_by, last_six, days_since_run, career_runs, career_wins,
--   course_distance_wins, rpr_best_of_three, topspeed_best_of_three, official_rating_since_last,
--   trainer_strike_rate, jockey_strike_rate, sp_decimal, position
select
    runners.country,
    runners.course,
    runners.off_at,
    runners.race_id,
    runners.horse,
    form.known_by,
    form.last_six,
    form.days_since_run,
    form.career_runs,
    form.career_wins,
    form.course_distance_wins,
    form.rpr_best_of_three,
    form.topspeed_best_of_three,
    form.official_rating_since_last,
    trainers.strike_rate_14d as trainer_strike_rate,
    jockeys.strike_rate_14d as jockey_strike_rate,
    runners.sp_decimal,
    runners.position
from {{ ref('fct_runners') }} as runners
inner join {{ ref('fct_runner_form') }} as form
    on runners.race_id = form.race_id and runners.horse_id = form.horse_id
left join {{ ref('fct_trainer_form') }} as trainers
    on runners.race_id = trainers.race_id and runners.horse_id = trainers.horse_id
left join {{ ref('fct_jockey_form') }} as jockeys
    on runners.race_id = jockeys.race_id and runners.horse_id = jockeys.horse_id
where runners.race_date = {{ asked_day() }}
order by runners.country, runners.course, runners.off_at, runners.race_id, runners.horse
