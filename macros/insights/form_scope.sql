{#- Which runners a build has to judge anew, worked out once a model and told in literals, for which engines pass over files.

    What a morning knew of earlier days never changes once it has passed; so of the dates of races decided about since the
    table last grew, only the runners are judged that are new there, or of whom the log now says something else. But a scrape
    that came late, was withdrawn or restored, or reached days never looked at before, changes what past mornings knew (or
    what stands in for it): from the first such morning on, all are judged anew.

    Of those dates most have nobody to judge anew: a look at who has tells the mornings of which alone records are summed.

    needed   columns of a runner without which it is not judged
    part     the column that tells the rows of a race apart

    Returns {'is_nothing', 'since' (a date as text: the morning above), 'judged' (the condition on `race_date` of races decided
    about), 'asked' (of races with runners to judge anew), 'first' and 'last' (these races' first and last date as text)}. -#}
{% macro form_scope(needed, part='horse_id') %}
    {%- set scope = {
        'is_nothing': false, 'since': none, 'judged': 'true', 'asked': 'true', 'first': none, 'last': none,
    } -%}
    {%- if not execute or not is_incremental() or this is string -%}{{- return(scope) -}}{%- endif -%}
    {%- set touched = touched_listings() -%}
    {%- if touched | length == 0 -%}
        {{- return(dict(scope, is_nothing=true, judged='false', asked='false')) -}}
    {%- endif -%}
    {%- set since = first_morning_to_change() -%}
    {%- set judged = dates_condition(touched) -%}
    {%- set judged = '(race_date >= date ' ~ "'" ~ since ~ "' or (" ~ judged ~ '))' if since else judged -%}
    {%- set scope = dict(scope, since=since, judged=judged) -%}
    {%- set asked = marked_values(
        'with ' ~ judged_anew(scope, needed, part)
        ~ " select distinct 't' || cast(race_date as varchar) as value from judged order by 1"
    ) -%}
    {%- set ends = asked or touched -%}
    {{- return(dict(scope, asked=dates_condition(asked), first=ends[0], last=ends[-1])) -}}
{% endmacro %}

{#- The first morning of which a decision taken since may have changed the knowledge: the one after its scrape, or, where no
    scrape had looked at the slice before it, the one after the races, for then its first version stands in from there on. -#}
{% macro first_morning_to_change() %}
    {%- set found = marked_values(
        "select 't' || cast(min(case when looked.country is null then " ~ days_after('changed.race_date', 1)
        ~ ' else ' ~ first_morning_to_know('changed.scraped_at') ~ ' end) as varchar) as value from '
        ~ ref('slice_decisions') ~ ' as changed left join (' ~ first_looks() ~ ') as looked'
        ~ ' on changed.country = looked.country and changed.race_date = looked.race_date'
        ~ ' and looked.first_look_at < changed.scraped_at where changed.loaded_at > ' ~ high_water()
        ~ ' having count(*) > 0'
    ) -%}
    {{- return(found[0] if found else none) -}}
{% endmacro %}

{#- A query for the first scrape of each slice that read the source's whole list of its races. -#}
{% macro first_looks() %}
    select
        country,
        race_date,
        min(scraped_at) as first_look_at
    from {{ ref('slice_decisions') }}
    where decision = 'accepted' and selection = 'all' and races_listed is not null
    group by country, race_date
{%- endmacro %}

{#- When the current build's rows were loaded: the newest decision that they may rest on, as a timestamp literal. -#}
{% macro decided_until() %}
    {%- if not execute or this is string -%}{{- return("timestamp '1970-01-01 00:00:00.000000'") -}}{%- endif -%}
    {{- return("(select max(loaded_at) from " ~ ref('slice_decisions') ~ ")") -}}
{% endmacro %}
