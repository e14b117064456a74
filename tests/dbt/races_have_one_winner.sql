-- A race that anybody finished has one winner, or several that are marked as a dead heat. It has none while the
-- winner's place has been taken away and the source has not moved up the others. A race that is not known to be whole,
-- as files of others may leave it, is not judged: its `ran` is NULL.
with

winners as (
    select
        race_id,
        count(position) as finishers,
        sum(case when position = 1 then 1 else 0 end) as winners,
        sum(case when position = 1 and is_dead_heat then 1 else 0 end) as dead_heating_winners,
        sum(case when outcome_code = '1' and is_disqualified then 1 else 0 end) as places_taken_away,
        count(ran) as rows_of_whole_races
    from {{ ref('results') }}
    where {{ scope_condition('tested_dates', 'race_date') }}
    group by race_id
)

select * from winners
where
    (rows_of_whole_races > 0 and finishers > 0 and winners = 0 and places_taken_away = 0)
    or (winners > 1 and dead_heating_winners <> winners)
