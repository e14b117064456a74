-- Question: What do level stakes on the first, second, third favourite return?
-- Answer: one row per rank in the betting; profit_at_sp is in stakes of 1, return_on_stake the profit per stake.
-- Caveats: starting prices carry the bookmaker's margin, so a loss is the rule. Horses of one price share a rank.
-- Vars: country (all)
-- Columns: favourite_rank, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected,
--   return_on_stake
with

runners as (
    select * from {{ ref('fct_runners') }}
    where
        favourite_rank is not null
        {%- if var('country', none) is not none %}
        and country = '{{ var('country') }}'
        {%- endif %}
)

select
    favourite_rank,
    {{ record_of_runs() }},
    {{ share('sum(profit_at_sp)', 'count(profit_at_sp)') }} as return_on_stake
from runners
group by favourite_rank
order by favourite_rank
