with

results as (
    select * from {{ ref('results') }}
),

-- Race columns are the same on every row of a race; the first past the post lends them.
race_columns as (
    select
        *,
        row_number() over (partition by race_id order by finish_order, horse_id) as row_of_race
    from results
),

race_summary as (
    select
        race_id,
        count(*) as runners,
        count(position) as finishers,
        sum(case when position = 1 then 1 else 0 end) as winners,
        min(case when position = 1 then horse_id end) as winner_horse_id,
        min(case when position = 1 then sp_decimal end) as winner_sp_decimal,
        count(rpr) as runners_with_rpr,
        max(rpr) as best_rpr,
        sum(prize) as total_prize,
        max(loaded_at) as loaded_at
    from results
    group by race_id
),

winners as (
    select
        results.race_id,
        results.horse as winner
    from results
    inner join race_summary
        on results.race_id = race_summary.race_id and results.horse_id = race_summary.winner_horse_id
),

races as (
    select
        ---------- the race
        race_columns.race_id,
        race_columns.race_date,
        race_columns.country,
        race_columns.course_id,
        race_columns.course,
        race_columns.off_at,
        race_columns.race_name,
        race_columns.race_type,
        race_columns.race_code,
        race_columns.is_handicap,
        race_columns.surface,
        race_columns.race_class,
        race_columns.pattern,
        race_columns.age_band,
        race_columns.sex_restriction,
        race_columns.distance_yards,
        race_columns.going,
        ---------- the runners
        race_summary.runners,
        race_summary.finishers,
        race_columns.non_runners,
        race_summary.runners_with_rpr,
        race_summary.best_rpr,
        ---------- the result
        race_summary.winner_horse_id,
        winners.winner,
        cast(race_summary.winners as integer) as winners,
        race_summary.winner_sp_decimal,
        race_columns.winning_time_secs,
        race_columns.total_sp_percent,
        race_summary.total_prize,
        race_columns.prize_currency,
        race_summary.loaded_at
    from race_columns
    inner join race_summary on race_columns.race_id = race_summary.race_id
    left join winners on race_columns.race_id = winners.race_id
    where race_columns.row_of_race = 1
)

select * from races
