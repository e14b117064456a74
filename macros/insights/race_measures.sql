{#- A query for the rows of `relation` with what each race and run is worth. It stands once, here and in the macros that it
    composes; results, and states of the log, are measured alike.

    relation   rows like those of results, one per runner of a race, all runners of a race among them: a model or a CTE
    race_key   the columns that make one race of them; with race_date and country among them a filter on those gets past
               the windows to the data files

    A race whose `ran` is NULL is not known to be whole (files of others may leave one so): what needs the whole field is NULL
    there. -#}
{% macro race_measures(relation, race_key) %}
    {%- set race = 'partition by ' ~ race_key | join(', ') -%}
    with

    fields_of_runs as (
        select
            *,
            {{ field_size(' over (' ~ race ~ ')') }} as field_size,
            cast(count(position) over ({{ race }}) as integer) as positions,
            cast(count(*) over ({{ race }}, position) as integer) as sharing_position,
            cast(count(sp_decimal) over ({{ race }}) as integer) as priced_runners,
            sum({{ price_probability('sp_decimal') }}) over ({{ race }}) as price_sum
        from {{ relation }}
    ),

    runs_with_terms as (
        select
            *,
            {{ field_size_band('field_size') }} as field_size_band,
            {{ places_paid('field_size', 'is_handicap') }} as places_paid,
            {{ places_counted('field_size', 'is_handicap') }} as places_counted,
            {{ place_odds_fraction('field_size', 'is_handicap') }} as place_odds_fraction,
            {{ win_share('position', 'sharing_position', 'outcome_code') }} as win_share,
            {{ rank_in_race('sp_decimal', 'asc', race, 'field_size') }} as favourite_rank,
            {{ rank_in_race('weight_lbs', 'desc', race, 'field_size') }} as weight_rank,
            {{ is_top_rated('official_rating', race, 'field_size') }} as is_top_official_rating,
            {{ is_top_rated('rpr', race, 'field_size') }} as is_top_rpr,
            {{ is_top_rated('topspeed', race, 'field_size') }} as is_top_topspeed
        from fields_of_runs
    ),

    runs_with_places as (
        select
            *,
            {{ place_share('position', 'places_counted', 'sharing_position', 'positions', 'outcome_code') }}
                as place_share
        from runs_with_terms
    )

    select
        runs_with_places.*,
        place_share > 0 as is_placed,
        {{ percent_rivals_beaten('position', 'field_size', 'sharing_position', 'outcome_code') }} as percent_rivals_beaten,
        {{ fair_probability('sp_decimal', 'price_sum', 'field_size', 'priced_runners') }} as fair_probability,
        {{ profit_at_sp('sp_decimal', 'win_share', 'outcome_code') }} as profit_at_sp,
        {{ profit_each_way('sp_decimal', 'win_share', 'place_share', 'field_size', 'place_odds_fraction', 'outcome_code') }}
            as profit_each_way,
        going_bands.going_band,
        distance_bands.distance_band
    from runs_with_places
    {{ join_bands('runs_with_places') }}
{% endmacro %}
