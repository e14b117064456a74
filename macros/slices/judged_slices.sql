{#- A query for the slices to decide (again): those with a run that is new, mended, withdrawn or restored, those held back that
    allow_shrink names, and `extra` ones, a list of [country, date]. -#}
{% macro judged_slices(extra) %}
    {%- if decides_all() -%}
    select distinct country, race_date
    from {{ ref('run_slices') }}
    {%- else -%}
    {%- set allowed = allowed_slices() -%}
    select distinct
        entries.country,
        entries.race_date
    from {{ ref('run_slices') }} as entries
    left join {{ this }} as known
        on
            entries.run_id = known.run_id
            and entries.country = known.country
            and entries.race_date = known.race_date
    where
        known.run_id is null
        or known.listed_at <> entries.loaded_at
        or (known.decision = 'withdrawn') <> entries.is_withdrawn
        {%- if allowed == ['all'] %}
        or known.decision = 'held_back'
        {%- elif allowed %}
        or (
            known.decision = 'held_back'
            and entries.country || ' ' || cast(entries.race_date as varchar) in ('{{ allowed | join("', '") }}')
        )
        {%- endif %}
    {%- for country, race_date in extra %}
    union
    select '{{ country }}' as country, date '{{ race_date }}' as race_date
    {%- endfor %}
    {%- endif -%}
{%- endmacro %}

{#- A query for the races that were listed in more than one slice, with each, and whether there is news of that slice.
    (The 't' keeps the result reader from guessing a type.) -#}
{% macro shared_listings() %}
    select
        listed.race_id,
        't' || listed.country || ' ' || cast(listed.race_date as varchar) as slice_name,
        case when judged.country is not null then 1 else 0 end as has_news
    from {{ ref('listed_races') }} as listed
    inner join (
        select race_id from {{ ref('listed_races') }}
        group by race_id
        having count(*) > 1
    ) as moved on listed.race_id = moved.race_id
    left join ({{ judged_slices([]) }}) as judged
        on listed.country = judged.country and listed.race_date = judged.race_date
    order by listed.race_id, listed.country, listed.race_date
{%- endmacro %}

{#- CTEs for the losses of the slices to decide, with the decisions taken so far: judged, held, allowed, scrapes, touched, losses. -#}
{% macro losses_so_far(decided) %}
    judged as (
        {{ judged_slices(decided['extra']) }}
    ),

    held as (
        {{ listed_losses(decided['held']) }}
    ),

    allowed as (
        {{ listed_losses(decided['allowed']) }}
        {%- if is_incremental() %}
        union all
        select known.run_id, known.country, known.race_date, 0, 0, 0, 0
        from {{ this }} as known
        inner join {{ ref('run_slices') }} as entries
            on
                known.run_id = entries.run_id
                and known.country = entries.country
                and known.race_date = entries.race_date
                and known.listed_at = entries.loaded_at
        where known.is_allowed
        {%- endif %}
    ),

    scrapes as (
        select
            entries.run_id,
            entries.country,
            entries.race_date,
            entries.scraped_at,
            entries.status = 'complete' and entries.selection = 'all' as is_whole,
            coalesce(entries.selection, 'all') = 'import' as is_import
        from {{ ref('run_slices') }} as entries
        inner join judged on entries.country = judged.country and entries.race_date = judged.race_date
        left join held
            on
                entries.run_id = held.run_id
                and entries.country = held.country
                and entries.race_date = held.race_date
        where not entries.is_withdrawn and held.run_id is null
    ),

    touched as (
        select
            listed.race_id,
            max(listed.loaded_at) as loaded_at
        from {{ ref('listed_races') }} as listed
        inner join judged on listed.country = judged.country and listed.race_date = judged.race_date
        group by listed.race_id
    ),

    losses as (
        {{
            slice_losses(
                staged_rows(ref('stg_racing_post__races'), decided['staged']),
                staged_rows(ref('stg_racing_post__results'), decided['staged']),
                'scrapes',
                'touched'
            )
        }}
    )
{%- endmacro %}

{#- A query for the large losses that nobody allowed, oldest first. -#}
{% macro large_losses(decided) %}
    with {{ losses_so_far(decided) }}

    select
        't' || losses.run_id as run_name,
        't' || losses.country || ' ' || cast(losses.race_date as varchar) as slice_name,
        't' || cast(losses.scraped_at as varchar) as scraped_name,
        losses.rows_before,
        losses.rows_lost,
        losses.races_gone,
        losses.races_halved
    from losses
    left join allowed
        on
            losses.run_id = allowed.run_id
            and losses.country = allowed.country
            and losses.race_date = allowed.race_date
    where losses.is_large and allowed.run_id is null
    order by losses.scraped_at, losses.country, losses.race_date
{%- endmacro %}

{#- Literal rows of losses. -#}
{% macro listed_losses(losses) %}
    {%- for loss in losses or [none] %}
    select
        cast({{ "'" ~ loss['run_id'] ~ "'" if loss else 'null' }} as varchar) as run_id,
        cast({{ "'" ~ loss['country'] ~ "'" if loss else 'null' }} as varchar) as country,
        cast({{ "'" ~ loss['race_date'] ~ "'" if loss else 'null' }} as date) as race_date,
        {{ loss['rows_before'] if loss else 0 }} as rows_before,
        {{ loss['rows_lost'] if loss else 0 }} as rows_lost,
        {{ loss['races_gone'] if loss else 0 }} as races_gone,
        {{ loss['races_halved'] if loss else 0 }} as races_halved
    {{ 'where false' if not loss }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
