-- Every scrape that counts has arrived: its races are in scraped_races, as of that scrape or a newer one, or it says
-- nothing new of them. (A doubtful page says nothing where it lacks runners.) Reads the decisions of this build, so a
-- run committed since then waits for the next. An import is asked for only where no scrape has looked at the slice.
{% set accepted %}
    select run_id, country, race_date, scraped_on, rows_staged from {{ ref('slice_decisions') }}
    where decision = 'accepted' and {{ scope_condition('tested_dates', 'race_date') }}
{% endset %}
{% set is_sweep = not execute or scope_condition('tested_dates', 'race_date') == 'true' %}
{% set staged = all_of_staging() if is_sweep else staged_of(accepted) %}

with

decided as (
    select
        *,
        max(case when selection = 'import' then 0 else 1 end) over (partition by country, race_date) as is_scraped
    from {{ ref('slice_decisions') }}
    where decision = 'accepted' and {{ scope_condition('tested_dates', 'race_date') }}
),

newest as (
    select
        staged.race_id,
        staged.run_id,
        staged.status,
        staged.content_hash,
        staged.scraped_at,
        row_number() over (
            partition by staged.race_id
            order by case when decided.selection = 'import' then 1 else 0 end, staged.scraped_at desc
        ) as scrapes_ago
    from {{ staged_rows(ref('stg_racing_post__races'), staged) }} as staged
    inner join decided
        on
            staged.run_id = decided.run_id
            and staged.country = decided.country
            and staged.race_date = decided.race_date
    where
        staged.status in {{ accepted_statuses() }}
        and not coalesce(staged.is_doubtful, false)
        and (decided.selection <> 'import' or decided.is_scraped = 0)
)

select
    newest.race_id,
    newest.run_id,
    newest.status,
    merged.run_id as merged_run_id
from newest
left join {{ ref('scraped_races') }} as merged
    on newest.race_id = merged.race_id and {{ scope_condition('tested_dates', 'merged.race_date') }}
where
    newest.scrapes_ago = 1
    and (
        merged.race_id is null
        or merged.status not in {{ accepted_statuses() }}
        or (
            newest.scraped_at > merged.scraped_at
            and (
                newest.status is distinct from merged.status
                or newest.content_hash is distinct from merged.content_hash
            )
        )
    )
