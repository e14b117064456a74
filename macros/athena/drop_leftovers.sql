{#- An on-run-end hook: drop what an earlier build, killed half way, left beside the Iceberg tables that this one finished.

    On Athena a merge and a full refresh work through tables of their own (`__dbt_tmp`, `__ha`, `__bkp`), which dbt-athena
    drops at the end of the model, or when it next comes the same way, which may be never. The embedded engine has none. -#}
{% macro drop_leftovers(results) %}
    {{- return(adapter.dispatch('drop_leftovers')(results)) -}}
{% endmacro %}

{% macro default__drop_leftovers(results) %}
    {{- return('') -}}
{% endmacro %}

{% macro athena__drop_leftovers(results) %}
    {%- for result in results if result.status == 'success' and result.node.config.get('table_type') == 'iceberg' -%}
        {%- for suffix in ['__dbt_tmp', '__ha', '__bkp', '__tmp_not_partitioned', '__dbt_tmp__tmp_not_partitioned'] -%}
            {%- set leftover = api.Relation.create(
                database=result.node.database, schema=result.node.schema, identifier=result.node.alias ~ suffix, type='table'
            ) -%}
            {#- asks Glue: dbt's cache is of the start of the build -#}
            {%- if adapter.get_glue_table_type(leftover) is not none -%}
                {%- do log('Dropping ' ~ leftover.identifier ~ ', left by a build that did not end.', info=true) -%}
                {%- do drop_relation(leftover) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return('') -}}
{% endmacro %}
