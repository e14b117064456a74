-- Question: Does headgear worn for the first time help?
-- Answer: records of runners in headgear for the first time, in headgear they have worn before, and in none, by
--   kind of race.
-- Caveats: trainers try headgear on horses that disappoint; compare actual_over_expected rather than strike_rate.
-- Columns: race_code, headgear_worn, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

worn as (
    select
        race_id,
        horse_id,
        race_date,
        case
            when is_first_time_headgear then 'first time'
            when headgear is not null then 'before'
            else 'none'
        end as headgear_worn
    from {{ ref('results') }}
)

select
    runners.race_code,
    worn.headgear_worn,
    {{ record_of_runs() }}
from {{ ref('fct_runners') }} as runners
inner join worn
    on runners.race_id = worn.race_id and runners.horse_id = worn.horse_id and runners.race_date = worn.race_date
group by runners.race_code, worn.headgear_worn
order by runners.race_code, worn.headgear_worn
