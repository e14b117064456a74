-- One pass over the rows, grouped by race, date and country, so that a filter on any of them reaches the data files.
-- The facts of a race are the same on every row of it; only the course's name may differ, and the first past the post
-- lends it.
with

results as (
    select * from {{ ref('results') }}
),

races as (
    select
        ---------- the race
        race_id,
        race_date,
        country,
        max(course_id) as course_id,
        min_by(course, row(coalesce(finish_order, 2147483647), horse_id)) as course,
        max(off_at) as off_at,
        max(race_name) as race_name,
        max(race_type) as race_type,
        max(race_code) as race_code,
        max(is_handicap) as is_handicap,
        max(surface) as surface,
        max(race_class) as race_class,
        max(pattern) as pattern,
        max(age_band) as age_band,
        max(sex_restriction) as sex_restriction,
        max(distance_yards) as distance_yards,
        max(going) as going,
        ---------- the runners
        count(*) as runners,
        {{ field_size() }} as field_size,
        count(position) as finishers,
        max(non_runners) as non_runners,
        count(rpr) as runners_with_rpr,
        max(rpr) as best_rpr,
        ---------- the result
        min(case when position = 1 then horse_id end) as winner_horse_id,
        min_by(case when position = 1 then horse end, case when position = 1 then horse_id end) as winner,
        cast(sum(case when position = 1 then 1 else 0 end) as integer) as winners,
        min(case when position = 1 then sp_decimal end) as winner_sp_decimal,
        max(winning_time_secs) as winning_time_secs,
        max(total_sp_percent) as total_sp_percent,
        cast(sum(cast(prize as decimal(18, 4))) as double) as total_prize,
        max(prize_currency) as prize_currency,
        max(loaded_at) as loaded_at
    from results
    group by race_id, race_date, country
),

with_terms as (
    select
        races.*,
        going_bands.going_band,
        distance_bands.distance_band,
        {{ field_size_band('races.field_size') }} as field_size_band,
        {{ places_paid('races.field_size', 'races.is_handicap') }} as places_paid
    from races
    {{ join_bands('races') }}
)

select * from with_terms
