-- Two versions of a runner that follow one another, field by field. Most races were only ever listed in one slice: of
-- these the windows have country and date among their partitions, so that a filter on either reaches the data files.
-- The few that moved are compared apart.
{% set windows = [
    ('settled', 'moved.race_id is null', ', told.country, told.race_date'),
    ('moving', 'moved.race_id is not null', ''),
] %}
{% set numbers = range(1, (correction_fields() | length) + 2) %}

with

imports as (
    select distinct run_id
    from {{ ref('slice_decisions') }}
    where selection = 'import'
),

moved as (
    select race_id
    from {{ ref('listed_races') }}
    group by race_id
    having count(*) > 1
),

-- The first scrape that read each slice whole: it speaks of all that was imported of the slice before.
read_whole as (
    select
        country,
        race_date,
        min(scraped_at) as first_whole_at
    from {{ ref('slice_decisions') }}
    where decision = 'accepted' and status = 'complete' and selection = 'all'
    group by country, race_date
),

{% for name, which, partition in windows %}
{{ name }}_told as (
    select
        told.race_id,
        told.horse_id,
        told.country,
        told.race_date,
        told.scraped_at,
        told.run_id,
        told.off_at,
        told.change,
        told.horse,
        lag(told.country) over (runner) as country_before,
        lag(told.race_date) over (runner) as race_date_before,
        lag(told.scraped_at) over (runner) as scraped_at_before,
        min(case when imports.run_id is null then told.scraped_at end) over (race) as first_scraped_at,
        max(case when imports.run_id is not null then 1 else 0 end) over (race) as has_import
    from {{ ref('result_versions') }} as told
    left join imports on told.run_id = imports.run_id
    left join moved on told.race_id = moved.race_id
    where {{ which }}
    window
        runner as (partition by told.race_id, told.horse_id{{ partition }} order by told.scraped_at),
        race as (partition by told.race_id{{ partition }})
),

-- What a race was like before a scrape of ours had told it is not for us to say: an import that a scrape replaces is no
-- correction of anything.
{{ name }} as (
    select {{ name }}_told.*
    from {{ name }}_told
    left join read_whole
        on {{ name }}_told.country = read_whole.country and {{ name }}_told.race_date = read_whole.race_date
    where
        {{ name }}_told.scraped_at > {{ name }}_told.first_scraped_at
        or ({{ name }}_told.has_import = 1 and {{ name }}_told.scraped_at > read_whole.first_whole_at)
),
{% endfor %}

pairs as (
    {{ version_pairs('settled', false) }}
    union all
    {{ version_pairs('moving', true) }}
),

changed as (
    select
        pairs.race_id,
        pairs.horse_id,
        pairs.race_date,
        pairs.country,
        pairs.fields[numbers.number] as field,
        pairs.values_before[numbers.number] as value_before,
        pairs.values_after[numbers.number] as value_after,
        pairs.scraped_at,
        pairs.off_at,
        pairs.run_id,
        pairs.is_same_page
    from pairs
    cross join unnest(array[{{ numbers | join(', ') }}]) as numbers (number)
    where pairs.fields[numbers.number] is not null
    {% for name, which, partition in windows %}
    -- a runner whom the first sight of the race did not show
    union all
    select
        race_id,
        horse_id,
        race_date,
        country,
        '(runner)' as field,
        cast(null as varchar) as value_before,
        coalesce(horse, '?') as value_after,
        scraped_at,
        off_at,
        run_id,
        false as is_same_page
    from {{ name }}
    where scraped_at_before is null
    {% endfor %}
),

corrections as (
    select
        race_id,
        horse_id,
        race_date,
        country,
        field,
        value_before,
        value_after,
        case
            when field = '(runner)' and value_before is null then 'runner added'
            when field = '(runner)' then 'runner gone'
            when is_same_page then 'read anew'
            when value_before is null then 'late arrival'
            else 'correction'
        end as kind,
        field in (
            {%- for column in volatile_columns() %}
            '{{ column }}'{{ ',' if not loop.last }}
            {%- endfor %}
        ) as is_volatile,
        scraped_at,
        date_diff('second', off_at, date_trunc('second', scraped_at)) / 3600.0e0 as hours_after_off,
        run_id
    from changed
)

select * from corrections
