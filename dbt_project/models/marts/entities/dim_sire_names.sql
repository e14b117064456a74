{{ entity_names('sire', 'dim_sires') }}
