{#- Whether a runner is in the result and yet took no part, so that bets on it are void and its stake comes back: the race was
    void, or it was withdrawn at the start (seed outcome_codes says which codes those are; a test holds the two together). -#}
{% macro took_no_part(outcome_code) -%}
    {{ outcome_code }} in ('VOI', 'WDU', 'WDN', 'NR')
{%- endmacro %}
