{#- `incremental` for the embedded engine: models with table_type='iceberg' are merged by the lake plugin, in one
    snapshot; every other model takes dbt-duckdb's own materialization. DuckDB cannot write Iceberg without a
    server, so the model's rows are put into a Parquet file in the warehouse, which the plugin merges and deletes. (A table
    in lake.duckdb would cost three times the CPU and leave the file large.) -#}
{% materialization incremental, adapter='duckdb', supported_languages=['sql'] %}
    {%- if config.get('table_type') != 'iceberg' -%}
        {{ return(dbt.materialization_incremental_duckdb()) }}
    {%- endif -%}
    {%- if config.get('incremental_strategy') != 'merge' -%}
        {{ exceptions.raise_compiler_error("table_type='iceberg' needs incremental_strategy='merge'; got " ~ config.get('incremental_strategy')) }}
    {%- endif -%}

    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set rows = api.Relation.create(
        database=this.database, schema=this.schema, identifier=this.identifier ~ '__rows', type='view'
    ) -%}
    {%- set folder = modules.re.sub('[^/]*$', '', target.path) ~ '.rows/' -%}
    {%- if load_cached_relation(this) is not none and not should_full_refresh() -%}
        {%- set mode = 'merge' -%}
    {%- else -%}
        {%- set mode = 'replace_even_with_nothing' if var('allow_empty', false) else 'replace' -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set batches = [compiled_code] if mode == 'merge' else sql_in_batches(compiled_code, config.get('rows_per_batch')) -%}
    {%- set files = [] -%}
    {%- for batch in batches -%}
        {%- set file = folder ~ this.identifier ~ ('.' ~ loop.index if not loop.first else '') ~ '.parquet' -%}
        {%- call statement('main' if loop.last else 'batch') -%}
            {%- if config.get('contract').enforced and loop.first %}{{ get_assert_columns_equivalent(batch) }}{% endif %}
            copy (
                {{ get_select_subquery(batch) if config.get('contract').enforced else batch }}
            ) to '{{ file | replace("'", "''") }}' (format parquet, row_group_size 20480)
        {%- endcall -%}
        {#- in brackets a character is no wildcard -#}
        {%- do files.append("'" ~ modules.re.sub('([*?[])', '[\\1]', file) | replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    {%- do run_query('create or replace view ' ~ rows ~ ' as select * from read_parquet([' ~ files | join(', ') ~ '])') -%}
    {#- The plugin reads through a connection of its own, which sees committed tables only. -#}
    {%- do adapter.commit() -%}
    {%- do adapter.store_relation('iceberg', target_relation, [], rows | string, mode, config) -%}
    {%- do run_query('drop view if exists ' ~ rows) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
