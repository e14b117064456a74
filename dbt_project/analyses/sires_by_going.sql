-- Question: Whose offspring like it soft?
-- Answer: records of sires' runners by band of going; prb on one going against another is the comparison to make.
-- Caveats: a sire with few runners says little; good sires do well on anything.
-- Vars: min_runs (5)
-- Columns: sire, going_band, horses, runs, wins, strike_rate, place_rate, prb, profit_at_sp, actual_over_expected
select
    max(runners.sire) as sire,
    runners.going_band,
    count(distinct runners.horse_id) as horses,
    {{ record_of_runs() }}
from {{ ref('fct_runners') }} as runners
where runners.sire_id is not null and runners.going_band is not null
group by runners.sire_id, runners.going_band
having count(*) >= {{ var('min_runs', 5) | int }}
order by sire, runners.sire_id, runners.going_band
