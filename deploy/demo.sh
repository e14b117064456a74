#!/usr/bin/env bash
# The whole daily run on an invented racing world, twice: once on the morning after the week, once three days
# later when ratings have been published and results corrected. Needs no network; writes only below ./demo.
set -euo pipefail
STANDING="${STANDING:-$PWD}"
cd "$(dirname "$0")/.."
PATH="${VENV:-$PWD/.venv/bin}:$PATH"

# A lake of your own, and how you set it up, is none of the demo's business.
for name in $(compgen -e | grep -E '^(EXTRACT|LAKE|DBT)_'); do unset "$name"; done
rm -rf demo
mkdir -p demo/staging
export RACING_HOME="$PWD/demo" DBT_PROFILES_DIR="$PWD" DBT_PROJECT_DIR="$PWD"
export DBT_TARGET_PATH="$PWD/demo/target" DBT_LOG_PATH="$PWD/demo/logs"

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
scrape() { extract --source sample --days 7 --until 2025-04-17 --as-of "$1" --rate 500; }

# dbt says a line for each of some hundred steps: shown are how far it is, what is not well, and the sum.
build() {
    local seen=0
    [ -t 1 ] && seen=1
    dbt --no-use-colors build 2>&1 | awk -v seen="$seen" '
        { what = "" }
        match($0, /[0-9]+ of [0-9]+ [A-Z]+ /) && !/ hook: / { split(substr($0, RSTART, RLENGTH), step, " "); what = step[4] }
        what == "PASS" { tests++ }
        what == "OK" { made++ }
        what != "" && what != "START" { done++; if (seen) { printf "\r   %d of %d", done, step[3]; fflush() } }
        (what != "" && what !~ /^(START|OK|PASS)$/) || /[a-z] [Ee]rror|^Error/ { printf "%s%s\n", seen ? "\r" : "", $0; fflush() }
        END { printf "%s   %d tables, views and seeds made, %d tests passed.\n", seen ? "\r" : "", made, tests }'
}

say "1. Scrape the week 11 to 17 April, as seen on the morning after"
scrape 2025-04-18T06:00

say "2. Merge it into the Iceberg tables and test it (half a minute or so)"
build

say "3. Scrape the same week again, three days later: late ratings and corrections"
scrape 2025-04-21T06:00 || [ $? = 3 ]

say "   A race has left the index. That is believed when it is seen again, some minutes later"
extract retry --as-of 2025-04-21T06:10

say "4. Merge again: only what changed is written, in one snapshot per table"
build

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

# As they can be typed where the user stands.
here() { if [ "$STANDING" = "$PWD" ]; then printf '%q' "$1"; else printf '%q' "$PWD/$1"; fi; }
lake="$(here "$(realpath --relative-to=. "$(command -v lake)")") --project $(here demo)"
say "Done. Ask it yourself"
cat <<EOF
    $lake query "select race_date, course, horse, position, rpr from racing.results order by race_date desc limit 10"
    $lake status
    $lake where
EOF
