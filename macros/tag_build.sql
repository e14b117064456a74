{#- An on-run-end hook: after a build in which every model and test of the Iceberg tables went well, tag the tables' snapshots
    `run-<run_id>` with the newest run in them, so that `lake diff` and `lake query` find the state again. -#}
{% macro tag_build(results) %}
    {{- return(adapter.dispatch('tag_build')(results)) -}}
{% endmacro %}

{% macro default__tag_build(results) %}
    {{- return('') -}}
{% endmacro %}

{% macro athena__tag_build(results) %}
    {%- if not execute or not is_good_build(results) -%}{{- return('') -}}{%- endif -%}
    {%- set run_id = newest_run() -%}
    {%- if run_id -%}
        {%- do adapter.tag_lake_build(iceberg_models(), run_id) -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}

{#- The names of the Iceberg tables, but for those that this build leaves out. -#}
{% macro iceberg_models() %}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.get('table_type') == 'iceberg' and not is_left_out(node) -%}
        {%- do names.append(node.alias) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}

{% macro duckdb__tag_build(results) %}
    {%- if not execute or not is_good_build(results) -%}{{- return('') -}}{%- endif -%}
    {%- set run_id = newest_run() -%}
    {%- if run_id -%}
        {%- set relation = api.Relation.create(database=target.database, schema=target.schema, identifier='all_tables') -%}
        {%- do adapter.store_relation('iceberg', relation, [], run_id, 'tag_sweep' if is_sweep(results) else 'tag', {}) -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}

{#- Whether a `dbt build` built every Iceberg model, and nothing in it failed or was skipped. -#}
{% macro is_good_build(results) %}
    {%- if flags.WHICH != 'build' -%}{{- return(false) -}}{%- endif -%}
    {%- set built = [] -%}
    {%- for result in results -%}
        {%- if result.status not in ['success', 'pass', 'warn', 'no-op'] -%}{{- return(false) -}}{%- endif -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.config.get('table_type') == 'iceberg'
        and node.unique_id not in built and not is_left_out(node) -%}
        {{- return(false) -}}
    {%- endfor -%}
    {{- return(true) -}}
{% endmacro %}

{#- Whether a node belongs to the insights or is a test that needs them, and these are switched off (selectors.yml). -#}
{% macro is_left_out(node) %}
    {%- if env_var('LAKE_INSIGHTS', 'on') != 'off' -%}{{- return(false) -}}{%- endif -%}
    {%- for one in [node.unique_id] + (node.depends_on.nodes | list if node.resource_type == 'test' else []) -%}
        {%- set fqn = graph.nodes[one].fqn if one in graph.nodes else [] -%}
        {%- if 'insights' in fqn or 'entities' in fqn -%}{{- return(true) -}}{%- endif -%}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}

{#- Whether a good build tested everything: every data test is among the results, and none was kept to some dates. -#}
{% macro is_sweep(results) %}
    {%- if scope_condition('tested_dates', 'race_date') != 'true' -%}{{- return(false) -}}{%- endif -%}
    {%- set tested = results | map(attribute='node.unique_id') | list -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'test' and 'proofs' not in node.fqn
        and node.unique_id not in tested and not is_left_out(node) -%}
        {{- return(false) -}}
    {%- endfor -%}
    {{- return(true) -}}
{% endmacro %}

{#- The newest run in the tables: of the list of runs that the build read, where there is one, else of what is staged. -#}
{% macro newest_run() %}
    {%- set listed = graph.nodes.values() | selectattr('name', 'equalto', 'run_slices') | list -%}
    {%- set staged = graph.sources.values() | selectattr('name', 'equalto', 'slices') | list -%}
    {%- if listed -%}
        {%- set query = 'select max(run_id) from ' ~ listed[0].relation_name ~ ' where not is_withdrawn' -%}
    {%- elif staged -%}
        {%- set query = 'select max(run_id) from ' ~ staged[0].relation_name -%}
    {%- else -%}
        {{- return(none) -}}
    {%- endif -%}
    {{- return(run_query(query).columns[0].values()[0]) -}}
{% endmacro %}
