{{
    config(
        unique_key=['race_id', 'horse_id'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete'",
        insert_condition="src.change <> 'delete'",
    )
}}

-- depends_on: {{ ref('listed_races') }}
-- depends_on: {{ ref('slice_decisions') }}
{% set columns = version_columns().keys() | list %}
{% set dates = touched_dates('race_date') %}

-- The newest version of every runner of the races decided about since this table last grew, unless that is a delete.
with

{% if is_incremental() %}
touched as (
    {{ touched_races() }}
),
{% endif %}

-- The keys first, then the rows by key: to number whole rows would hold all of them at once.
newest_scrapes as (
    select
        logged.race_id,
        logged.horse_id,
        max(logged.scraped_at) as scraped_at
    from {{ ref('result_versions') }} as logged
    {% if is_incremental() %}
    inner join touched on logged.race_id = touched.race_id
    where {{ dates | replace('race_date', 'logged.race_date') }}
    {% endif %}
    group by logged.race_id, logged.horse_id
),

newest as (
    select logged.{{ columns | join(', logged.') }}
    from {{ ref('result_versions') }} as logged
    inner join newest_scrapes
        on
            logged.race_id = newest_scrapes.race_id
            and logged.horse_id = newest_scrapes.horse_id
            and logged.scraped_at = newest_scrapes.scraped_at
    where logged.change <> 'delete' and {{ dates | replace('race_date', 'logged.race_date') }}
)

{% if is_incremental() %}
-- What differs from the table as it is. A runner who is gone is passed on to the merge, which removes the row.
,

live as (
    select {{ own_columns('own', version_columns()) }}
    from {{ this }} as own
    inner join touched on own.race_id = touched.race_id
    where {{ dates | replace('race_date', 'own.race_date') }}
)

select {{ wanted_or_gone('newest', 'live', 'race_id', columns, 'change', 'delete') }}
from newest
full outer join live on newest.race_id = live.race_id and newest.horse_id = live.horse_id
where
    newest.race_id is null
    or live.race_id is null
    or {{ differs('newest', 'live', columns) }}
{% else %}
select * from newest
{% endif %}
