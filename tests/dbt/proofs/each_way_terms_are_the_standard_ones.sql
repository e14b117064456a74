-- The terms of each-way bets at every edge, and the part of a place stake that wins. Returns the cases that came out
-- otherwise.
with

terms as (
    select
        cast(written.field_size as integer) as field_size,
        cast(written.is_handicap as boolean) as is_handicap,
        cast(written.places as integer) as places,
        cast(written.fraction as double) as fraction
    from (
        values
        (1, true, 0, null),
        (4, false, 0, null),
        (5, true, 2, 0.25e0),
        (7, false, 2, 0.25e0),
        (8, true, 3, 0.2e0),
        (11, true, 3, 0.2e0),
        (11, null, 3, 0.2e0),
        (12, true, 3, 0.25e0),
        (12, false, 3, 0.2e0),
        (12, null, 3, null),
        (15, true, 3, 0.25e0),
        (16, true, 4, 0.25e0),
        (16, false, 3, 0.2e0),
        (16, null, null, null),
        (null, true, null, null)
    ) as written (field_size, is_handicap, places, fraction)
),

shares as (
    select
        cast(written.position as integer) as position,
        written.places,
        written.sharing,
        written.positions,
        written.outcome_code,
        written.is_disqualified,
        cast(written.share as double) as share
    from (
        values
        (1, 3, 1, 9, '1', false, 1.0e0),
        (3, 3, 1, 9, '3', false, 1.0e0),
        (4, 3, 1, 9, '4', false, 0.0e0),
        (2, 3, 2, 9, '2', false, 1.0e0),
        (3, 3, 2, 9, '3', false, 0.5e0),
        (2, 3, 4, 9, '2', false, 0.5e0),
        (1, 1, 2, 4, '1', false, 0.5e0),
        (null, 3, 5, 9, 'PU', false, 0.0e0),
        (null, 3, 5, 3, '0', false, 0.0e0),
        (null, 4, 5, 3, '0', false, null),
        (null, 4, 5, 3, '0', true, 0.0e0),
        (null, 3, 5, 9, 'VOI', false, null),
        (2, null, 1, 9, '2', false, null)
    ) as written (position, places, sharing, positions, outcome_code, is_disqualified, share)
),

otherwise as (
    select
        'terms' as what,
        field_size as field_size_or_position,
        places
    from terms
    where
        {{ places_paid('field_size', 'is_handicap') }} is distinct from places
        or {{ place_odds_fraction('field_size', 'is_handicap') }} is distinct from fraction
    union all
    select
        'share' as what,
        position as field_size_or_position,
        places
    from shares
    where
        {{ place_share('position', 'places', 'sharing', 'positions', 'outcome_code', 'is_disqualified') }}
        is distinct from share
)

select * from otherwise
