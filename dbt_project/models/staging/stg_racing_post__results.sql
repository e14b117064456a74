with

source as (
    select * from {{ source('staging', 'results') }}
),

-- A run exists for readers only once its slices file does.
committed_runs as (
    select distinct
        run_id,
        scraped_on
    from {{ source('staging', 'slices') }}
),

renamed as (
    select
        -- >>> cast columns of results, generated from extract/contract.py by make generate
        ---------- lineage
        nullif(source.run_id, '') as run_id,
        cast(nullif(source.scraped_at, '') as timestamp(6)) as scraped_at,
        cast(nullif(source.fetched_at, '') as timestamp(6)) as fetched_at,
        nullif(source.facts_hash, '') as facts_hash,
        ---------- content
        nullif(source.country, '') as country,
        cast(nullif(source.race_date, '') as date) as race_date,
        cast(nullif(source.race_id, '') as bigint) as race_id,
        cast(nullif(source.course_id, '') as bigint) as course_id,
        nullif(source.course, '') as course,
        nullif(source.course_key, '') as course_key,
        nullif(source.off_time, '') as off_time,
        cast(nullif(source.off_at, '') as timestamp(6)) as off_at,
        cast(nullif(source.off_at_local, '') as timestamp(6)) as off_at_local,
        nullif(source.actual_off_time, '') as actual_off_time,
        nullif(source.race_name, '') as race_name,
        nullif(source.race_type_code, '') as race_type_code,
        nullif(source.race_type, '') as race_type,
        nullif(source.surface, '') as surface,
        cast(nullif(source.race_class, '') as integer) as race_class,
        nullif(source.pattern, '') as pattern,
        nullif(source.rating_band, '') as rating_band,
        nullif(source.age_band, '') as age_band,
        nullif(source.sex_restriction, '') as sex_restriction,
        nullif(source.distance, '') as distance,
        cast(nullif(source.distance_yards, '') as integer) as distance_yards,
        nullif(source.going, '') as going,
        nullif(source.obstacles, '') as obstacles,
        cast(nullif(source.ran, '') as integer) as ran,
        cast(nullif(source.non_runners, '') as integer) as non_runners,
        cast(nullif(source.winning_time_secs, '') as double) as winning_time_secs,
        cast(nullif(source.time_vs_standard_secs, '') as double) as time_vs_standard_secs,
        cast(nullif(source.total_sp_percent, '') as double) as total_sp_percent,
        nullif(source.race_comments, '') as race_comments,
        nullif(source.rule4, '') as rule4,
        nullif(source.tote_currency, '') as tote_currency,
        cast(nullif(source.tote_win, '') as double) as tote_win,
        cast(nullif(source.tote_exacta, '') as double) as tote_exacta,
        cast(nullif(source.tote_csf, '') as double) as tote_csf,
        cast(nullif(source.tote_tricast, '') as double) as tote_tricast,
        cast(nullif(source.tote_trifecta, '') as double) as tote_trifecta,
        cast(nullif(source.horse_id, '') as bigint) as horse_id,
        nullif(source.horse, '') as horse,
        nullif(source.horse_country, '') as horse_country,
        cast(nullif(source.saddlecloth_number, '') as integer) as saddlecloth_number,
        cast(nullif(source.draw, '') as integer) as draw,
        nullif(source.outcome_code, '') as outcome_code,
        cast(nullif(source.position, '') as integer) as position,
        cast(nullif(source.finish_order, '') as integer) as finish_order,
        cast(nullif(source.is_disqualified, '') as boolean) as is_disqualified,
        cast(nullif(source.is_dead_heat, '') as boolean) as is_dead_heat,
        nullif(source.beaten_distance, '') as beaten_distance,
        cast(nullif(source.beaten_lengths, '') as double) as beaten_lengths,
        cast(nullif(source.total_beaten_lengths, '') as double) as total_beaten_lengths,
        cast(nullif(source.finishing_time_secs, '') as double) as finishing_time_secs,
        nullif(source.sp_fractional, '') as sp_fractional,
        cast(nullif(source.sp_decimal, '') as double) as sp_decimal,
        nullif(source.favourite_mark, '') as favourite_mark,
        cast(nullif(source.is_favourite, '') as boolean) as is_favourite,
        cast(nullif(source.jockey_id, '') as bigint) as jockey_id,
        nullif(source.jockey, '') as jockey,
        cast(nullif(source.jockey_claim_lbs, '') as integer) as jockey_claim_lbs,
        cast(nullif(source.trainer_id, '') as bigint) as trainer_id,
        nullif(source.trainer, '') as trainer,
        cast(nullif(source.owner_id, '') as bigint) as owner_id,
        nullif(source.owner, '') as owner,
        cast(nullif(source.age, '') as integer) as age,
        nullif(source.sex, '') as sex,
        nullif(source.colour, '') as colour,
        cast(nullif(source.weight_lbs, '') as integer) as weight_lbs,
        cast(nullif(source.weight_for_age_lbs, '') as integer) as weight_for_age_lbs,
        cast(nullif(source.extra_weight_lbs, '') as integer) as extra_weight_lbs,
        cast(nullif(source.overweight_lbs, '') as integer) as overweight_lbs,
        cast(nullif(source.out_of_handicap_lbs, '') as integer) as out_of_handicap_lbs,
        nullif(source.headgear, '') as headgear,
        cast(nullif(source.is_first_time_headgear, '') as boolean) as is_first_time_headgear,
        cast(nullif(source.is_first_time_wind_surgery, '') as boolean) as is_first_time_wind_surgery,
        cast(nullif(source.is_second_time_wind_surgery, '') as boolean) as is_second_time_wind_surgery,
        cast(nullif(source.official_rating, '') as integer) as official_rating,
        nullif(source.official_rating_unit, '') as official_rating_unit,
        cast(nullif(source.rpr, '') as integer) as rpr,
        cast(nullif(source.topspeed, '') as integer) as topspeed,
        cast(nullif(source.prize, '') as double) as prize,
        nullif(source.prize_currency, '') as prize_currency,
        cast(nullif(source.sire_id, '') as bigint) as sire_id,
        nullif(source.sire, '') as sire,
        nullif(source.sire_country, '') as sire_country,
        cast(nullif(source.dam_id, '') as bigint) as dam_id,
        nullif(source.dam, '') as dam,
        nullif(source.dam_country, '') as dam_country,
        cast(nullif(source.damsire_id, '') as bigint) as damsire_id,
        nullif(source.damsire, '') as damsire,
        nullif(source.comment, '') as comment,
        nullif(source.betting_movements, '') as betting_movements,
        nullif(source.silk_url, '') as silk_url,
        cast(nullif(source.is_handicap, '') as boolean) as is_handicap,
        nullif(source.race_code, '') as race_code,
        nullif(source.saddlecloth_letter, '') as saddlecloth_letter,
        ---------- partition
        cast(source.scraped_on as varchar) as scraped_on
        -- <<<
    from source
    -- scraped_on is in the join so that a filter on it reaches both sides
    inner join committed_runs
        on source.run_id = committed_runs.run_id and source.scraped_on = committed_runs.scraped_on
)

select * from renamed
