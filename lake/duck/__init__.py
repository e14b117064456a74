"""All that writes DuckDB SQL: views over Iceberg tables and staged files, names in quotes."""
