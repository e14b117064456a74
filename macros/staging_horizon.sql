{#- The first `scraped_on` a build of the current model has to read, as text: '' (everything) on a first build or full refresh.

    It is a literal, because both engines skip partitions for a literal and neither does for a subquery.
    Runs are sometimes committed out of order, so `staging_lookback_days` before the newest merged scrape are read again. -#}
{% macro staging_horizon() %}
    {%- set newest = newest_in_this('scraped_at') if is_incremental() else none -%}
    {%- if newest is none -%}{{ return('') }}{%- endif -%}
    {%- set horizon = modules.datetime.date.fromisoformat(newest[:10]) - modules.datetime.timedelta(days=var('staging_lookback_days') | int) -%}
    {{ return(horizon.isoformat()) }}
{% endmacro %}
