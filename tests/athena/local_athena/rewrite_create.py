"""CREATE TABLE AS and CREATE EXTERNAL TABLE."""

from __future__ import annotations

import re
from typing import Final

from tests.athena.local_athena.plan import CreateExternal, CreateTableAs, Plan
from tests.athena.local_athena.sql_text import Reader, properties, refuse, split_list, unquoted
from tests.athena.local_athena.trino_config import HIVE, ICEBERG

KEPT: Final = {
    ICEBERG: {"location", "partitioning", "format"},
    HIVE: {"external_location", "partitioned_by", "format", "bucketed_by", "bucket_count"},
}
"""Properties that Trino knows by the same name."""

DROPPED: Final = {"table_type", "is_external", "write_compression"}
"""Properties with no bearing on what a test can see."""

RETENTION: Final = {
    "vacuum_min_snapshots_to_keep",
    "vacuum_max_snapshot_age_seconds",
    "vacuum_max_metadata_files_to_keep",
    "optimize_rewrite_min_data_file_size_bytes",
    "optimize_rewrite_max_data_file_size_bytes",
    "optimize_rewrite_data_file_threshold",
    "optimize_rewrite_delete_file_threshold",
    "write_target_data_file_size_bytes",
}
"""Athena writes these into the Iceberg table's own properties; so does the rewrite, and VACUUM reads them there."""


def create_table_as(reader: Reader, schema: str) -> Plan:
    """CREATE TABLE .. WITH (..) AS query: the catalog and the properties become Trino's."""
    table = reader.table(schema)
    reader.expect("with")
    given = properties(reader.parenthesised())
    reader.expect("as")
    query = reader.rest()
    iceberg = unquoted(given.get("table_type", "'hive'")).lower() == "iceberg"
    catalog = ICEBERG if iceberg else HIVE
    unknown = set(given) - KEPT[catalog] - DROPPED - (RETENTION if iceberg else set())
    if unknown:
        refuse(f"unknown table property of CREATE TABLE AS: {', '.join(sorted(unknown))}")
    if iceberg and unquoted(given.get("is_external", "true")) != "false":
        refuse("an Iceberg table is created with is_external=false")
    if iceberg and "location" not in given:
        refuse("an Iceberg table needs a location")
    kept = {key: value for key, value in given.items() if key in KEPT[catalog]}
    if retention := {key: unquoted(value) for key, value in given.items() if key in RETENTION}:
        keys, values = (", ".join(f"'{text}'" for text in texts) for texts in (retention, retention.values()))
        kept["extra_properties"] = f"map(array[{keys}], array[{values}])"
    listed = ", ".join(f"{key} = {value}" for key, value in kept.items())
    sql = f"create table {table.sql(catalog)} with ({listed}) as\n{query}"
    return Plan("DDL", "CREATE_TABLE_AS_SELECT", (CreateTableAs(sql, query, iceberg),))


def create_external_table(reader: Reader, schema: str) -> Plan:
    """CREATE EXTERNAL TABLE of Hive's DDL, as far as the adapter's seeds go."""
    if_not_exists = reader.accept("if", "not", "exists")
    table = reader.table(schema)
    columns = _columns(reader.parenthesised())
    partitions = _columns(reader.parenthesised()) if reader.accept("partitioned", "by") else ()
    reader.expect("row", "format", "serde")
    serde = reader.string()
    serde_properties = _texts(reader.parenthesised()) if reader.accept("with", "serdeproperties") else {}
    reader.expect("location")
    location = reader.string()
    table_properties = _texts(reader.parenthesised()) if reader.accept("tblproperties") else {}
    if not reader.ended:
        reader.unknown()
    step = CreateExternal(
        table, columns, partitions, location, serde, serde_properties, table_properties, if_not_exists
    )
    return Plan("DDL", "CREATE_TABLE", (step,))


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.split(None, 1) for part in split_list(text))
    return tuple((pair[0].strip('`"').lower(), pair[1].strip().lower()) for pair in pairs)


def _texts(text: str) -> dict[str, str]:
    return {key: _unescaped(unquoted(value)) for key, value in properties(text).items()}


def _unescaped(text: str) -> str:
    """Hive's escapes: backslash and character, or backslash, u and four hexadecimal digits."""
    return re.sub(r"\\u([0-9a-fA-F]{4})|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)
