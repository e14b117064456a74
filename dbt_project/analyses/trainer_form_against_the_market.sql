-- Question: Does the market make enough of a trainer in form?
-- Answer: runners by the strike rate that their trainer had in the 42 days before, as it was known that morning; an
--   actual_over_expected above 1 says that such runners won more often than their price had it.
-- Caveats: it takes the form marts. Few runs say little: look at runs before the ratio. Past profit is no promise.
-- Vars: min_runs (5)
-- Columns: trainer_form, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

runners as (
    select
        runners.*,
        case
            when coalesce(form.runs_42d, 0) < {{ var('min_runs', 5) | int }} then '1 too few runs to tell'
            when form.strike_rate_42d < 0.05 then '2 under 5 %'
            when form.strike_rate_42d < 0.10 then '3 from 5 %'
            when form.strike_rate_42d < 0.15 then '4 from 10 %'
            when form.strike_rate_42d < 0.20 then '5 from 15 %'
            else '6 from 20 %'
        end as trainer_form
    from {{ ref('fct_runners') }} as runners
    inner join {{ ref('fct_trainer_form') }} as form
        on runners.race_id = form.race_id and runners.horse_id = form.horse_id
)

select
    trainer_form,
    {{ record_of_runs() }}
from runners
group by trainer_form
order by trainer_form
