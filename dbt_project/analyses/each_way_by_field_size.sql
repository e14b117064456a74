-- Question: Where do each-way bets lose least?
-- Answer: profit of a stake of 1 (half to win, half on a place) at the standard terms, by places paid and kind of
--   race.
-- Caveats: standard terms, not what a bookmaker offers that day. NULL prices are left out.
-- Columns: places_paid, is_handicap, runs, place_rate, profit_each_way, return_on_stake
select
    places_paid,
    is_handicap,
    count(*) as runs,
    {{ share('sum(case when is_placed then 1 else 0 end)', 'count(*)') }} as place_rate,
    round(sum(profit_each_way), 2) as profit_each_way,
    {{ share('sum(profit_each_way)', 'count(profit_each_way)') }} as return_on_stake
from {{ ref('fct_runners') }}
where profit_each_way is not null
group by places_paid, is_handicap
order by places_paid, is_handicap
