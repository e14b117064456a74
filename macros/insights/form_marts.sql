{#- The whole SQL of a form mart of an entity (trainer, jockey, sire, ...): its record before each race of its runners. -#}
{% macro entity_form_mart(name) %}
    {%- set columns = insight_columns() -%}
    {%- set spec = form_spec()[name] -%}
    {%- set scope = form_scope(spec['entity']) -%}
    {%- set days = spec['windows'].values() | max -%}
    {%- if scope['is_nothing'] -%}
    {{ nothing_to_merge(columns) }}
    {%- else -%}
    with

    {{ judged_anew(scope, spec['entity']) }},

    history as (
        {{ judged_history(scope, spec['entity'], days) }}
    ),
    {% if 'days_since_run' in spec['conditions'] %}

    {{ rested_ctes(scope, days) }},
    {% endif %}

    {{ entity_form(spec['entity'], spec['windows'], spec['conditions'], scope) }}

    {{ changed_form(columns) }}
    {%- endif -%}
{%- endmacro %}
