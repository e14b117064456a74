{{ entities('owner') }}
