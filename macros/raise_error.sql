{#- A SQL expression that stops the query with `message` (a SQL text expression). It is typed varchar so that it can be a branch of CASE. -#}
{% macro raise_error(message) %}
    {{- return(adapter.dispatch('raise_error')(message)) -}}
{% endmacro %}

{% macro default__raise_error(message) %}
    {{- return("cast(error(" ~ message ~ ") as varchar)") -}}
{% endmacro %}

{#- Athena is Trino, whose function is called fail (not in the manual, but stable since Presto). -#}
{% macro athena__raise_error(message) %}
    {{- return("cast(fail(" ~ message ~ ") as varchar)") -}}
{% endmacro %}
