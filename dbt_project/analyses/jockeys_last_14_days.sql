-- Question: Which jockeys win most, over the last 14 days?
-- Answer: strike_rate is the share of rides won; prb the mean share of rivals beaten, 0.5 for an average ride.
-- Caveats: the best jockeys get the best horses. actual_over_expected takes the price into account, strike_rate
--   does not.
-- Vars: day (newest), days (14), min_runs (5)
-- Columns: jockey, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

runners as (
    select * from {{ ref('fct_runners') }}
    where {{ in_last_days('race_date', 14) }}
)

select
    max(jockey) as jockey,
    {{ record_of_runs() }}
from runners
where jockey_id is not null
group by jockey_id
having count(*) >= {{ var('min_runs', 5) | int }}
order by strike_rate desc, runs desc, jockey
