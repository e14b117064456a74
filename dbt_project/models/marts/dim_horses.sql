-- One pass over the rows. Names, sex and connections are those of the horse's latest run, kept together as one value;
-- its fields have no names, because the engines name them differently.
with

results as (
    select * from {{ ref('results') }}
),

career as (
    select
        horse_id,
        max_by(
            row(
                horse, horse_country, sex, colour, year(race_date) - age, sire_id, sire, dam_id, dam, damsire_id,
                damsire, trainer_id, trainer, owner_id, owner, official_rating
            ),
            row({{ latest_run() }})
        ) as latest,
        count(*) as runs,
        sum(case when position = 1 then 1 else 0 end) as wins,
        min(race_date) as first_run_on,
        max(race_date) as last_run_on,
        max(rpr) as best_rpr
    from results
    group by horse_id
),

horses as (
    select
        horse_id,
        latest[1] as horse,
        latest[2] as horse_country,
        latest[3] as sex,
        latest[4] as colour,
        cast(latest[5] as integer) as foaled_year,
        latest[6] as sire_id,
        latest[7] as sire,
        latest[8] as dam_id,
        latest[9] as dam,
        latest[10] as damsire_id,
        latest[11] as damsire,
        latest[12] as trainer_id,
        latest[13] as trainer,
        latest[14] as owner_id,
        latest[15] as owner,
        runs,
        cast(wins as bigint) as wins,
        first_run_on,
        last_run_on,
        best_rpr,
        latest[16] as official_rating
    from career
)

select * from horses
