-- The figure of each kind of outcome. Returns the cases that came out otherwise.
with

runs as (
    select
        cast(written.position as integer) as position,
        written.outcome_code,
        written.is_disqualified,
        written.figure
    from (
        values
        (1, '1', false, '1'),
        (9, '9', false, '9'),
        (10, '10', false, '0'),
        (1, 'WO', false, '1'),
        (null, '0', false, '0'),
        (null, 'PU', false, 'P'),
        (null, 'UR', null, 'U'),
        (null, 'DSQ', true, 'D'),
        (null, '7', true, 'D')
    ) as written (position, outcome_code, is_disqualified, figure)
)

select
    runs.position,
    runs.outcome_code,
    runs.figure
from runs
left join {{ ref('outcome_codes') }} as outcome_codes on runs.outcome_code = outcome_codes.outcome_code
where {{ outcome_figure('runs') }} is distinct from runs.figure
