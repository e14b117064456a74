{#- A condition on `race_id`: the races of one batch of a full build. Here it is all of them; where a model sets `rows_per_batch`,
    the embedded engine puts the bounds of each batch in its place (iceberg_incremental), so that a rebuild takes no more
    memory for more years. Races stay whole, and one that moved to another year stays in its batch. -#}
{% macro in_batch(race_id) %}
    {{- return(race_id ~ every_race() if not is_incremental() else 'true') -}}
{% endmacro %}

{% macro every_race() %}
    {{- return(' between 0 and 9223372036854775807') -}}
{% endmacro %}

{#- A condition on the id of a trainer, jockey, ...: those of one batch of a full build, as with in_batch. Their runs all lie
    in one batch. -#}
{% macro in_entity_batch(id) %}
    {{- return('mod(' ~ id ~ every_entity() if not is_incremental() else 'true') -}}
{% endmacro %}

{% macro every_entity() %}
    {{- return(', 1) = 0') -}}
{% endmacro %}

{#- The SQL of each batch of about so many rows of `results`; the SQL as it is where one is enough. -#}
{% macro sql_in_batches(sql, rows) %}
    {%- if rows is none -%}{{- return([sql]) -}}{%- endif -%}
    {%- set results = api.Relation.create(database=target.database, schema=target.schema, identifier='results') -%}
    {%- set batches = [] -%}
    {%- if every_entity() in sql -%}
        {%- set number = (run_query('select count(*) from ' ~ results).columns[0].values()[0] // rows + 1) | int -%}
        {%- for batch in range(number) -%}
            {%- do batches.append(sql | replace(every_entity(), ', ' ~ number ~ ') = ' ~ batch)) -%}
        {%- endfor -%}
        {{- return(batches) -}}
    {%- endif -%}
    {%- set found = run_query(
        'select max(race_id) as last from (select race_id, (sum(count(*)) over (order by race_id) - 1) // ' ~ rows
        ~ ' as batch from ' ~ results ~ ' group by race_id) as races group by batch order by 1'
    ).columns[0].values() | list -%}
    {%- for last in found -%}
        {%- set first = 0 if loop.first else found[loop.index0 - 1] + 1 -%}
        {%- do batches.append(sql | replace(
            every_race(), ' between ' ~ first ~ ' and ' ~ (9223372036854775807 if loop.last else last)
        )) -%}
    {%- endfor -%}
    {{- return(batches or [sql]) -}}
{% endmacro %}
