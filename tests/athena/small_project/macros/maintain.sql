{% macro maintain(model) %}
    {% set table = target.schema ~ '.' ~ model %}
    {% do run_query('optimize ' ~ table ~ ' rewrite data using bin_pack') %}
    {% do run_query('vacuum ' ~ table) %}
{% endmacro %}
