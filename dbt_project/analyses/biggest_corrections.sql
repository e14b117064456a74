-- Question: What were the biggest corrections after the race?
-- Answer: one row per corrected rating or finishing position, largest change first, with the hours after the off.
-- Caveats: first values that came late are no corrections. Only what a later scrape saw is known to have changed.
-- Columns: race_date, country, horse, field, value_before, value_after, changed_by, hours_after_off, scraped_at
with

corrections as (
    select
        *,
        abs(try_cast(value_after as double) - try_cast(value_before as double)) as changed_by
    from {{ ref('fct_corrections') }}
    where
        kind = 'correction'
        and field in ('official_rating', 'rpr', 'topspeed', 'position')
)

select
    corrections.race_date,
    corrections.country,
    horses.horse,
    corrections.field,
    corrections.value_before,
    corrections.value_after,
    corrections.changed_by,
    round(corrections.hours_after_off, 1) as hours_after_off,
    corrections.scraped_at
from corrections
left join {{ ref('dim_horses') }} as horses on corrections.horse_id = horses.horse_id
order by corrections.changed_by desc nulls last, corrections.scraped_at desc, corrections.race_id, corrections.horse_id
