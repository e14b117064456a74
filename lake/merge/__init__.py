"""A merge worked out in DuckDB and committed as one snapshot."""
