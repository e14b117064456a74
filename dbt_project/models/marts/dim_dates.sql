-- Days are counted from a Monday, so that the weekday is the same on every engine.
with

days as (
    {{ dbt.generate_series(25568) | trim }}
),

dates as (
    select
        cast(date '1979-12-31' + cast(generated_number as bigint) * interval '1' day as date) as date_day,
        cast(mod(cast(generated_number as bigint), 7) + 1 as integer) as day_of_week
    from days
)

select
    date_day,
    cast(year(date_day) as integer) as year,
    cast(month(date_day) as integer) as month,
    day_of_week,
    day_of_week >= 6 as is_weekend
from dates
