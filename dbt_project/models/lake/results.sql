{{
    config(
        unique_key=['race_id', 'horse_id'],
        delete_condition="src.change = 'delete'",
        update_condition="src.change <> 'delete' and src.scraped_at >= target.scraped_at",
        insert_condition="src.change <> 'delete'",
    )
}}

-- The newest version of every runner whose log grew since this table last did. A delete is passed on to the
-- merge, which removes the row; on a first build there is nothing to remove, so deletes stay out.
with

new_versions as (
    select
        race_id,
        horse_id,
        max(scraped_at) as scraped_at
    from {{ ref('result_versions') }}
    {% if is_incremental() %}
    where
        loaded_at > (
            select coalesce(max(live.loaded_at), timestamp '1970-01-01 00:00:00.000000') from {{ this }} as live
        )
    {% endif %}
    group by race_id, horse_id
)

select versions.*
from {{ ref('result_versions') }} as versions
inner join new_versions
    on
        versions.race_id = new_versions.race_id
        and versions.horse_id = new_versions.horse_id
        and versions.scraped_at = new_versions.scraped_at
{% if not is_incremental() %}
where versions.change <> 'delete'
{% endif %}
