-- Question: What do beaten favourites do next time out?
-- Answer: runs of horses that were favourite and lost last time, beside all other runs with a run before.
-- Caveats: last time is the last run in the table, however long ago.
-- Columns: last_time, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

runners as (
    select
        *,
        lag(case when is_favourite and not is_winner then 1 else 0 end) over (
            partition by horse_id
            order by race_date, off_at, race_id
        ) as was_beaten_favourite
    from {{ ref('fct_runners') }}
)

select
    case when was_beaten_favourite = 1 then 'beaten favourite' else 'other' end as last_time,
    {{ record_of_runs() }}
from runners
where was_beaten_favourite is not null
group by was_beaten_favourite
order by last_time
