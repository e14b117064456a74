-- Question: Is a horse improving?
-- Answer: its runs in order, each with official rating, RPR and Topspeed, and RPR less that of the run before.
-- Caveats: RPR and Topspeed appear days after a race; NULL is not known yet, not a bad run.
-- Vars: horse (its name; else the one with most runs)
-- Columns: horse, race_date, course, race_type, race_class, position, official_rating, rpr, topspeed, rpr_change
with

runners as (
    select * from {{ ref('fct_runners') }}
    where
        horse_id = (
            select min_by(horse_id, row(-runs, horse_id)) from {{ ref('dim_horses') }}
            {%- if var('horse', none) is not none %}
            where horse = '{{ var('horse') | replace("'", "''") }}'
            {%- endif %}
        )
)

select
    horse,
    race_date,
    course,
    race_type,
    race_class,
    position,
    official_rating,
    rpr,
    topspeed,
    rpr - lag(rpr) over (order by race_date, off_at, race_id) as rpr_change
from runners
order by race_date, off_at, race_id
