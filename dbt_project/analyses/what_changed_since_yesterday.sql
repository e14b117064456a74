-- Question: What has changed since yesterday?
-- Answer: every version of a runner first seen by the newest scrape's day: insert, update or delete, newest first.
-- Caveats: yesterday is the day before the newest scrape. A new day's runners are inserts too; fct_corrections has
--   fields.
-- Vars: since (the day before the newest scrape)
-- Columns: scraped_at, change, country, race_date, course, horse, position, rpr, topspeed, official_rating, run_id
with

versions as (
    select * from {{ ref('result_versions') }}
)

select
    scraped_at,
    change,
    country,
    race_date,
    course,
    horse,
    position,
    rpr,
    topspeed,
    official_rating,
    run_id
from versions
where
    {%- if var('since', none) is none %}
    scraped_at > (select max(scraped_at) from {{ ref('result_versions') }}) - interval '1' day
    {%- else %}
    scraped_at > timestamp '{{ var('since') }}'
    {%- endif %}
order by scraped_at desc, country, race_date, course, race_id, position, horse_id
