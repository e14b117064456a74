{#- dbt-athena's own merge, kept from three things that Athena does or may do without a word. (A macro of the root project takes the
    place of an adapter's macro of the same name; the embedded engine never calls this one.)

    - Of rows that share a key, or have none, Athena refuses only those that match a row of the table; the others it
      inserts, all of them. Here they are refused, as on the embedded engine.
    - It reads the whole table, all columns, to look for matches. Here a literal range of dates keeps it to the years that
      the merge touches: those of the rows to merge, and of the rows they replace, which may lie on another date.
    - It runs even when there is nothing to merge. Here that is left out, so that it cannot make a snapshot. -#}
{% macro iceberg_merge(
    on_schema_change,
    tmp_relation,
    target_relation,
    unique_key,
    incremental_predicates,
    existing_relation,
    delete_condition,
    update_condition,
    insert_condition,
    force_batch,
    statement_name="main"
) %}
    {%- set date_column = partition_date() -%}
    {%- set found = checked_survey(tmp_relation, target_relation, date_column) -%}
    {%- if found['keys'] == 0 -%}
        {%- do process_schema_changes(on_schema_change, tmp_relation, existing_relation) -%}
        {{- return("select 'nothing to merge'") -}}
    {%- endif -%}
    {%- do require_lock() -%}
    {%- set predicates = incremental_predicates or [] -%}
    {%- if date_column is not none and found['undated'] == 0 -%}
        {%- set touched -%}
            target.{{ date_column }} between date '{{ found['first_date'][1:] }}' and date '{{ found['last_date'][1:] }}'
        {%- endset -%}
        {%- set predicates = predicates + [touched] -%}
    {%- endif -%}
    {{- return(dbt.iceberg_merge(
        on_schema_change=on_schema_change,
        tmp_relation=tmp_relation,
        target_relation=target_relation,
        unique_key=unique_key,
        incremental_predicates=predicates or none,
        existing_relation=existing_relation,
        delete_condition=delete_condition,
        update_condition=update_condition,
        insert_condition=insert_condition,
        force_batch=force_batch,
        statement_name=statement_name,
    )) -}}
{% endmacro %}

{#- One row about a merge to come: how many keys, how many of them repeated, how many rows without one, and, with a date
    column, the range of dates it touches. The rows to merge are read once, and once more to find the rows they replace: an
    inner join, in which the engine hands the few keys to the scan of the table, so that files without any of them are
    passed over. Of the others the keys and the date are read. (The 't' keeps the result reader from guessing a type.) -#}
{% macro merge_survey(source, keys, target_relation=none, date_column=none) %}
    with keyed as (
        select
            {{ keys | join(', ') }},
            {%- if date_column is not none %}
            count(*) - count({{ date_column }}) as undated,
            min({{ date_column }}) as first_date,
            max({{ date_column }}) as last_date,
            {%- endif %}
            count(*) as occurrences
        from {{ source }}
        group by {{ keys | join(', ') }}
    ),

    survey as (
        select
            {%- if date_column is not none %}
            sum(undated) as undated,
            min(first_date) as first_date,
            max(last_date) as last_date,
            {%- endif %}
            count(*) as keys,
            coalesce(sum(case when occurrences > 1 then 1 else 0 end), 0) as repeated,
            coalesce(sum(
                case when {% for key in keys %}{{ key }} is null{{ ' or ' if not loop.last }}{% endfor %}
                    then occurrences else 0 end
            ), 0) as keyless
        from keyed
    )
    {%- if date_column is not none %},

    replaced as (
        select
            count(*) - count(target.{{ date_column }}) as undated,
            min(target.{{ date_column }}) as first_date,
            max(target.{{ date_column }}) as last_date
        from {{ target_relation }} as target
        inner join (select distinct {{ keys | join(', ') }} from {{ source }}) as merging
            on {% for key in keys %}target.{{ key }} = merging.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    )

    select
        survey.undated + replaced.undated as undated,
        't' || cast(
            least(survey.first_date, coalesce(replaced.first_date, survey.first_date)) as varchar
        ) as first_date,
        't' || cast(
            greatest(survey.last_date, coalesce(replaced.last_date, survey.last_date)) as varchar
        ) as last_date,
        survey.keys,
        survey.repeated,
        survey.keyless
    from survey
    cross join replaced
    {%- else %}

    select * from survey
    {%- endif %}
{%- endmacro %}

{#- The date column by which the current model is partitioned, as in year(race_date); none without one. -#}
{% macro partition_date() %}
    {%- for term in config.get('partitioned_by') or [] -%}
        {%- set found = modules.re.match('(?:year|month|day)\((\w+)\)', term) -%}
        {%- if found -%}{{- return(found.group(1)) -}}{%- endif -%}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}

{#- Survey the rows of `source` by the current model's unique_key, and stop the model when they share a key or have none;
    the words are those of the embedded engine. Returns the survey's row. -#}
{% macro checked_survey(source, target_relation=none, date_column=none) %}
    {%- set unique_key = config.get('unique_key') -%}
    {%- set keys = [unique_key] if unique_key is string else unique_key -%}
    {%- set found = run_query(merge_survey(source, keys, target_relation, date_column)).rows[0] -%}
    {%- if found['keyless'] > 0 -%}
        {%- do exceptions.raise_compiler_error(
            found['keyless'] ~ ' rows to merge have no ' ~ keys | join(' or ') ~ '. Mend the model; nothing was written.'
        ) -%}
    {%- elif found['repeated'] > 0 -%}
        {%- do exceptions.raise_compiler_error(
            'The rows to merge hold the same ' ~ keys | join(', ') ~ ' more than once (' ~ found['repeated']
            ~ ' keys). Make the model return one row per key; nothing was written.'
        ) -%}
    {%- endif -%}
    {{- return(found) -}}
{% endmacro %}
