-- Question: How do horses run after a rest?
-- Answer: records by days since the last run, in bands; `first run` is a horse's first in the table.
-- Caveats: runs elsewhere, and from before the table begins, are not seen: a first run here may be none.
-- Columns: days_since_run_band, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

rested as (
    select
        *,
        date_diff(
            'day', lag(race_date) over (partition by horse_id order by race_date, off_at, race_id), race_date
        ) as days_since_run
    from {{ ref('fct_runners') }}
),

banded as (
    select
        *,
        {{ days_since_run_band('days_since_run') }} as days_since_run_band
    from rested
)

select
    days_since_run_band,
    {{ record_of_runs('banded') }}
from banded
group by days_since_run_band
order by coalesce(min(days_since_run), 9999)
