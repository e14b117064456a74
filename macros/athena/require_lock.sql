{#- Refuse to write on Athena without the lock of the tables. `lake/plugin/athena.py` takes it before dbt does anything, and gives
    the adapter the method that is asked here, before each write. The embedded engine takes its own. -#}
{% macro require_lock() %}
    {{- return(adapter.dispatch('require_lock')()) -}}
{% endmacro %}

{% macro default__require_lock() %}
    {{- return('') -}}
{% endmacro %}

{% macro athena__require_lock() %}
    {%- if execute and project_name == 'racing_lakehouse' -%}
        {%- if adapter.require_lake_lock is not defined -%}
            {%- do exceptions.raise_compiler_error(
                "dbt does not find this project's part for Athena (dbt_racing_lakehouse.py), so nothing would keep two builds apart. "
                ~ "Nothing was written. Install the project again: pip install -e '.[athena]'"
            ) -%}
        {%- endif -%}
        {%- do adapter.require_lake_lock() -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
