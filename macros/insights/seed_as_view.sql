{#- Seeds are views over their own rows, on both engines: lake.duckdb stays free of data, so that `lake query` need not keep it
    open, and on Athena a build replaces a small list in one statement, with no file in S3 and no moment without it. -#}
{% materialization seed, adapter='duckdb' %}
    {{ return(seed_as_view()) }}
{% endmaterialization %}

{% materialization seed, adapter='athena' %}
    {{ return(seed_as_view()) }}
{% endmaterialization %}

{% macro seed_as_view() %}
    {%- set view = this.incorporate(type='view') -%}
    {%- set table = load_agate_table() -%}
    {%- do store_result('agate_table', response='OK', agate_table=table) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- set there = adapter.get_relation(database=this.database, schema=this.schema, identifier=this.identifier) -%}
    {%- if there is not none and there.is_table -%}
        {%- do adapter.drop_relation(there) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace view {{ view }} as {{ literal_rows(table.column_names, table.rows, config.get('column_types')) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [view]}) }}
{% endmacro %}

{#- A query of literal rows, each column cast to its type in `types`. A cell that is NULL stays so. -#}
{% macro literal_rows(names, rows, types) %}
    select
        {%- for name in names %}
        {%- if name not in types -%}
            {%- do exceptions.raise_compiler_error('Column ' ~ name ~ ' of the seed has no type. Add it to column_types in seeds.yml.') -%}
        {%- endif %}
        cast({{ name }} as {{ types[name] }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        values
        {%- for row in rows %}
        (
            {%- for cell in row -%}
                {{ 'null' if cell is none else "'" ~ (cell | string | replace("'", "''")) ~ "'" }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as literal_rows ({{ names | join(', ') }})
{% endmacro %}
