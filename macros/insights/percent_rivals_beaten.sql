{#- The share of its rivals that a runner beat, 0 to 1 (PRB, as used by British form analysts): (runners - position) /
    (runners - 1). Horses that dead-heat share the mean of their places. Non-finishers and the disqualified, whom the official
    result places behind everybody, beat nobody: 0. NULL in a field of one, for one who took no part, and for a finisher whose
    position was not recorded, since that is not known to be the last. One division of whole numbers, so that every
    engine comes to the same double.

    sharing   how many runners of the race have this position -#}
{% macro percent_rivals_beaten(position, field_size, sharing, outcome_code, is_disqualified) -%}
    case
        when {{ field_size }} is null or {{ field_size }} < 2 or {{ took_no_part(outcome_code) }} then null
        when {{ position }} is not null
            then (2 * {{ field_size }} - 2 * {{ position }} - {{ sharing }} + 1) * 1.0e0 / (2 * {{ field_size }} - 2)
        when not {{ is_place_unrecorded(outcome_code, is_disqualified) }} then 0.0e0
    end
{%- endmacro %}
