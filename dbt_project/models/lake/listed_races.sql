{{
    config(
        unique_key=['race_id', 'country', 'race_date'],
        sorted_by=['race_date', 'race_id'],
        partitioned_by=['country'],
        full_refresh=false,
        update_condition='false',
    )
}}

-- Where each race was ever listed, by whichever run: the way from a slice to its races, and from a race to the other
-- slices that say something about it. Rows are only ever added.
{% set staged = new_days() %}

with

new_slices as (
    {{ new_slices() }}
),

staged as (
    select
        run_id,
        country,
        race_date,
        race_id
    from {{ staged_rows(ref('stg_racing_post__races'), staged) }}
),

listed as (
    select
        staged.race_id,
        staged.country,
        staged.race_date,
        max(new_slices.loaded_at) as loaded_at
    from staged
    inner join new_slices
        on
            staged.run_id = new_slices.run_id
            and staged.country = new_slices.country
            and staged.race_date = new_slices.race_date
    group by staged.race_id, staged.country, staged.race_date
)

select listed.*
from listed
{% if is_incremental() %}
left join {{ this }} as known
    on
        listed.race_id = known.race_id
        and listed.country = known.country
        and listed.race_date = known.race_date
where known.race_id is null
{% endif %}
