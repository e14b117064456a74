{#- What a morning knows. A morning is 09:00 in London on a date: before racing, and after the night's scrape. -#}

{#- A query's UTC timestamp as the clock shows it in London. -#}
{% macro uk_local(moment) %}
    {{- return(adapter.dispatch('uk_local')(moment)) -}}
{% endmacro %}

{% macro default__uk_local(moment) %}
    {{- return("cast(with_timezone(" ~ moment ~ ", 'UTC') at time zone 'Europe/London' as timestamp(6))") -}}
{% endmacro %}

{% macro duckdb__uk_local(moment) %}
    {{- return("timezone('Europe/London', timezone('UTC', " ~ moment ~ "))") -}}
{% endmacro %}

{#- The first morning that knows what was scraped at a UTC timestamp; 09:00 sharp is early enough. -#}
{% macro first_morning_to_know(moment) %}
    {%- set local = uk_local(moment) -%}
    case
        when {{ local }} <= date_trunc('day', {{ local }}) + interval '9' hour then cast({{ local }} as date)
        else {{ days_after('cast(' ~ local ~ ' as date)', 1) }}
    end
{%- endmacro %}

{#- The date some days after another. -#}
{% macro days_after(date, days) %}
    {{- return('cast(' ~ date ~ " + interval '" ~ days ~ "' day as date)") -}}
{% endmacro %}
