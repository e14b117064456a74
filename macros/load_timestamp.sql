{#- The `loaded_at` of the rows this build writes to the current model, as a timestamp literal.

    Normally the start of the invocation; one microsecond after the newest row when the clock has gone
    backwards, so that readers who ask for "newer than what I have" never miss a row. -#}
{% macro load_timestamp() %}
    {%- if not execute -%}{{ return("timestamp '1970-01-01 00:00:00.000000'") }}{%- endif -%}
    {%- set started = run_started_at.astimezone(modules.pytz.utc).replace(tzinfo=none) -%}
    {%- set newest = newest_in_this('loaded_at') -%}
    {%- if newest is not none -%}
        {%- set after_newest = modules.datetime.datetime.fromisoformat(newest) + modules.datetime.timedelta(microseconds=1) -%}
        {%- set started = after_newest if after_newest > started else started -%}
    {%- endif -%}
    {{ return("timestamp '" ~ started.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'") }}
{% endmacro %}
