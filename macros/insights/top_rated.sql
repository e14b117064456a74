{#- Whether a runner has the highest rating of its race; of several with the same, all have. NULL when nobody is rated, or the race
    is not known to be whole. -#}
{% macro is_top_rated(rating, race, field_size) -%}
    case
        when {{ field_size }} is not null and max({{ rating }}) over ({{ race }}) is not null
            then coalesce({{ rating }} = max({{ rating }}) over ({{ race }}), false)
    end
{%- endmacro %}

{#- A runner's place in its race when ordered by a column, 1 first; equals share it. NULL without a value, or when the race is not
    known to be whole. -#}
{% macro rank_in_race(column, direction, race, field_size) -%}
    case
        when {{ field_size }} is not null and {{ column }} is not null
            then cast(rank() over ({{ race }} order by {{ column }} {{ direction }} nulls last) as integer)
    end
{%- endmacro %}
