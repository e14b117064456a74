{#- An on-run-end hook: warn when the newest run that got something of the live site is older than `freshness_days`. Other
    sources have a time of their own, imports and replays ask nobody: nothing is said of them. (`print`, so that
    `dbt --quiet` says it too; the warning, so that `--warn-error` fails of it.) -#}
{% macro name_stale_staging() %}
    {%- if execute and builds_runs() -%}
        {%- set newest = newest_live_fetch() -%}
        {%- set days = age_in_days(newest) if newest else 0 -%}
        {%- if days > var('freshness_days', 3) -%}
            {%- set said = 'Stale: the newest run in ' ~ staging_in_words() ~ ' that got something of the live site is '
                ~ newest ~ ', ' ~ days ~ ' days old. Next: extract --days ' ~ (days + 7) ~ ' && dbt build' -%}
            {%- if flags.QUIET -%}{%- do print(said) -%}{%- endif -%}
            {%- do exceptions.warn(said) -%}
        {%- endif -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}

{#- Whole days from a run to the start of this build. -#}
{% macro age_in_days(run_id) %}
    {%- set at = modules.datetime.datetime.strptime(run_id, '%Y%m%dT%H%M%S%fZ') -%}
    {{- return((run_started_at.astimezone(modules.pytz.utc).replace(tzinfo=none) - at).days) -}}
{% endmacro %}

{% macro newest_live_fetch() %}
    {{- return(adapter.dispatch('newest_live_fetch')()) -}}
{% endmacro %}

{#- Where a run of the last days is found, no older folder is read. -#}
{% macro default__newest_live_fetch() %}
    {%- set asked = "select 't' || max(run_id) as newest from " ~ staged_slices()
        ~ " where source = 'live' and races_listed <> ''" -%}
    {%- set since = (run_started_at - modules.datetime.timedelta(days=var('freshness_days', 3) + 1)).strftime('%Y-%m-%d') -%}
    {%- set recent = run_query(asked ~ " and scraped_on >= '" ~ since ~ "'").columns[0].values()[0] -%}
    {%- set newest = recent or run_query(asked).columns[0].values()[0] -%}
    {{- return(newest[1:] if newest else none) -}}
{% endmacro %}

{% macro duckdb__newest_live_fetch() %}
    {{- return(noted_of_staging('newest_live_fetch')) -}}
{% endmacro %}
