{{ config(materialized='view') }}
select
    country,
    count(*) as runners,
    max(scraped_at) as last_scraped_at
from {{ ref('runners') }}
group by country
