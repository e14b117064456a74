-- Question: Which yards run better now than they usually do?
-- Answer: prb of the last 21 days less prb of the 365 days before; positive is better than usual, NULL without
--   runs before.
-- Caveats: prb is the share of rivals beaten, so it moves with every run, not only with winners; still, few runs
--   say little.
-- Vars: day (newest), days (21), min_runs (5)
-- Columns: trainer, runs_now, prb_now, runs_before, prb_before, prb_change
with

runners as (
    select
        trainer_id,
        trainer,
        percent_rivals_beaten,
        coalesce({{ in_last_days('race_date', 21) }}, false) as is_now
    from {{ ref('fct_runners') }}
    where
        trainer_id is not null
        and percent_rivals_beaten is not null
        and race_date <= {{ asked_day() }}
        and race_date > {{ asked_day() }} - interval '{{ var('days', 21) | int + 365 }}' day
),

yards as (
    select
        trainer_id,
        max(trainer) as trainer,
        sum(case when is_now then 1 else 0 end) as runs_now,
        round(avg(case when is_now then percent_rivals_beaten end), 3) as prb_now,
        sum(case when is_now then 0 else 1 end) as runs_before,
        round(avg(case when not is_now then percent_rivals_beaten end), 3) as prb_before
    from runners
    group by trainer_id
)

select
    trainer,
    runs_now,
    prb_now,
    runs_before,
    prb_before,
    round(prb_now - prb_before, 3) as prb_change
from yards
where runs_now >= {{ var('min_runs', 5) | int }}
order by prb_change desc nulls last, prb_now desc, trainer
