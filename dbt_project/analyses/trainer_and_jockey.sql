-- Question: Which trainer and jockey do well together, against what each does with others?
-- Answer: prb of their runs together, beside the trainer's prb with all other jockeys.
-- Caveats: a stable jockey rides the better horses of the yard; the difference is no proof of anything.
-- Vars: day (newest), days (365), min_runs (3)
-- Columns: trainer, jockey, runs, wins, strike_rate, prb, trainer_prb_with_others, actual_over_expected
with

runners as (
    select * from {{ ref('fct_runners') }}
    where
        {{ in_last_days('race_date', 365) }}
        and trainer_id is not null
        and jockey_id is not null
),

pairs as (
    select
        trainer_id,
        jockey_id,
        max(trainer) as trainer,
        max(jockey) as jockey,
        sum(percent_rivals_beaten) as prb_sum,
        count(percent_rivals_beaten) as prb_runs,
        {{ record_of_runs() }}
    from runners
    group by trainer_id, jockey_id
),

beside_the_yard as (
    select
        pairs.*,
        sum(prb_sum) over (partition by trainer_id) - prb_sum as others_prb_sum,
        sum(prb_runs) over (partition by trainer_id) - prb_runs as others_prb_runs
    from pairs
)

select
    trainer,
    jockey,
    runs,
    wins,
    strike_rate,
    prb,
    {{ share('others_prb_sum', 'others_prb_runs') }} as trainer_prb_with_others,
    actual_over_expected
from beside_the_yard
where runs >= {{ var('min_runs', 3) | int }}
order by prb desc, runs desc, trainer, jockey
