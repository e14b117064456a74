{{ entities('jockey') }}
