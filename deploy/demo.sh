#!/usr/bin/env bash
# The whole daily run on an invented racing world, twice: once on the morning after the week, once three days
# later when ratings have been published and results corrected. Needs no network; writes only below ./demo.
set -euo pipefail
cd "$(dirname "$0")/.."

export EXTRACT_STAGING="${EXTRACT_STAGING:-$PWD/demo/staging}"
export LAKE_WAREHOUSE="${LAKE_WAREHOUSE:-$PWD/demo/warehouse}"
export DBT_PROFILES_DIR="$PWD"
export LAKE_TARGET=embedded EXTRACT_STAGING_SCHEMA=staging
rm -rf demo
mkdir -p demo

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
scrape() { extract --source sample --days 7 --until 2025-04-17 --as-of "$1" --rate 500 --log-file demo/extract.log; }

say "1. Scrape the week 11 to 17 April, as seen on the morning after"
scrape 2025-04-18T06:00

say "2. Merge it into the Iceberg tables and test it"
dbt --quiet build

say "3. Scrape the same week again, three days later: late ratings and corrections"
scrape 2025-04-21T06:00 || [ $? = 3 ]

say "   A race has left the index. That is believed when it is seen again, some minutes later"
extract retry --as-of 2025-04-21T06:10 --log-file demo/extract.log

say "4. Merge again: only what changed is written, in one snapshot per table"
dbt --quiet build

say "5. What changed"
lake history results
lake query "
    select change, count(*) as runners, count(distinct race_id) as races
    from racing.result_versions
    where scraped_at >= timestamp '2025-04-20'
    group by change order by change"

say "6. Ratings known for the week: on the 18th, and now"
lake query "
    select 'morning of the 18th' as seen_at, count(*) as runners, count(rpr) as with_rpr, count(topspeed) as with_topspeed
    from racing.result_versions where scraped_at < timestamp '2025-04-20'
    union all
    select 'now', count(*), count(rpr), count(topspeed) from racing.results"

say "7. A first query: the week's leading jockeys"
lake query "
    select jockey, count(*) as rides, count(*) filter (where position = 1) as wins
    from racing.results group by jockey order by wins desc, rides, jockey limit 5"

say "Done. Query it yourself: LAKE_WAREHOUSE=demo/warehouse lake query 'select …'"
