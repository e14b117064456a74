{#- The UK date of a UTC timestamp. -#}
{% macro uk_date(moment) %}
    {{- return('cast(' ~ uk_local(moment) ~ ' as date)') -}}
{% endmacro %}
