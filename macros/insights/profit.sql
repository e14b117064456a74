{#- Profit of a stake of 1 to win at starting price: the price less the stake for a win, -1 otherwise. In a dead heat of n, 1/n of
    the stake wins at full odds and the rest loses. 0 where bets are void: for one who took no part, and for a walkover. NULL
    without a price, whoever won, so that mean profits do not leave out winners only. By the result as it stands: that bookmakers
    paid a winner who was disqualified days later, or made a Rule 4 deduction, is not in it. Kept to six decimals. -#}
{% macro profit_at_sp(sp_decimal, win_share, outcome_code) -%}
    case
        when {{ is_bet_void(outcome_code) }} then 0.0e0
        else {{ to_six_decimals(win_share ~ ' * ' ~ sp_decimal ~ ' - 1') }}
    end
{%- endmacro %}

{#- Profit of a stake of 1 each way at starting price: half of it to win, half on a place at `fraction` of the odds. Below 5 runners
    (no fraction) all of it to win, as bookmakers settle such bets. NULL also where the terms are not known. -#}
{% macro profit_each_way(sp_decimal, win_share, place_share, field_size, fraction, outcome_code) -%}
    case
        when {{ is_bet_void(outcome_code) }} then 0.0e0
        when {{ field_size }} < 5 then {{ to_six_decimals(win_share ~ ' * ' ~ sp_decimal ~ ' - 1') }}
        else
            {{ to_six_decimals(
                '0.5e0 * (' ~ win_share ~ ' * ' ~ sp_decimal ~ ' - 1) + 0.5e0 * ('
                ~ place_share ~ ' * (1 + (' ~ sp_decimal ~ ' - 1) * ' ~ fraction ~ ') - 1)'
            ) }}
    end
{%- endmacro %}

{#- Whether stakes on a runner come back: it took no part, or walked over. -#}
{% macro is_bet_void(outcome_code) -%}
    ({{ took_no_part(outcome_code) }} or {{ outcome_code }} = 'WO')
{%- endmacro %}

{#- A double cut to six decimals by way of a decimal, so that every engine comes to the same one. -#}
{% macro to_six_decimals(expression) -%}
    cast(cast({{ expression }} as decimal(18, 6)) as double)
{%- endmacro %}
