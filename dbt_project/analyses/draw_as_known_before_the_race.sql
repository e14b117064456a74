-- Question: Where did the draw tell before a race, and did it tell again?
-- Answer: runners drawn in a third by the share of rivals that this third had beaten there before (prb_before, in
--   steps of a tenth), and what they then beat; where the draw matters, prb rises with prb_before.
-- Caveats: it takes the form marts. A third is of the stalls, low to high; courses move their rails and their stalls.
-- Vars: min_runs (20)
-- Columns: prb_before, runners, prb, actual_over_expected
with

runners as (
    select
        runners.percent_rivals_beaten,
        runners.fair_probability,
        runners.win_share,
        floor(bias.prb_5y * 10) / 10 as prb_before
    from {{ ref('fct_runners') }} as runners
    inner join {{ ref('int_runners_to_judge') }} as judged
        on runners.race_id = judged.race_id and runners.horse_id = judged.horse_id
    inner join {{ ref('fct_draw_bias') }} as bias
        on judged.race_id = bias.race_id and judged.draw_third = bias.draw_third
    where bias.runs_5y >= {{ var('min_runs', 20) | int }}
)

select
    prb_before,
    count(*) as runners,
    round(avg(percent_rivals_beaten), 3) as prb,
    {{ actual_over_expected() }} as actual_over_expected
from runners
group by prb_before
order by prb_before
