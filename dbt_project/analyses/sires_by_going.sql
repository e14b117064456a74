-- Question: Whose offspring like it soft?
-- Answer: records of sires' runners by band of going; prb on one going against another is the comparison to make.
-- Caveats: a sire with few runners says little; good sires do well on anything.
-- Vars: min_runs (5)
-- Columns: sire, going_band, runners, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
with

bred as (
    select
        horse_id,
        sire_id,
        sire
    from {{ ref('dim_horses') }}
    where sire_id is not null
)

select
    max(bred.sire) as sire,
    runners.going_band,
    count(distinct runners.horse_id) as runners,
    {{ record_of_runs() }}
from {{ ref('fct_runners') }} as runners
inner join bred on runners.horse_id = bred.horse_id
where runners.going_band is not null
group by bred.sire_id, runners.going_band
having count(*) >= {{ var('min_runs', 5) | int }}
order by sire, bred.sire_id, runners.going_band
