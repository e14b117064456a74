{#- What part of the stake on a place wins, by the same rules of betting: 1 within the places paid; where n runners dead-heat for
    the last of them, the places left over n; 0 behind, and for non-finishers. NULL for one who took no part, or when the places
    paid are not known. A finisher whose position was not recorded was behind if all the places paid are recorded as
    others'; else NULL.

    places      how many places count (places_counted)
    sharing     how many runners of the race have this position
    positions   how many runners of the race have a position -#}
{% macro place_share(position, places, sharing, positions, outcome_code, is_disqualified) -%}
    case
        when {{ took_no_part(outcome_code) }} or {{ places }} is null then null
        when {{ position }} + {{ sharing }} - 1 <= {{ places }} then 1.0e0
        when {{ position }} <= {{ places }} then ({{ places }} - {{ position }} + 1) * 1.0e0 / {{ sharing }}
        when {{ is_place_unrecorded(outcome_code, is_disqualified) }} and {{ positions }} < {{ places }} then null
        else 0.0e0
    end
{%- endmacro %}
