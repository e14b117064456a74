"""ALTER TABLE: Hive's DDL, as dbt-athena writes it, to Trino's."""

from __future__ import annotations

from typing import Final

from tests.athena.local_athena.plan import Execute, Plan, SetProperties
from tests.athena.local_athena.sql_text import Reader, Table, properties, refuse, split_list, unquoted
from tests.athena.local_athena.trino_config import ICEBERG

FROM_HIVE: Final = {
    "string": "varchar",
    "int": "integer",
    "binary": "varbinary",
    "float": "real",
    "timestamp": "timestamp(6)",
}
PLAIN: Final = {"bigint", "smallint", "tinyint", "integer", "double", "boolean", "date", "varchar"}


def trino_type(hive_type: str) -> str:
    """The Trino type of an Iceberg column that Hive's DDL calls `hive_type`."""
    text = " ".join(hive_type.lower().split())
    if text.startswith(("array<", "map<")) and text.endswith(">"):
        outer, _, inner = text[:-1].partition("<")
        return f"{outer}({', '.join(trino_type(part) for part in split_list(inner))})"
    if text in PLAIN or text.startswith(("decimal(", "varchar(")):
        return text
    if text not in FROM_HIVE:
        refuse(f"no Iceberg column has the type {hive_type} in Athena")
    return FROM_HIVE[text]


def alter_table(reader: Reader, schema: str) -> Plan:
    """ALTER TABLE .. RENAME, ADD COLUMNS, DROP COLUMN, CHANGE COLUMN, SET TBLPROPERTIES."""
    table = reader.table(schema)
    if reader.accept("rename", "to"):
        # In the Iceberg catalog on both sides: Trino does not rename across catalogs, and follows no redirection here.
        plan = _plan("RENAME", table, f"rename to {reader.table(schema).sql(ICEBERG)}")
    elif reader.accept("add", "columns"):
        columns = (part.split(None, 1) for part in split_list(reader.parenthesised()))
        plan = _plan("ADD_COLUMNS", table, *(f"add column {_name(pair[0])} {trino_type(pair[1])}" for pair in columns))
    elif reader.accept("drop", "column"):
        plan = _plan("DROP_COLUMN", table, f"drop column {_name(reader.name())}")
    elif reader.accept("change", "column"):
        old, new, kind = reader.name(), reader.name(), trino_type(reader.rest())
        renames = [f"rename column {_name(old)} to {_name(new)}"] if old != new else []
        plan = _plan("CHANGE_COLUMN", table, *renames, f"alter column {_name(new)} set data type {kind}")
    elif reader.accept("set", "tblproperties"):
        values = {key: unquoted(value) for key, value in properties(reader.parenthesised()).items()}
        plan = Plan("DDL", "ALTER_TABLE_SET_PROPERTIES", (SetProperties(table, values),))
    else:
        reader.unknown()
    if not reader.ended:
        reader.unknown()
    return plan


def _plan(kind: str, table: Table, *changes: str) -> Plan:
    steps = tuple(Execute(f"alter table {table.sql(ICEBERG)} {change}") for change in changes)
    return Plan("DDL", f"ALTER_TABLE_{kind}", steps)


def _name(text: str) -> str:
    return '"' + text.strip('`"').lower() + '"'
