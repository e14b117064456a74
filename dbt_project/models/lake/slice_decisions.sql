-- sqlfluff:exclude_rules:AL03,AM04,LT02,RF02,RF04,ST05,ST06
-- (LT02: the indent rule cannot follow the conditional clauses below)
{{
    config(
        unique_key=['run_id', 'country', 'race_date'],
        sorted_by=['race_date', 'run_id'],
        partitioned_by=['country'],
        full_refresh=false,
    )
}}

{% set decided = decide_slices() %}
{% set loaded_at = load_timestamp() %}
{% set said = slice_columns() + [
    'decision', 'is_allowed', 'rows_before', 'rows_lost', 'races_gone', 'races_halved', 'listed_at',
] %}

-- Whether each scrape of a slice counts. A decision rests on what is staged and on what was allowed, not on when it was
-- taken: runs that come in another order, or all at once, come to the same decisions.
with

{{ losses_so_far(decided) }},

decided as (
    select
        entries.run_id,
        entries.country,
        entries.race_date,
        {% for column in slice_columns() %}
        entries.{{ column }},
        {% endfor %}
        case
            when entries.is_withdrawn then 'withdrawn'
            when held.run_id is not null then 'held_back'
            else 'accepted'
        end as decision,
        allowed.run_id is not null as is_allowed,
        coalesce(held.rows_before, losses.rows_before) as rows_before,
        coalesce(held.rows_lost, losses.rows_lost, 0) as rows_lost,
        coalesce(held.races_gone, losses.races_gone, 0) as races_gone,
        coalesce(held.races_halved, losses.races_halved, 0) as races_halved,
        entries.loaded_at as listed_at
    from {{ ref('run_slices') }} as entries
    inner join judged on entries.country = judged.country and entries.race_date = judged.race_date
    left join held
        on entries.run_id = held.run_id and entries.country = held.country and entries.race_date = held.race_date
    left join allowed
        on
            entries.run_id = allowed.run_id
            and entries.country = allowed.country
            and entries.race_date = allowed.race_date
    left join losses
        on entries.run_id = losses.run_id and entries.country = losses.country and entries.race_date = losses.race_date
)

select
    decided.run_id,
    decided.country,
    decided.race_date,
    {% for column in said %}
    decided.{{ column }},
    {% endfor %}
    {{ loaded_at }} as loaded_at
from decided
{% if is_incremental() %}
left join {{ this }} as known
    on
        decided.run_id = known.run_id
        and decided.country = known.country
        and decided.race_date = known.race_date
where
    known.run_id is null
    or {{ differs('decided', 'known', said) }}
{% endif %}
