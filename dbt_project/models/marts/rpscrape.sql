-- The table that came before this project: its column names, order and value conventions, so that saved queries
-- run unchanged. After its columns, those that the scraper writes by default and the table left out, as in its CSV.
-- New queries are better served by results and the marts.
with

results as (
    select * from {{ ref('results') }}
),

conventions as (
    select
        *,
        horse || coalesce(' (' || horse_country || ')', '') as horse_with_country,
        translate(lower(horse), '''$@#^(%*) ', '') as plain_horse,
        translate(lower(dam), '''$@#^(%*) ', '') as plain_dam,
        translate(lower(sire), '''$@#^(%*) ', '') as plain_sire,
        -- where races are advertised in metres, a furlong stands for 200 of them
        case
            when country in ('gb', 'ire', 'usa', 'can') then round(distance_yards * 0.9144e0)
            else round(distance_yards / 110.0e0) * 100
        end as distance_metres,
        -- miles and furlongs as displayed, such as 2m½f or 5f; anything else is not guessed at
        nullif(regexp_extract(distance, '^([0-9]{1,2}m)?([0-9]{0,2}[¼½¾]?f)?$'), '') as displayed_distance,
        case when sp_fractional = '1/1' then 'Evens' else sp_fractional end as displayed_price
    from results
),

-- A group that is not there is NULL on one engine and an empty string on the other.
furlongs as (
    select
        *,
        8 * coalesce(cast(nullif(regexp_extract(displayed_distance, '([0-9]+)m', 1), '') as integer), 0)
        + coalesce(cast(nullif(regexp_extract(displayed_distance, '([0-9]+)[¼½¾]?f', 1), '') as integer), 0)
            as whole_furlongs,
        case regexp_extract(displayed_distance, '[¼½¾]')
            when '¼' then '.25'
            when '½' then '.5'
            when '¾' then '.75'
            else ''
        end as part_of_a_furlong
    from conventions
),

rpscrape as (
    select
        race_id * 100000000 + horse_id as id,
        race_date as date,
        course,
        off_time || ':00' as off,
        race_name,
        race_type as type,
        case
            when race_class is not null then 'Class ' || cast(race_class as varchar)
            when pattern is not null then 'Class 1'
        end as class,
        pattern,
        rating_band,
        age_band,
        sex_restriction as sex_rest,
        cast(distance_metres as integer) as dist_m,
        going,
        saddlecloth_number as num,
        outcome_code as pos,
        ran,
        cast(draw as double) as draw,
        case when position is not null then beaten_lengths end as btn,
        case when position is not null then total_beaten_lengths end as ovr_btn,
        horse_with_country as horse,
        sp_decimal as dec,
        age,
        sex,
        weight_lbs as lbs,
        headgear || case when is_first_time_headgear then '1' else '' end as hg,
        case when position is not null then finishing_time_secs end as time,
        case when position is not null then finishing_time_secs end as secs,
        replace(jockey, '''', '') as jockey,
        replace(trainer, '''', '') as trainer,
        cast(official_rating as double) as {{ adapter.quote('or') }},
        cast(rpr as double) as rpr,
        cast(topspeed as double) as ts,
        case prize_currency
            when 'GBP' then ''
            when 'EUR' then '€'
            else coalesce(prize_currency || ' ', '')
        end || cast(cast(prize as decimal(12, 2)) as varchar) as prize,
        sire || coalesce(' (' || sire_country || ')', '') as sire,
        dam || coalesce(' (' || dam_country || ')', '') as dam,
        damsire,
        owner,
        comment,
        country,
        course_id,
        race_id,
        horse_id,
        jockey_id,
        trainer_id,
        owner_id,
        dam_id,
        sire_id,
        damsire_id,
        silk_url,
        trim(leading '0123456789' from plain_horse) || '_' || trim(leading '0123456789' from plain_dam)
        || '_' || trim(leading '0123456789' from plain_sire) as horse_cleaned,
        cast(year(race_date) as integer) as year,
        loaded_at as created_at,
        ---------- what the scraper writes by default besides
        upper(country) as region,
        cast(null as varchar) as course_detail,
        distance as dist,
        case
            when displayed_distance is not null then cast(whole_furlongs as varchar) || part_of_a_furlong || 'f'
        end as dist_f,
        distance_yards as dist_y,
        surface,
        cast(cast(floor(weight_lbs / 14.0e0) as integer) as varchar) || '-' || cast(mod(weight_lbs, 14) as varchar)
            as wgt,
        nullif(coalesce(displayed_price, '') || coalesce(favourite_mark, ''), '') as sp
    from furlongs
)

select * from rpscrape
