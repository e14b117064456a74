"""What one Athena statement becomes: steps for Trino and for Glue, in order."""

from __future__ import annotations

from dataclasses import dataclass

from tests.athena.local_athena.sql_text import Table


@dataclass(frozen=True, slots=True)
class Select:
    """A query whose rows the caller reads."""

    sql: str


@dataclass(frozen=True, slots=True)
class Change:
    """INSERT, MERGE, UPDATE or DELETE: the caller reads how many rows it touched."""

    sql: str


@dataclass(frozen=True, slots=True)
class Execute:
    """A statement for Trino with nothing to read."""

    sql: str


@dataclass(frozen=True, slots=True)
class CreateTableAs:
    """CREATE TABLE AS; `query` is checked for types that Athena refuses before `sql` runs."""

    sql: str
    query: str
    iceberg: bool


@dataclass(frozen=True, slots=True)
class CreateView:
    """CREATE VIEW; afterwards the view's columns are written to Glue, as Athena does and Trino does not."""

    sql: str
    view: Table
    query: str


@dataclass(frozen=True, slots=True)
class Vacuum:
    """VACUUM of an Iceberg table, by the retention the table itself asks for."""

    table: Table


@dataclass(frozen=True, slots=True)
class SetProperties:
    """ALTER TABLE .. SET TBLPROPERTIES, done in Glue."""

    table: Table
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class CreateExternal:
    """CREATE EXTERNAL TABLE, done in Glue (Hive DDL: Trino has no such statement)."""

    table: Table
    columns: tuple[tuple[str, str], ...]
    partition_columns: tuple[tuple[str, str], ...]
    location: str
    serde: str
    serde_properties: dict[str, str]
    table_properties: dict[str, str]
    if_not_exists: bool


@dataclass(frozen=True, slots=True)
class Schema:
    """CREATE or DROP of a schema, done in Glue."""

    name: str
    drop: bool


Step = Select | Change | Execute | CreateTableAs | CreateView | Vacuum | SetProperties | CreateExternal | Schema


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement's types, as GetQueryExecution reports them, and its steps."""

    statement_type: str
    substatement_type: str
    steps: tuple[Step, ...]
