"""The DDL that Athena itself does in Glue: schemas, external tables, table properties, the columns of views."""

from __future__ import annotations

from typing import Any, Final

from tests.athena.local_athena.plan import CreateExternal, Schema, SetProperties
from tests.athena.local_athena.sql_text import QueryFailed, Table, refuse

TEXT_INPUT: Final = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT: Final = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
TABLE_INPUT: Final = (
    "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "ViewOriginalText",
    "ViewExpandedText", "TableType", "Parameters",
)  # fmt: skip
"""What UpdateTable takes back of what GetTable gave."""


class GlueDDL:
    """Hive's DDL as calls of a boto3 Glue client."""

    def __init__(self, glue: Any) -> None:
        self.glue = glue

    def schema(self, step: Schema) -> None:
        """Create or drop a schema; neither minds what is already so."""
        missing, existing = self.glue.exceptions.EntityNotFoundException, self.glue.exceptions.AlreadyExistsException
        try:
            if step.drop:
                self.glue.delete_database(Name=step.name)
            else:
                self.glue.create_database(DatabaseInput={"Name": step.name})
        except (missing, existing):
            return

    def external_table(self, step: CreateExternal) -> None:
        """Create an external table over text files."""
        try:
            self.glue.create_table(DatabaseName=step.table.schema, TableInput=_external(step))
        except self.glue.exceptions.AlreadyExistsException:
            if not step.if_not_exists:
                raise QueryFailed("TABLE_ALREADY_EXISTS", f"{step.table.schema}.{step.table.name} exists") from None

    def properties(self, step: SetProperties) -> None:
        """Set properties of a Hive table."""
        current = self._table(step.table)
        if current.get("Parameters", {}).get("table_type", "").upper() == "ICEBERG":
            refuse("the local Athena sets properties of Iceberg tables only when it creates them")
        self._update(step.table.schema, current | {"Parameters": current.get("Parameters", {}) | step.values})

    def view_columns(self, view: Table, columns: list[tuple[str, str]]) -> None:
        """Write a view's columns; Athena does so, Trino leaves a placeholder, and dbt's catalog reads them."""
        current = self._table(view)
        storage = current.get("StorageDescriptor", {})
        listed = [{"Name": name, "Type": hive_type(kind)} for name, kind in columns]
        self._update(view.schema, current | {"StorageDescriptor": storage | {"Columns": listed}})

    def _table(self, table: Table) -> dict[str, Any]:
        found: dict[str, Any] = self.glue.get_table(DatabaseName=table.schema, Name=table.name)["Table"]
        return found

    def _update(self, schema: str, table: dict[str, Any]) -> None:
        given = {key: table[key] for key in TABLE_INPUT if key in table}
        self.glue.update_table(DatabaseName=schema, TableInput=given)


def hive_type(trino_type: str) -> str:
    """The name under which Glue lists a column of a Trino type."""
    if trino_type.startswith("timestamp("):
        if "with time zone" in trino_type:
            refuse(f"Unsupported Hive type: {trino_type}; a view of Athena has no such column")
        return "timestamp"
    if trino_type.startswith(("varchar", "char")):
        return "string"
    renamed = {"integer": "int", "real": "float", "varbinary": "binary"}
    if trino_type.startswith(("array(", "map(", "row(", "time(")):
        refuse(f"the local Athena does not know how Glue lists a view's column of type {trino_type}")
    return renamed.get(trino_type, trino_type)


def _external(step: CreateExternal) -> dict[str, Any]:
    def columns(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
        return [{"Name": name, "Type": kind} for name, kind in pairs]

    return {
        "Name": step.table.name,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": columns(step.partition_columns),
        "Parameters": {"EXTERNAL": "TRUE", **step.table_properties},
        "StorageDescriptor": {
            "Columns": columns(step.columns),
            "Location": step.location,
            "InputFormat": TEXT_INPUT,
            "OutputFormat": TEXT_OUTPUT,
            "SerdeInfo": {
                "SerializationLibrary": step.serde,
                "Parameters": {"serialization.format": "1", **step.serde_properties},
            },
        },
    }
