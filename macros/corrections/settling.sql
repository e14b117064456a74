{#- From this age in days on, looks at a race day are counted together. -#}
{% macro oldest_rating_age() %}{{- return(14) -}}{% endmacro %}

{#- When the ratings of a race day count as in, and what it takes to say so of a country. `extract --unsettled` goes by the same
    numbers (extract/run/settling.py); a test compares them. -#}
{% macro settling_rule() %}
    {{- return({
        'share_of_ratings': 0.98,
        'share_of_race_days': 0.9,
        'least_race_days': 14,
        'widest_gap_days': 2,
        'window_days': 90,
    }) -}}
{% endmacro %}
