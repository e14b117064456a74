{#- Do not edit: generated from tools/generate/forms.py by make generate.
    Of each form mart: whose record it is, the windows in days, and the columns of each condition. -#}
{% macro form_spec() %}
    {{- return({
        'fct_trainer_form': {
            'entity': ['trainer_id'],
            'windows': {'14d': 14, '21d': 21, '42d': 42, '365d': 365, '5y': 1826},
            'conditions': {'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'], 'race_type': ['race_type', 'surface'], 'handicap': ['is_handicap'], 'age': ['age'], 'days_since_run': ['days_since_run_band']},
        },
        'fct_jockey_form': {
            'entity': ['jockey_id'],
            'windows': {'14d': 14, '21d': 21, '42d': 42, '365d': 365, '5y': 1826},
            'conditions': {'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'], 'race_type': ['race_type', 'surface'], 'handicap': ['is_handicap'], 'age': ['age']},
        },
        'fct_partnership_form': {
            'entity': ['trainer_id', 'jockey_id'],
            'windows': {'14d': 14, '21d': 21, '42d': 42, '365d': 365, '5y': 1826},
            'conditions': {'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'], 'race_type': ['race_type', 'surface'], 'handicap': ['is_handicap'], 'age': ['age']},
        },
        'fct_sire_form': {
            'entity': ['sire_id'],
            'windows': {'14d': 14, '21d': 21, '42d': 42, '365d': 365, '5y': 1826},
            'conditions': {'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'], 'race_type': ['race_type', 'surface'], 'handicap': ['is_handicap'], 'age': ['age'], 'going': ['going_band']},
        },
        'fct_damsire_form': {
            'entity': ['damsire_id'],
            'windows': {'14d': 14, '21d': 21, '42d': 42, '365d': 365, '5y': 1826},
            'conditions': {'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'], 'race_type': ['race_type', 'surface'], 'handicap': ['is_handicap'], 'age': ['age'], 'going': ['going_band']},
        },
        'fct_owner_form': {
            'entity': ['owner_id'],
            'windows': {'14d': 14, '21d': 21, '42d': 42, '365d': 365, '5y': 1826},
            'conditions': {'course': ['course_id'], 'distance': ['distance_band'], 'course_distance': ['course_id', 'distance_band'], 'race_type': ['race_type', 'surface'], 'handicap': ['is_handicap'], 'age': ['age']},
        },
    }) -}}
{% endmacro %}
