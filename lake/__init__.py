"""Care of the Iceberg tables: the merge behind dbt's models, and the `lake` command."""

from typing import Final

EMBEDDED: Final = "embedded"
"""The target of profiles.yml whose tables lie in a local warehouse."""
ATHENA: Final = "athena"
"""The target of profiles.yml whose tables are kept in AWS Glue."""
