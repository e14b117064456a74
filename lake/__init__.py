"""Care of the Iceberg tables: catalog, single-snapshot merge, the dbt-duckdb plugin, history and rollback."""
