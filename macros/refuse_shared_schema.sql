{#- An on-run-start hook: stop when the staged files' schema is the tables' own. Both have a `results`; dbt would take one
    for the other, and on Athena it deletes the files of a table that it replaces. -#}
{% macro refuse_shared_schema() %}
    {%- if execute and target.schema in graph.sources.values() | map(attribute='schema') -%}
        {%- do exceptions.raise_compiler_error(
            'Staged files and tables would share the schema ' ~ target.schema ~ '. Set EXTRACT_STAGING_SCHEMA to another.'
        ) -%}
    {%- endif -%}
{% endmacro %}
