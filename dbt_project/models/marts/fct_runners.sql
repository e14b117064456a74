with

results as (
    select * from {{ ref('results') }}
),

runners as (
    select
        ---------- ids
        race_id,
        horse_id,
        course_id,
        jockey_id,
        trainer_id,
        owner_id,
        ---------- the race
        race_date,
        country,
        course,
        off_at,
        race_type,
        race_code,
        is_handicap,
        surface,
        race_class,
        pattern,
        going,
        distance_yards,
        distance_yards / 220.0e0 as distance_furlongs,
        ran,
        ---------- the runner
        horse,
        age,
        sex,
        saddlecloth_number,
        draw,
        weight_lbs,
        headgear,
        jockey,
        jockey_claim_lbs,
        trainer,
        owner,
        ---------- the result
        outcome_code,
        position,
        position is not null as is_finisher,
        coalesce(position = 1, false) as is_winner,
        is_dead_heat,
        beaten_lengths,
        total_beaten_lengths,
        finishing_time_secs,
        case
            when finishing_time_secs > 0 then distance_yards / finishing_time_secs
        end as speed_yards_per_sec,
        ---------- the market
        sp_decimal,
        1.0e0 / sp_decimal as sp_probability,
        is_favourite,
        ---------- ratings and money
        official_rating,
        rpr,
        topspeed,
        prize,
        prize_currency,
        ---------- lineage
        scraped_at,
        loaded_at
    from results
)

select * from runners
