{#- Decide which scrapes of slices are held back, in order of their time, and return what the model has to know:

    extra     slices to decide anew besides those with news, because a race moved between them, as [country, date]
    staged    what has to be read of staging: the slices that can lose anything (see staged_days)
    held      scrapes that are held back, with what they would lose
    allowed   large losses that allow_shrink lets through

    A scrape is judged against what the accepted ones before it say. So it goes in rounds: each holds back the first large
    loss of every slice and asks again. Slices that share a moved race are judged together. Most builds need one round. -#}
{% macro decide_slices() %}
    {%- set slices = ref('stg_racing_post__slices') -%}
    {%- set decided = {'extra': [], 'staged': all_of_staging(), 'held': [], 'allowed': []} -%}
    {%- if not execute or load_relation(ref('listed_races')) is none -%}{{- return(decided) -}}{%- endif -%}
    {%- set shared = shared_slices() -%}
    {%- do decided.update({'extra': shared['extra']}) -%}
    {%- set entries -%}
        select entries.run_id, entries.country, entries.race_date, entries.scraped_on, entries.rows_staged
        from {{ ref('run_slices') }} as entries
        inner join ({{ judged_slices(decided['extra']) }}) as judged
            on entries.country = judged.country and entries.race_date = judged.race_date
        where not entries.is_withdrawn
    {%- endset -%}
    {%- set needed = all_of_staging() if decides_all() else staged_of(entries) -%}
    {%- do decided.update({'staged': needed}) -%}
    {%- if needed['days'] == "scraped_on = ''" -%}{{- return(decided) -}}{%- endif -%}
    {%- do refuse_missing_runs(entries, slices, needed) -%}
    {%- do decided.update({'staged': staged_of(weighed_slices(entries, shared['slices']))}) -%}
    {%- set may_shrink = allowed_slices() -%}
    {%- set again = namespace(going=true) -%}
    {%- for round in range(1000) if again.going -%}
        {%- set again.going = false -%}
        {%- set losses, first_held = [], {} -%}
        {%- for loss in run_query(large_losses(decided)).rows -%}
            {%- set slice, run_id = loss['slice_name'][1:], loss['run_name'][1:] -%}
            {%- set is_allowed = may_shrink == ['all'] or slice in may_shrink -%}
            {%- set group = 'shared' if slice in shared['slices'] else slice -%}
            {%- do losses.append([group, is_allowed, loss['scraped_name'], {
                'run_id': run_id, 'country': slice.split(' ')[0], 'race_date': slice.split(' ')[1],
                'rows_before': loss['rows_before'], 'rows_lost': loss['rows_lost'],
                'races_gone': loss['races_gone'], 'races_halved': loss['races_halved'],
            }]) -%}
            {%- if not is_allowed -%}{%- do first_held.setdefault(group, [loss['scraped_name'], run_id]) -%}{%- endif -%}
        {%- endfor -%}
        {%- for group, is_allowed, scraped_at, loss in losses -%}
            {%- if is_allowed and (group not in first_held or scraped_at < first_held[group][0]) -%}
                {%- do decided['allowed'].append(loss) -%}
            {%- elif not is_allowed and loss['run_id'] == first_held[group][1] -%}
                {%- do decided['held'].append(loss) -%}
                {%- set again.going = true -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if again.going -%}
        {%- do exceptions.raise_compiler_error(
            'After 1000 rounds there is still a slice to hold back: is shrink_limit far too small? Nothing was written.'
        ) -%}
    {%- endif -%}
    {{- return(decided) -}}
{% endmacro %}

{#- Those of a query of scrapes whose slices can lose runners: a slice that was scraped once, none of whose races was ever listed
    elsewhere, has nothing to compare with. (After an import of years, that is nearly all of them.) -#}
{% macro weighed_slices(entries, shared) %}
    select run_id, country, race_date, scraped_on, rows_staged
    from (
        select *, count(*) over (partition by country, race_date) as scrapes
        from ({{ entries }}) as counting
    ) as counted
    where
        scrapes > 1
        {%- if shared %}
        or country || ' ' || cast(race_date as varchar) in ('{{ shared.keys() | join("', '") }}')
        {%- endif %}
{%- endmacro %}

{#- Whether every slice is decided anew: on a first build and on a full refresh, which keeps only what was allowed. -#}
{% macro decides_all() %}
    {{- return(flags.FULL_REFRESH or not is_incremental()) -}}
{% endmacro %}

{#- Slices that share a race with another (it moved): all their names, and those that have to be decided anew because one
    with news is among those they hang together with. -#}
{% macro shared_slices() %}
    {%- set found = run_query(shared_listings()).rows -%}
    {%- set names, races, news = {}, {}, {} -%}
    {%- for row in found -%}
        {%- set slice = row['slice_name'][1:] -%}
        {%- do names.update({slice: slice.split(' ')}) -%}
        {%- do races.setdefault(row['race_id'], []).append(slice) -%}
        {%- if row['has_news'] == 1 -%}{%- do news.update({slice: true}) -%}{%- endif -%}
    {%- endfor -%}
    {%- set reached = dict(news) -%}
    {%- set again = namespace(going=reached | length > 0) -%}
    {%- for _ in range(names | length) if again.going -%}
        {%- set again.going = false -%}
        {%- for slices in races.values() if slices | select('in', reached) | list | length > 0 -%}
            {%- for slice in slices if slice not in reached -%}
                {%- do reached.update({slice: true}) -%}
                {%- set again.going = true -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set extra = [] -%}
    {%- for slice in reached if slice not in news and not decides_all() -%}
        {%- do extra.append(names[slice]) -%}
    {%- endfor -%}
    {{- return({'slices': names, 'extra': extra}) -}}
{% endmacro %}
