-- Question: How many days after a race are its ratings there?
-- Answer: share of runners with RPR, Topspeed and official rating by age in days, for each country and kind of
--   race.
-- Caveats: an age counts only days that were looked at then, so a lake that began yesterday shows one age.
-- Vars: country (all)
-- Columns: country, race_type, age_days, race_days, runners, rpr_coverage, topspeed_coverage,
--   official_rating_coverage
select
    country,
    race_type,
    age_days,
    race_days,
    runners,
    round(rpr_coverage, 3) as rpr_coverage,
    round(topspeed_coverage, 3) as topspeed_coverage,
    round(official_rating_coverage, 3) as official_rating_coverage
from {{ ref('rating_coverage') }}
{%- if var('country', none) is not none %}
where country = '{{ var('country') }}'
{%- endif %}
order by country, race_type, age_days
