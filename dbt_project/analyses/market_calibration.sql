-- Question: Do horses win as often as their prices say?
-- Answer: runners in ten bands of fair probability (1/SP without the margin). won should be near expected, band by
--   band.
-- Caveats: long shots usually win less often than even fair prices say; two standard errors are about the noise to
--   allow.
-- Columns: band, runs, expected, won, standard_error
with

banded as (
    select
        fair_probability,
        win_share,
        ntile(10) over (order by fair_probability, race_id, horse_id) as band
    from {{ ref('fct_runners') }}
    where fair_probability is not null
)

select
    band,
    count(*) as runs,
    round(avg(fair_probability), 4) as expected,
    round(avg(win_share), 4) as won,
    round(sqrt(avg(fair_probability * (1 - fair_probability)) / count(*)), 4) as standard_error
from banded
group by band
order by band
