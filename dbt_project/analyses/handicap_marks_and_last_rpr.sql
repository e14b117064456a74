-- Question: Which runners in handicaps run off a mark below what they showed last time?
-- Answer: runners of the day asked about whose last RPR is above their official rating; the larger rpr_over_mark,
--   the better in.
-- Caveats: RPR and official ratings are scales of different people. The last RPR is as known now; fct_runner_form
--   has it as known that morning.
-- Vars: day (newest), days (7)
-- Columns: race_date, course, off_at, horse, official_rating, last_rpr, rpr_over_mark, position, sp_decimal
with

runners as (
    select
        *,
        lag(rpr) over (partition by horse_id order by race_date, off_at, race_id) as last_rpr
    from {{ ref('fct_runners') }}
)

select
    race_date,
    course,
    off_at,
    horse,
    official_rating,
    last_rpr,
    last_rpr - official_rating as rpr_over_mark,
    position,
    sp_decimal
from runners
where
    is_handicap
    and last_rpr is not null
    and official_rating is not null
    and {{ in_last_days('race_date', 7) }}
order by rpr_over_mark desc, race_date desc, off_at, horse
