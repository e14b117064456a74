"""From Athena's SQL to steps for Trino and Glue. What is not known is refused: a new statement must fail loudly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.athena.local_athena.plan import Change, CreateView, Execute, Plan, Schema, Select, Vacuum
from tests.athena.local_athena.rewrite_alter import alter_table
from tests.athena.local_athena.rewrite_create import create_external_table, create_table_as
from tests.athena.local_athena.sql_text import QueryFailed, Reader, refuse
from tests.athena.local_athena.trino_config import HIVE, ICEBERG

LONGEST_QUERY: Final = 262_144
"""Bytes; Athena's limit on the text of a query."""

PASSED_ON: Final = {
    "insert": Change,
    "merge": Change,
    "update": Change,
    "delete": Change,
    "select": Select,
    "with": Select,
}
"""Athena's DML is Trino's: these reach it as they are."""


def rewrite(sql: str, schema: str) -> Plan:
    """Return what `sql` becomes when `schema` is the query's database.

    Raises:
        QueryFailed: Athena would refuse the statement, or it is not known here.
    """
    if len(sql.encode()) > LONGEST_QUERY:
        raise QueryFailed("SYNTAX_ERROR", f"the query text is longer than Athena's {LONGEST_QUERY} bytes")
    if ICEBERG in sql.lower():
        refuse(f"Athena has no catalog {ICEBERG}; it exists only behind this service")
    reader = Reader(sql)
    for words, rule in RULES.items():
        if reader.accept(*words.split()):
            return rule(reader, schema)
    verb = reader.tokens[0].text.lower() if reader.tokens else ""
    if verb not in PASSED_ON:
        reader.unknown()
    return Plan("DML", verb.upper(), (PASSED_ON[verb](reader.sql.strip()),))


def _schema(drop: bool) -> Callable[[Reader, str], Plan]:
    def rule(reader: Reader, _: str) -> Plan:
        reader.accept("if", "exists") if drop else reader.accept("if", "not", "exists")
        name = reader.name()
        if not reader.ended and not (drop and reader.accept("cascade")):
            reader.unknown()
        return Plan("DDL", "DROP_DATABASE" if drop else "CREATE_DATABASE", (Schema(name, drop),))

    return rule


def _drop(kind: str) -> Callable[[Reader, str], Plan]:
    def rule(reader: Reader, schema: str) -> Plan:
        exists = "if exists " if reader.accept("if", "exists") else ""
        target = reader.table(schema)
        if not reader.ended:
            reader.unknown()
        return Plan("DDL", f"DROP_{kind.upper()}", (Execute(f"drop {kind} {exists}{target.sql(HIVE)}"),))

    return rule


def _view(reader: Reader, schema: str) -> Plan:
    view = reader.table(schema)
    reader.expect("as")
    query = reader.rest()
    step = CreateView(f"create or replace view {view.sql(HIVE)} as\n{query}", view, query)
    return Plan("DDL", "CREATE_VIEW", (step,))


def _optimize(reader: Reader, schema: str) -> Plan:
    table = reader.table(schema)
    reader.expect("rewrite", "data", "using", "bin_pack")
    where = reader.rest()
    if where and not where.lower().startswith("where"):
        reader.unknown()
    return Plan("DML", "OPTIMIZE", (Execute(f"alter table {table.sql(ICEBERG)} execute optimize {where}".strip()),))


def _vacuum(reader: Reader, schema: str) -> Plan:
    table = reader.table(schema)
    if not reader.ended:
        reader.unknown()
    return Plan("DML", "VACUUM", (Vacuum(table),))


RULES: Final[dict[str, Callable[[Reader, str], Plan]]] = {
    "create schema": _schema(drop=False),
    "create database": _schema(drop=False),
    "drop schema": _schema(drop=True),
    "drop database": _schema(drop=True),
    "create external table": create_external_table,
    "create table": create_table_as,
    "create or replace view": _view,
    "create view": _view,
    "drop table": _drop("table"),
    "drop view": _drop("view"),
    "alter table": alter_table,
    "optimize": _optimize,
    "vacuum": _vacuum,
}
