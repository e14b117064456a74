-- Question: Is the last fortnight complete?
-- Answer: one row per country and date, newest first: status, and why in words, with what to do.
-- Caveats: sealed is as far as the source tells; a sealed day can still be corrected, and fct_corrections then
--   shows it.
-- Vars: day (newest), days (14)
-- Columns: race_date, country, status, why, races_listed, races_result, runners, rpr_coverage, last_scraped_at
select
    race_date,
    country,
    status,
    why,
    races_listed,
    races_result,
    runners,
    round(rpr_coverage, 3) as rpr_coverage,
    last_scraped_at
from {{ ref('day_status') }}
where {{ in_last_days('race_date', 14) }}
order by race_date desc, country
