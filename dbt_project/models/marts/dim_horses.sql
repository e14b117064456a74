with

results as (
    select * from {{ ref('results') }}
),

-- Names, sex and connections as of the horse's latest run.
latest_runs as (
    select
        *,
        row_number() over (partition by horse_id order by off_at desc, race_id desc) as runs_ago
    from results
),

career as (
    select
        horse_id,
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
        career.horse_id,
        latest_runs.horse,
        latest_runs.horse_country,
        latest_runs.sex,
        latest_runs.colour,
        cast(year(latest_runs.race_date) - latest_runs.age as integer) as foaled_year,
        latest_runs.sire_id,
        latest_runs.sire,
        latest_runs.dam_id,
        latest_runs.dam,
        latest_runs.damsire_id,
        latest_runs.damsire,
        latest_runs.trainer_id,
        latest_runs.trainer,
        latest_runs.owner_id,
        latest_runs.owner,
        career.runs,
        cast(career.wins as bigint) as wins,
        career.first_run_on,
        career.last_run_on,
        career.best_rpr,
        latest_runs.official_rating
    from career
    inner join latest_runs on career.horse_id = latest_runs.horse_id
    where latest_runs.runs_ago = 1
)

select * from horses
