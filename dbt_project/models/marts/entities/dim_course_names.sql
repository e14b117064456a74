{{ entity_names('course', 'dim_courses') }}
