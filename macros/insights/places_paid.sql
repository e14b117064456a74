{#- How many places an each-way bet pays in a race, by the standard terms of British bookmakers (Tattersalls' Committee, Rules on
    Betting): none below 5 runners (win only), 2 for 5 to 7, 3 for 8 or more, 4 in handicaps of 16 or more. NULL where the number
    of runners, or with 16 or more whether it is a handicap, is not known. -#}
{% macro places_paid(field_size, is_handicap) -%}
    case
        when {{ field_size }} < 5 then 0
        when {{ field_size }} < 8 then 2
        when {{ field_size }} < 16 then 3
        when {{ field_size }} >= 16 and {{ is_handicap }} then 4
        when {{ field_size }} >= 16 and not {{ is_handicap }} then 3
    end
{%- endmacro %}

{#- The part of the odds that a placed each-way bet is paid, by the same terms: 1/4 for 5 to 7 runners and in handicaps of 12 or
    more, else 1/5. NULL below 5 runners, and where places_paid cannot be known. -#}
{% macro place_odds_fraction(field_size, is_handicap) -%}
    case
        when {{ field_size }} < 5 then null
        when {{ field_size }} < 8 then 0.25e0
        when {{ field_size }} < 12 then 0.2e0
        when {{ field_size }} >= 12 and {{ is_handicap }} then 0.25e0
        when {{ field_size }} >= 12 and not {{ is_handicap }} then 0.2e0
    end
{%- endmacro %}

{#- How many places count as placed: those paid; below 5 runners the winner's, so that who won was placed. -#}
{% macro places_counted(field_size, is_handicap) -%}
    case when {{ field_size }} < 5 then 1 else {{ places_paid(field_size, is_handicap) }} end
{%- endmacro %}
