{#- Do not edit: generated from extract/contract.py by make generate.
    Name and type of every column of the tables that models/lake builds, by table. -#}
{% macro fixture_columns() %}
    {{- return({
        'result_versions': dict(result_columns(), change='varchar', row_hash='varchar', loaded_at='timestamp(6)'),
        'results': dict(result_columns(), change='varchar', row_hash='varchar', loaded_at='timestamp(6)'),
        'scraped_races': {
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
        },
    }) -}}
{% endmacro %}
