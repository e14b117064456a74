-- Question: Which trainers win most, over the last 14 days?
-- Answer: strike_rate is the share of runs won. actual_over_expected above 1: more wins than the prices said.
-- Caveats: 14 days are few runs; look at runs first. Profit is to level stakes at SP, which nobody is sure to get.
-- Vars: day (newest), days (14), min_runs (5)
-- Columns: trainer, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

runners as (
    select * from {{ ref('fct_runners') }}
    where {{ in_last_days('race_date', 14) }}
)

select
    max(trainer) as trainer,
    {{ record_of_runs() }}
from runners
where trainer_id is not null
group by trainer_id
having count(*) >= {{ var('min_runs', 5) | int }}
order by strike_rate desc, runs desc, trainer
