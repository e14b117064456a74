{#- Keep the Iceberg tables on Athena small and quick; weekly, never while a build runs:

        dbt run-operation maintain --target athena
        dbt run-operation maintain --target athena --args '{from_year: 2026}'

    OPTIMIZE rewrites small files and applies the deletes that merges left beside them; VACUUM expires snapshots older than
    the tables' own `vacuum_max_snapshot_age_seconds` and deletes the files that nothing refers to any more.

    from_year   leave older years as they are: daily merges touch the newest only -#}
{% macro maintain(from_year=none) %}
    {{- return(adapter.dispatch('maintain')(from_year)) -}}
{% endmacro %}

{% macro default__maintain(from_year) %}
    {%- do exceptions.raise_compiler_error('On the embedded engine the lake command does this: lake maintain --yes') -%}
{% endmacro %}

{% macro athena__maintain(from_year) %}
    {%- if from_year is not none and from_year | int < 1 -%}
        {%- do exceptions.raise_compiler_error('from_year is a year, such as 2026; got ' ~ from_year) -%}
    {%- endif -%}
    {%- set where = '' if from_year is none else " where race_date >= date '" ~ (from_year | int) ~ "-01-01'" -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.get('table_type') == 'iceberg' -%}
        {#- two-part names: these statements take no catalog -#}
        {%- set table = node.schema ~ '.' ~ node.alias -%}
        {%- do log('Maintaining ' ~ table, info=true) -%}
        {#- it takes a condition on what partitions a table, and no other; the lists, which have no years, are small -#}
        {%- set part = where if 'race_date' in node.config.get('partitioned_by') | join(' ') else '' -%}
        {#- Athena does a share at a time and says when more is left; the adapter then asks again -#}
        {%- do adapter.run_operation_with_potential_multiple_runs(
            'optimize ' ~ table ~ ' rewrite data using bin_pack' ~ part, 'optimize'
        ) -%}
        {%- do adapter.run_operation_with_potential_multiple_runs('vacuum ' ~ table, 'vacuum') -%}
    {%- endfor -%}
{% endmacro %}
