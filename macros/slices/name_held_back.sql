{#- An on-run-end hook: name what the build held back, one line per slice, and what it let through in doubt. Nothing to say is
    nothing said. (`print`, so that `dbt --quiet` says it too.) -#}
{% macro name_held_back(results) %}
    {%- for result in results if result.node.name == 'slice_decisions' and result.status == 'success'
        and result.node.resource_type == 'model' -%}
        {%- for slice in run_query(held_back_slices(result.node.relation_name)).rows -%}
            {%- set name = slice['slice_name'][1:] -%}
            {%- do print(
                'Held back: ' ~ name ~ ', run ' ~ slice['run_name'][1:] ~ ' ' ~ slice['reason'] ~ '. Compare with the source '
                ~ "and scrape again; if the loss is real: dbt build --vars 'allow_shrink: [" ~ name ~ "]'"
            ) -%}
        {%- endfor -%}
        {%- for slice in run_query(doubtful_slices(result.node.relation_name)).rows -%}
            {%- do print(
                'Doubtful: ' ~ slice['slice_name'][1:] ~ ', run ' ~ slice['run_name'][1:] ~ ' ' ~ slice['reason']
                ~ '. It went through; compare with the source.'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return('') -}}
{% endmacro %}

{#- A query for the slices whose newest scrape is held back, with the reason in words. -#}
{% macro held_back_slices(decisions) %}
    select
        country,
        race_date,
        run_id,
        't' || country || ' ' || cast(race_date as varchar) as slice_name,
        't' || run_id as run_name,
        {{ loss_in_words('would lose') }} as reason
    from (
        select
            *,
            row_number() over (partition by country, race_date order by scraped_at desc) as scrapes_ago
        from {{ decisions }}
        where decision <> 'withdrawn'
    ) as latest
    where scrapes_ago = 1 and decision = 'held_back'
    order by country, race_date
{%- endmacro %}

{#- A query for the losses that the newest build let through. -#}
{% macro doubtful_slices(decisions) %}
    select
        't' || country || ' ' || cast(race_date as varchar) as slice_name,
        't' || run_id as run_name,
        {{ loss_in_words('loses') }} as reason
    from {{ decisions }}
    where
        decision = 'accepted'
        and rows_lost > 0
        and loaded_at = (select max(newest.loaded_at) from {{ decisions }} as newest)
        and loaded_at >= timestamp '{{ run_started_at.astimezone(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f') }}'
    order by country, race_date, run_id
{%- endmacro %}

{#- What a scrape takes away, as text: `verb` 12 of 60 runners (2 races whole, 1 race by half or more). -#}
{% macro loss_in_words(verb) %}
    '{{ verb }} ' || cast(rows_lost as varchar) || ' of ' || cast(rows_before as varchar) || ' runners'
    || case
        when races_gone + races_halved > 0
            then
                ' (races gone: ' || cast(races_gone as varchar) || ', races that lose half or more: '
                || cast(races_halved as varchar) || ')'
        else ''
    end
{%- endmacro %}
