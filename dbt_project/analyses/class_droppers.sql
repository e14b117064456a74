-- Question: Do horses do better when they drop in class?
-- Answer: records by change of class since the last run in a classed race; class 1 is the highest.
-- Caveats: classes are British only; a horse is dropped because it lost, so look at actual_over_expected.
-- Columns: change_of_class, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

classed as (
    select
        *,
        race_class - lag(race_class) over (partition by horse_id order by race_date, off_at, race_id) as classes_down
    from {{ ref('fct_runners') }}
    where race_class is not null
),

named as (
    select
        *,
        case
            when classes_down > 0 then 'down'
            when classes_down < 0 then 'up'
            else 'same'
        end as change_of_class
    from classed
    where classes_down is not null
)

select
    change_of_class,
    {{ record_of_runs('named') }}
from named
group by change_of_class
order by change_of_class
