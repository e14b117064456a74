{#- Overrides dbt's own macro, which filters a model for a generic test with `where` set: there, `tested_dates(race_date)` and the
    like stand for what this build has to look at (see scope_condition). -#}
{% macro get_where_subquery(relation) %}
    {%- set asked = modules.re.fullmatch('(tested_dates|swept_only|staged_days)\\((\\w+)\\)', config.get('where') or '') -%}
    {%- if asked is none -%}{{- return(dbt.default__get_where_subquery(relation)) -}}{%- endif -%}
    {%- if asked.group(1) == 'staged_days' and execute -%}
        {%- set staged = listed_anew() -%}
        {%- if staged.get('files') is not none -%}{{- return(staged_rows(relation, staged) ~ ' as ' ~ relation.identifier) -}}{%- endif -%}
    {%- endif -%}
    {%- set condition = scope_condition(asked.group(1), asked.group(2)) -%}
    {%- if condition == 'true' -%}{{- return(relation) -}}{%- endif -%}
    {{- return('(select * from ' ~ relation ~ ' where ' ~ condition ~ ') as ' ~ relation.identifier) -}}
{% endmacro %}
