"""What changed in a table between two snapshots: rows added, removed and changed, by key and field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.quoting import literal, names, quote
from lake.duck.views import scan_sql
from lake.errors import LakeError
from lake.iceberg.commit import KEY, KNOWN_KEYS
from lake.iceberg.files import Part, is_local, parts, read

LEFT_OUT = ("loaded_at",)
"""When a row was loaded says nothing of what it says: a rebuild would show every row as changed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two states of a table side by side, in the temporary table `relation` of a connection.

    `relation` has `change` (added, removed or changed), the key, and both sides of every field as structs `a` and `b`.
    """

    connection: DuckDBPyConnection
    relation: str
    key: list[str]
    fields: list[str]

    def counts(self) -> dict[str, int]:
        """Return how many rows were added, removed and changed."""
        rows = self.connection.execute(f"select change, count(*) from {self.relation} group by change").fetchall()
        found = {str(change): int(count) for change, count in rows}
        return {change: found.get(change, 0) for change in ("added", "removed", "changed")}

    def days(self) -> list[tuple[str, int, int, int]]:
        """Return, per race date, the rows added, removed and changed; one line `all` where there are no dates."""
        day = "coalesce(b.race_date, a.race_date)" if "race_date" in self.fields else "'all'"
        rows = self.connection.execute(
            f"""select cast({day} as varchar) as day, count(*) filter (change = 'added'),
                    count(*) filter (change = 'removed'), count(*) filter (change = 'changed')
                from {self.relation} group by day order by day"""
        ).fetchall()
        return [(str(row[0]), int(row[1]), int(row[2]), int(row[3])) for row in rows]

    def lines(self) -> tuple[list[str], list[list[object]]]:
        """Return the column names and one line per row added or removed, and per field of a row changed."""
        key = names(self.key)
        each = [
            f"select change, {key}, {literal(name)} as field, cast(a.{quote(name)} as varchar) as before, "
            f"cast(b.{quote(name)} as varchar) as after, {number} as place from {self.relation} "
            f"where change = 'changed' and a.{quote(name)} is distinct from b.{quote(name)}"
            for number, name in enumerate(self.fields)
        ]
        whole = f"select change, {key}, null, null, null, 0 from {self.relation} where change <> 'changed'"
        found = self.connection.execute(
            f"select change, {key}, field, before, after from ({' union all '.join([*each, whole])}) "
            f"order by {key}, place"
        )
        return [column[0] for column in found.description or []], [list(row) for row in found.fetchall()]


def compare(
    connection: DuckDBPyConnection, table: Table, before: int, after: int, *, every_field: bool = False
) -> Difference:
    """Compare two snapshots of a table. Reads only the files that are not in both, with the same deletes.

    Raises:
        LakeError: it is not known by which columns the table's rows are told apart, or a file of it cannot be read.
    """
    key = key_of(table)
    schema = table.schema()
    fields = [name for name in schema.column_names if name not in key and (every_field or name not in LEFT_OUT)]
    with _reading(table):
        sides = {"a": parts(table, before), "b": parts(table, after)}
        for side, found in sides.items():
            other = sides["b" if side == "a" else "a"]
            rows = _rows(connection, table, [part for part in found if part not in other])
            connection.execute(
                f"create or replace temp table __{side} as select {names(key)}, {_struct([*key, *fields])} as {side} "
                f"from ({rows})"
            )
    same = " and ".join(f"__a.{quote(name)} = __b.{quote(name)}" for name in key)
    keys = ", ".join(f"coalesce(__a.{quote(name)}, __b.{quote(name)}) as {quote(name)}" for name in key)
    connection.execute(
        f"""create or replace temp table __difference as
        select case when a is null then 'added' when b is null then 'removed' else 'changed' end as change, {keys}, a, b
        from __a full outer join __b on {same} where a is distinct from b"""
    )
    return Difference(connection, "__difference", key, [*key, *fields])


@contextmanager
def _reading(table: Table) -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException, OSError) as error:
        advice = "`lake doctor` says what to do" if is_local(table) else "Check your permissions in S3"
        raise LakeError(f"Cannot read {'.'.join(table.name())}: {str(error).splitlines()[0]}. {advice}.") from error


def _rows(connection: DuckDBPyConnection, table: Table, own: list[Part]) -> str:
    """Return a query for the rows of some files of a table: DuckDB reads those that lie here, PyIceberg all others."""
    if is_local(table):
        return scan_sql(table.schema(), sorted(part.path for part in own))
    connection.register("__read", read(table, own))
    return "select * from __read"


def key_of(table: Table) -> list[str]:
    """Return the columns by which a table's rows are told apart.

    Raises:
        LakeError: its snapshots do not say, and it is none of ours.
    """
    for snapshot in sorted(table.snapshots(), key=lambda item: -item.timestamp_ms):
        said = snapshot.summary.additional_properties.get(KEY) if snapshot.summary else None
        if said:
            return said.split(",")
    try:
        return KNOWN_KEYS[table.name()[-1]]
    except KeyError as error:
        raise LakeError(
            f"{table.name()[-1]} does not say what its key is. Build it once more, then ask again."
        ) from error


def _struct(columns: list[str]) -> str:
    return "{" + ", ".join(f"{literal(name)}: {quote(name)}" for name in columns) + "}"
