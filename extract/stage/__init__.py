"""Storage, CSV dialect, manifests and lock: the only code that knows where staged files lie."""
