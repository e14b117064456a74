{#- Keep the Iceberg tables on Athena small and quick; weekly. It takes the lock that a build takes:

        dbt run-operation maintain --target athena
        dbt run-operation maintain --target athena --args '{from_year: 2026}'
        dbt run-operation maintain --target athena --args '{dry_run: true}'

    OPTIMIZE rewrites small files and applies the deletes that merges left beside them; VACUUM expires snapshots older than
    the tables' own `vacuum_max_snapshot_age_seconds` and deletes the files that nothing refers to any more. Then the folders
    in S3 are swept that dead builds left and no table names.

    from_year           leave older years as they are: daily merges touch the newest only
    minimum_age_hours   sweep only folders in which nothing is younger; younger than an hour never
    dry_run             only say which folders would be swept -#}
{% macro maintain(from_year=none, minimum_age_hours=24, dry_run=false) %}
    {{- return(adapter.dispatch('maintain')(from_year, minimum_age_hours, dry_run)) -}}
{% endmacro %}

{% macro default__maintain(from_year, minimum_age_hours, dry_run) %}
    {%- do exceptions.raise_compiler_error('On the embedded engine the lake command does this: lake maintain --yes') -%}
{% endmacro %}

{% macro athena__maintain(from_year, minimum_age_hours, dry_run) %}
    {%- if from_year is not none and from_year | int < 1 -%}
        {%- do exceptions.raise_compiler_error('from_year is a year, such as 2026; got ' ~ from_year) -%}
    {%- elif minimum_age_hours is not number or minimum_age_hours < 0 -%}
        {%- do exceptions.raise_compiler_error('minimum_age_hours is a number of hours, such as 24; got ' ~ minimum_age_hours) -%}
    {%- elif dry_run is not boolean -%}
        {%- do exceptions.raise_compiler_error('dry_run is true or false; got ' ~ dry_run) -%}
    {%- endif -%}
    {%- do require_lock() -%}
    {%- if not dry_run -%}{%- do optimize_and_vacuum(from_year) -%}{%- endif -%}
    {%- for line in adapter.sweep_lake(iceberg_models(), minimum_age_hours, dry_run) -%}
        {%- do log(line, info=true) -%}
    {%- endfor -%}
{% endmacro %}

{% macro optimize_and_vacuum(from_year) %}
    {%- set where = '' if from_year is none else " where race_date >= date '" ~ (from_year | int) ~ "-01-01'" -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.get('table_type') == 'iceberg'
        and adapter.get_relation(node.database, node.schema, node.alias) is not none -%}
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
