{#- What a runner is judged by, besides who it is; the same is known of the runs it is judged from. A select list.

    measured   CTE with the columns of race_measures
    race_key   what makes one race of its rows -#}
{% macro run_conditions(measured, race_key) %}
    {{ measured }}.course_id,
    {{ measured }}.race_type,
    {{ measured }}.surface,
    coalesce({{ measured }}.race_class, case when {{ measured }}.pattern is not null then 1 end) as class_rank,
    {{ measured }}.is_handicap,
    {{ measured }}.distance_yards,
    {{ measured }}.distance_band,
    {{ measured }}.going_band,
    {{ measured }}.field_size,
    {{ measured }}.field_size_band,
    {{ draw_third(measured, race_key) }} as draw_third,
    {{ measured }}.age,
    {{ measured }}.weight_lbs,
    {{ measured }}.headgear,
    {{ measured }}.official_rating
{%- endmacro %}

{#- Low, middle or high third of the stalls that were used in a race: stalls without a runner do not count. -#}
{% macro draw_third(measured, race_key) %}
    {%- set race = measured ~ '.' ~ race_key | join(', ' ~ measured ~ '.') -%}
    {%- set place = '3 * rank() over (partition by ' ~ race ~ ', ' ~ measured ~ '.draw is null order by ' ~ measured ~ '.draw)' -%}
    {%- set stalls = 'count(' ~ measured ~ '.draw) over (partition by ' ~ race ~ ')' -%}
    case
        when {{ measured }}.draw is null then null
        when {{ place }} <= {{ stalls }} then 'low'
        when {{ place }} <= 2 * {{ stalls }} then 'middle'
        else 'high'
    end
{%- endmacro %}

{#- The columns of a runner to judge that are not its key. -#}
{% macro judged_facts() %}
    {{- return([
        'jockey_id', 'trainer_id', 'owner_id', 'sire_id', 'damsire_id', 'course_id', 'race_type', 'surface', 'class_rank',
        'is_handicap', 'distance_yards', 'distance_band', 'going_band', 'field_size', 'field_size_band', 'draw_third', 'age',
        'weight_lbs', 'headgear', 'official_rating',
    ]) -}}
{% endmacro %}

{#- The columns of the log that runs are measured and told apart by. (All of them would be carried through every window.) -#}
{% macro run_columns() %}
    {{- return([
        'race_id', 'horse_id', 'country', 'race_date', 'jockey_id', 'trainer_id', 'owner_id', 'sire_id', 'damsire_id',
    ] + race_facts() + runner_facts()) -}}
{% endmacro %}

{#- Columns of the log that are the same for all runners of a race. (`ran` is not among them: where it is told of one of them
    only, the race is whole all the same.) -#}
{% macro race_facts() %}
    {{- return([
        'off_at', 'course_id', 'race_type', 'race_code', 'surface', 'race_class', 'pattern', 'is_handicap', 'distance_yards',
        'going',
    ]) -}}
{% endmacro %}

{#- Columns of the log that are a runner's own. -#}
{% macro runner_facts() %}
    {{- return([
        'ran', 'draw', 'age', 'weight_lbs', 'headgear', 'outcome_code', 'position', 'is_disqualified', 'is_favourite',
        'sp_decimal', 'official_rating', 'rpr', 'topspeed',
    ]) -}}
{% endmacro %}
