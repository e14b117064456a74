-- Question: How much margin do bookmakers take, by size of field?
-- Answer: mean sum of 1/SP over the runners of a race, in percent; 100 is no margin. per_runner is the margin by
--   runner.
-- Caveats: races in which a runner has no price are left out; so are void races, which have no result.
-- Columns: runners, races, overround_percent, per_runner_percent
with

races as (
    select
        race_id,
        count(*) as runners,
        100.0e0 * sum(sp_probability) as overround_percent
    from {{ ref('fct_runners') }}
    group by race_id
    having count(*) = count(sp_probability) and count(*) > 1
)

select
    runners,
    count(*) as races,
    round(avg(overround_percent), 1) as overround_percent,
    round(avg((overround_percent - 100) / runners), 2) as per_runner_percent
from races
group by runners
order by runners
