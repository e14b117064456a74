{#- The UK date of a UTC timestamp. -#}
{% macro uk_date(moment) %}
    {{- return(adapter.dispatch('uk_date')(moment)) -}}
{% endmacro %}

{% macro duckdb__uk_date(moment) %}
    {{- return("cast((" ~ moment ~ " at time zone 'UTC') at time zone 'Europe/London' as date)") -}}
{% endmacro %}

{% macro default__uk_date(moment) %}
    {{- return("cast(with_timezone(" ~ moment ~ ", 'UTC') at time zone 'Europe/London' as date)") -}}
{% endmacro %}
