{#- Fingerprint of a row: the hash of its facts, made where the page was parsed, and the three ratings.
    Only integers are hashed here: they print alike on every engine, doubles and timestamps do not. -#}
{% macro row_hash(facts_hash, ratings) %}
    {%- set parts = [facts_hash] -%}
    {%- for rating in ratings -%}
        {%- do parts.append("coalesce(cast(" ~ rating ~ " as varchar), '')") -%}
    {%- endfor -%}
    {{- return(dbt.hash(parts | join(" || '|' || "))) -}}
{% endmacro %}
