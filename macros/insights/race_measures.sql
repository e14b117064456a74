{#- A query for the rows of `relation` with what each race and run is worth. It stands once, here and in the macros that it
    composes; results, and states of the log, are measured alike.

    relation   rows like those of results, one per runner of a race, all runners of a race among them: a model or a CTE. It is
               read twice; DuckDB keeps all of a CTE in memory for that, so a large one had better be a model.
    race_key   the columns that make one race of them. With race_date and country among them, a filter on these gets past the
               join to the data files.

    Totals of races are joined, not taken over windows: DuckDB computes every window of a view that is asked for anything, but
    no total that nobody asked for.

    A race whose `ran` is NULL is not known to be whole (files of others may leave one so): what needs the whole field is NULL
    there. -#}
{% macro race_measures(relation, race_key) %}
    with

    totals_of_races as (
        {{ race_totals(relation, race_key) }}
    ),

    runs_in_fields as (
        select
            runs.*,
            totals.field_size,
            totals.positions,
            totals.priced_runners,
            totals.price_sum,
            {{ number_equal('runs.position', 'totals.positions_in_order', 'totals.positions_in_reverse', 'totals.positions') }}
                as sharing_position,
            case when totals.field_size is not null then {{ rank_among('runs.sp_decimal', 'totals.prices_in_order') }} end
                as favourite_rank,
            case when totals.field_size is not null then {{ rank_among('runs.weight_lbs', 'totals.weights_in_order') }} end
                as weight_rank,
            {{ is_top_rated('runs.official_rating', 'totals.highest_official_rating', 'totals.field_size') }}
                as is_top_official_rating,
            {{ is_top_rated('runs.rpr', 'totals.highest_rpr', 'totals.field_size') }} as is_top_rpr,
            {{ is_top_rated('runs.topspeed', 'totals.highest_topspeed', 'totals.field_size') }} as is_top_topspeed
        from {{ relation }} as runs
        left join totals_of_races as totals
            on {% for column in race_key %}runs.{{ column }} = totals.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    ),

    runs_with_terms as (
        select
            *,
            {{ field_size_band('field_size') }} as field_size_band,
            {{ places_paid('field_size', 'is_handicap') }} as places_paid,
            {{ places_counted('field_size', 'is_handicap') }} as places_counted,
            {{ place_odds_fraction('field_size', 'is_handicap') }} as place_odds_fraction,
            {{ win_share('position', 'sharing_position', 'outcome_code') }} as win_share
        from runs_in_fields
    ),

    runs_with_places as (
        select
            *,
            {{ place_share('position', 'places_counted', 'sharing_position', 'positions', 'outcome_code', 'is_disqualified') }} as place_share
        from runs_with_terms
    )

    select
        runs_with_places.*,
        place_share > 0 as is_placed,
        {{ percent_rivals_beaten('position', 'field_size', 'sharing_position', 'outcome_code', 'is_disqualified') }}
            as percent_rivals_beaten,
        {{ fair_probability('sp_decimal', 'price_sum', 'field_size', 'priced_runners') }} as fair_probability,
        {{ profit_at_sp('sp_decimal', 'win_share', 'outcome_code') }} as profit_at_sp,
        {{ profit_each_way('sp_decimal', 'win_share', 'place_share', 'field_size', 'place_odds_fraction', 'outcome_code') }}
            as profit_each_way,
        going_bands.going_band,
        distance_bands.distance_band
    from runs_with_places
    {{ join_bands('runs_with_places') }}
{% endmacro %}
