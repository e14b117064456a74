-- The race's date and country are part of its key, so that a filter on them reaches the data files.
with

measured as (
    {{ race_measures(ref('results'), ['race_date', 'country', 'race_id']) }}
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
        sire_id,
        dam_id,
        damsire_id,
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
        going_band,
        distance_yards,
        distance_yards / 220.0e0 as distance_furlongs,
        distance_band,
        ran,
        field_size,
        field_size_band,
        places_paid,
        ---------- the runner
        horse,
        age,
        sex,
        saddlecloth_number,
        draw,
        weight_lbs,
        weight_rank,
        headgear,
        jockey,
        jockey_claim_lbs,
        trainer,
        owner,
        sire,
        dam,
        damsire,
        ---------- the result
        outcome_code,
        position,
        position is not null as is_finisher,
        coalesce(position = 1, false) as is_winner,
        is_dead_heat,
        win_share,
        is_placed,
        percent_rivals_beaten,
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
        favourite_rank,
        fair_probability,
        profit_at_sp,
        profit_each_way,
        ---------- ratings and money
        official_rating,
        rpr,
        topspeed,
        is_top_official_rating,
        is_top_rpr,
        is_top_topspeed,
        prize,
        prize_currency,
        ---------- lineage
        scraped_at,
        loaded_at
    from measured
)

select * from runners
