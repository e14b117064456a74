{{ entity_names('horse', 'dim_horses') }}
