"""Where a project lives and what its settings file says: the one source of `extract`, `lake` and dbt."""
