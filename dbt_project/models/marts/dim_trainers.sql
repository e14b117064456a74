{{ entities('trainer') }}
