{#- What orders the rows of an entity in time, for `max_by(…, row(latest_run()))`: of the last race by date, off and id, the runner
    with the lowest id. No two rows of results tie. -#}
{% macro latest_run() -%}
    race_date, coalesce(off_at, timestamp '0001-01-01 00:00:00.000000'), race_id, -horse_id
{%- endmacro %}
