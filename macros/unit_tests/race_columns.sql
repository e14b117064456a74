{#- Name and type of every column of scraped_races. A unit test holds them to the model's contract. -#}
{% macro race_columns() %}
    {{- return({
        'race_id': 'bigint',
        'country': 'varchar',
        'race_date': 'date',
        'course_id': 'bigint',
        'course': 'varchar',
        'off_time': 'varchar',
        'race_name': 'varchar',
        'status': 'varchar',
        'index_runners': 'integer',
        'declared_runners': 'integer',
        'rows_staged': 'integer',
        'content_hash': 'varchar',
        'run_id': 'varchar',
        'scraped_at': 'timestamp(6)',
        'loaded_at': 'timestamp(6)',
    }) -}}
{% endmacro %}
