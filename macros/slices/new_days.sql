{#- The days of staging of a query of scrapes, as a literal condition; all of them on a first build. -#}
{% macro new_days(query) %}
    {%- if not execute or not is_incremental() -%}{{- return('true') -}}{%- endif -%}
    {{- return(days_condition(query)) -}}
{% endmacro %}
