{{ entity_names('jockey', 'dim_jockeys') }}
