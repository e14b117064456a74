{#- The going as the seed going_bands has it: in small letters, without what follows a bracket or comma ("Good (Good To Soft in
    places)" is good: the official description comes first, what is elsewhere on the course after it). -#}
{% macro going_words(going) -%}
    trim(split_part(split_part(lower({{ going }}), '(', 1), ',', 1))
{%- endmacro %}

{#- Which scale of distance_bands a race is on. NULL when its type is not known. -#}
{% macro distance_scale(race_type) -%}
    case when {{ race_type }} = 'Flat' then 'flat' when {{ race_type }} is not null then 'jumps' end
{%- endmacro %}

{#- The joins that give a race its bands: columns going_bands.going_band and distance_bands.distance_band. NULL when the going, the
    distance or the type is not published; tests name one that is published and in no band. -#}
{% macro join_bands(race) -%}
    left join {{ ref('going_bands') }} as going_bands
        on {{ going_words(race ~ '.going') }} = going_bands.going
    left join {{ ref('distance_bands') }} as distance_bands
        on
            {{ distance_scale(race ~ '.race_type') }} = distance_bands.scale
            and {{ race }}.distance_yards between distance_bands.from_yards and distance_bands.to_yards
{%- endmacro %}
