-- Question: What did we know of the last races on the morning after them, and what do we know now?
-- Answer: ratings and position of each runner of the day before, as known at 09:00 UTC and now; those that differ
--   first.
-- Caveats: where known_by is assumed the log began later, and its oldest version stands in: then nothing differs.
-- Vars: morning (the day after the newest date of racing)
-- Columns: race_date, country, course, horse, known_by, position_then, position_now, rpr_then, rpr_now,
--   topspeed_then, topspeed_now, has_changed
{%- if var('morning', none) is none %}
{%- set moment = "(select cast(max(race_date) as timestamp(6)) + interval '33' hour from " ~ ref('results') ~ ")" %}
{%- else %}
{%- set moment = "timestamp '" ~ var('morning') ~ " 09:00:00'" %}
{%- endif %}
with

known as (
    {{ results_as_of(moment) }}
),

compared as (
    select
        known.race_date,
        known.country,
        known.course,
        known.race_id,
        known.horse_id,
        known.horse,
        known.known_by,
        known.position as position_then,
        results.position as position_now,
        known.rpr as rpr_then,
        results.rpr as rpr_now,
        known.topspeed as topspeed_then,
        results.topspeed as topspeed_now,
        known.position is distinct from results.position
        or known.rpr is distinct from results.rpr
        or known.topspeed is distinct from results.topspeed as has_changed
    from known
    left join {{ ref('results') }} as results
        on known.race_id = results.race_id and known.horse_id = results.horse_id
    where known.race_date = cast({{ moment }} - interval '1' day as date)
)

select
    race_date,
    country,
    course,
    horse,
    known_by,
    position_then,
    position_now,
    rpr_then,
    rpr_now,
    topspeed_then,
    topspeed_now,
    has_changed
from compared
order by has_changed desc, country, course, race_id, horse_id
