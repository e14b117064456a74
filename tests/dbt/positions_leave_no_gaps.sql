-- A position is one more than the number of runners officially ahead: 1, 2, 2, 4. Warns only: stewards may take a
-- place away without the source moving up the others until days later.
{{ config(severity='warn') }}

with

ranked as (
    select
        race_id,
        horse_id,
        position,
        rank() over (partition by race_id order by position) as expected_position
    from {{ ref('results') }}
    where position is not null and {{ scope_condition('tested_dates', 'race_date') }}
)

select * from ranked
where position <> expected_position
