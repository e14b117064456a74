{{ entity_names('owner', 'dim_owners') }}
