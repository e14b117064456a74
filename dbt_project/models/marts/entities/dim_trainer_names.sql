{{ entity_names('trainer', 'dim_trainers') }}
