{#- What can be corrected of a runner: every staged column but lineage and the key, in file order, as name to type. -#}
{% macro correction_fields() %}
    {%- set kept_out = ['run_id', 'scraped_at', 'fetched_at', 'facts_hash', 'race_id', 'horse_id'] -%}
    {%- set fields = {} -%}
    {%- for name, type in result_columns().items() if name not in kept_out -%}{%- do fields.update({name: type}) -%}{%- endfor -%}
    {{- return(fields) -}}
{% endmacro %}

{#- A value as text, the same on both engines: numbers without trailing zeros (6.5, 12), to six decimals; times to the
    second; true and false. -#}
{% macro as_text(expression, type) %}
    {%- if type == 'double' -%}
        trim(trailing '.' from trim(trailing '0' from cast(cast({{ expression }} as decimal(18, 6)) as varchar)))
    {%- elif type == 'timestamp(6)' -%}
        substr(cast({{ expression }} as varchar), 1, 19)
    {%- else -%}
        cast({{ expression }} as varchar)
    {%- endif -%}
{% endmacro %}
