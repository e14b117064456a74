{#- Race statuses that say something about the race, as a SQL list. `pending` and `failed` say only that we do not know. -#}
{% macro accepted_statuses() %}
    {{- return("('result', 'void', 'abandoned', 'unlisted')") -}}
{% endmacro %}
