{#- The last part of an incremental insight: of the rows that should be there, those that differ from the table as it is; a
    row of the table that should not be there is passed on to the merge, which removes it.

    wanted    CTE of the rows that should be there
    columns   name to type of every column
    key       the columns of the key
    dates     condition on race_date of the rows of the table to compare with
    touched   CTE with the race_id of the races to compare with; none for all on these dates -#}
{% macro kept_in_step(wanted, columns, key, dates, touched=none) %}
    {%- set names = columns.keys() | list -%}
    {%- if not is_incremental() -%}
        select {{ names | join(', ') }} from {{ wanted }}
    {%- else -%}
    ,

    own_rows as (
        select {{ own_columns('own', columns) }}
        from {{ this }} as own
        {% if touched %}inner join {{ touched }} on own.race_id = {{ touched }}.race_id{% endif %}
        where {{ dates | replace('race_date', 'own.race_date') }}
    )

    select {{ wanted_or_gone(wanted, 'own_rows', key[0], names, 'change', 'delete') }}
    from {{ wanted }}
    full outer join own_rows
        on
            {% for column in key %}
            {{ wanted }}.{{ column }} = own_rows.{{ column }}{{ ' and' if not loop.last }}
            {% endfor %}
    where
        {{ wanted }}.{{ key[0] }} is null
        or own_rows.{{ key[0] }} is null
        or {{ differs(wanted, 'own_rows', names | reject('equalto', 'loaded_at') | list) }}
    {%- endif -%}
{%- endmacro %}
