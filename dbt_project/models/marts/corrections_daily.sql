-- The median is that of whole seconds, and the mean a quotient of whole numbers, so that both engines say the same.
with

corrections as (
    select
        *,
        {{ uk_date('scraped_at') }} as first_seen_on,
        cast(round(hours_after_off * 3600) as bigint) as seconds_after_off
    from {{ ref('fct_corrections') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by country, first_seen_on, field
            order by case when seconds_after_off is null then 1 else 0 end, seconds_after_off
        ) as place,
        count(seconds_after_off) over (partition by country, first_seen_on, field) as timed
    from corrections
),

summed as (
    select
        country,
        first_seen_on,
        field,
        sum(case when kind in ('correction', 'runner added', 'runner gone') then 1 else 0 end) as corrections,
        sum(case when kind = 'late arrival' then 1 else 0 end) as late_arrivals,
        sum(case when kind = 'read anew' then 1 else 0 end) as read_anew,
        count(distinct row(race_id, horse_id)) as runners,
        count(distinct race_id) as races,
        -- the one in the middle, or the two
        sum(case when place * 2 between timed and timed + 2 then seconds_after_off end) as middle_seconds,
        sum(case when place * 2 between timed and timed + 2 then 1 else 0 end) as middles,
        sum(seconds_after_off) as seconds,
        count(seconds_after_off) as timed_rows
    from ranked
    group by country, first_seen_on, field
)

select
    country,
    first_seen_on,
    field,
    cast(corrections as bigint) as corrections,
    cast(late_arrivals as bigint) as late_arrivals,
    cast(read_anew as bigint) as read_anew,
    runners,
    races,
    case
        when timed_rows > 0 then cast(middle_seconds as bigint) / (cast(middles as bigint) * 3600.0e0)
    end as median_hours_after_off,
    case
        when timed_rows > 0 then cast(seconds as bigint) / (timed_rows * 3600.0e0)
    end as mean_hours_after_off
from summed
