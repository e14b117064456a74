"""What dbt-duckdb calls: the lock for an invocation, views before a build, a merge per Iceberg model."""

from lake.plugin.plugin import Plugin

__all__ = ["Plugin"]
