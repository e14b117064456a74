"""Work out a merge in DuckDB: which rows go, which change, which are new, and which data files that touches.

The meaning is that of Athena's statement, so that one model means the same on both engines:

    merge into target using src on target.key = src.key and <incremental_predicates>
    when matched and <delete_condition> then delete
    when matched and <update_condition> then update
    when not matched and <insert_condition> then insert

An update that changes nothing is left alone, and a merge that does nothing makes no snapshot.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from duckdb import DuckDBPyConnection
from pyiceberg.schema import Schema
from pyiceberg.table import FileScanTask, Table
from pyiceberg.types import IntegerType, LongType

from lake.duck.quoting import names, quote
from lake.duck.views import duck_type, scan_sql
from lake.errors import MergeRefused
from lake.iceberg.bounds import bounds, newest_date
from lake.iceberg.commit import Change
from lake.iceberg.files import data_files
from lake.iceberg.partitioning import partition_terms
from lake.merge.chunks import Chunks

SHOWN = 3
MANY_KEYS = 200_000
"""More keys than this are not compared with the bounds of files: a merge of so many touches most of them."""


@dataclass(frozen=True, slots=True)
class MergeConfig:
    """A model's merge settings, as dbt-athena names them."""

    unique_key: list[str]
    partitioned_by: list[str] = field(default_factory=list)
    sorted_by: list[str] = field(default_factory=list)
    delete_condition: str | None = None
    update_condition: str | None = None
    insert_condition: str | None = None
    incremental_predicates: list[str] = field(default_factory=list)
    update_columns: list[str] | None = None
    exclude_columns: list[str] = field(default_factory=list)
    on_schema_change: str = "ignore"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a merge did to the rows of its source."""

    inserted: int
    updated: int
    deleted: int
    unchanged: int

    def summary(self) -> dict[str, str]:
        """Return the counts as snapshot properties."""
        return {
            f"racing.rows-{name}": str(getattr(self, name)) for name in ("inserted", "updated", "deleted", "unchanged")
        }


def check_source(connection: DuckDBPyConnection, source: str, key: list[str]) -> None:
    """Refuse a source whose keys are missing or not unique.

    Raises:
        MergeRefused: with some of the keys at fault.
    """
    if not key:
        raise MergeRefused("An Iceberg model needs a unique_key. Set it in the model's config.")
    columns = names(key)
    absent = " or ".join(f"{quote(name)} is null" for name in key)
    missing = connection.execute(f"select count(*) from {source} where {absent}").fetchall()[0][0]
    if missing:
        raise MergeRefused(f"{missing} rows to merge have no {' or '.join(key)}. Mend the model; nothing was written.")
    doubled = connection.execute(
        f"select {columns} from {source} group by {columns} having count(*) > 1 order by {columns} limit {SHOWN}"
    ).fetchall()
    if doubled:
        shown = "; ".join(", ".join(map(str, row)) for row in doubled)
        raise MergeRefused(
            f"The rows to merge hold the same {', '.join(key)} more than once, such as {shown}. "
            "Make the model return one row per key; nothing was written."
        )


def plan_merge(
    connection: DuckDBPyConnection, table: Table, schema: Schema, source: str, config: MergeConfig
) -> tuple[Counts, Change | None]:
    """Compare a source relation with a table and return what to commit; None where nothing changes.

    `schema` is the table's schema after this commit: columns may just have been appended.
    """
    tasks = data_files(table)
    _match(connection, schema, source, config, _candidates(connection, schema, source, config, tasks))
    counts = Counts(*connection.execute(
        """select (select count(*) from __insert), count(*) filter (action = 'update'),
                   count(*) filter (action = 'delete'), count(*) filter (action = 'keep') from __match"""
    ).fetchall()[0])  # fmt: skip
    if not (counts.inserted or counts.updated or counts.deleted):
        return counts, None
    newest = newest_date(table, (task.file for task in tasks.values()))
    chunks = Chunks.of(connection, source, config.partitioned_by, config.sorted_by, newest)
    touched = _touched(connection, table, chunks, tasks)
    removed = [tasks[path].file for path in touched]
    return counts, Change(removed, _rewritten(connection, schema, source, config, chunks, touched), counts.summary())


def _candidates(
    connection: DuckDBPyConnection, schema: Schema, source: str, config: MergeConfig, tasks: dict[str, FileScanTask]
) -> list[str]:
    """Return the files that can hold a key of the source, by the bounds of the first key column in the manifests.

    Ids grow with time, so that a morning's merge opens the files of its weeks and no others.
    """
    key = config.unique_key[0]
    if not isinstance(schema.find_field(key).field_type, LongType | IntegerType):
        return sorted(tasks)
    column = f"cast({quote(key)} as bigint)"
    few = connection.execute(f"select distinct {column} from {source} order by 1 limit {MANY_KEYS + 1}").fetchall()
    if len(few) > MANY_KEYS:
        return sorted(tasks)
    keys = [row[0] for row in few]
    found = []
    for path, task in tasks.items():
        between = bounds(schema, task.file, key)
        if between is None or bisect_left(keys, between[0]) < bisect_right(keys, between[1]):
            found.append(path)
    return sorted(found)


def _match(connection: DuckDBPyConnection, schema: Schema, source: str, config: MergeConfig, files: list[str]) -> None:
    """Make the temporary tables `__match` (matched keys, their file and action) and `__insert` (keys to insert)."""
    keys = config.unique_key
    on = [f"target.{quote(key)} = src.{quote(key)}" for key in keys]
    on += [f"({predicate})" for predicate in config.incremental_predicates]
    same = " and ".join(
        f"target.{quote(name)} is not distinct from {_value(schema, name)}" for name in _updated(schema, config)
    )
    connection.execute(
        f"""create or replace temp table __match as
        select target.__file, {", ".join(f"target.{quote(key)}" for key in keys)},
            case
                when coalesce({config.delete_condition or "false"}, false) then 'delete'
                when coalesce({config.update_condition or "true"}, false) and not ({same or "true"}) then 'update'
                else 'keep'
            end as action
        from ({scan_sql(schema, files, with_file=True)}) as target
        inner join {source} as src on {" and ".join(on)}"""
    )
    insert = config.insert_condition or "true"
    placed_by = [*(term.column for term in partition_terms(config.partitioned_by)), *config.sorted_by[:1]]
    extra = [column for column in dict.fromkeys(placed_by) if column not in keys]
    matched = " and ".join(f"__match.{quote(key)} = src.{quote(key)}" for key in keys)
    connection.execute(
        f"""create or replace temp table __insert as
        select {", ".join(f"src.{quote(name)}" for name in [*keys, *extra])} from {source} as src
        where not exists (select 1 from __match where {matched}) and coalesce({insert}, false)"""
    )


def _touched(connection: DuckDBPyConnection, table: Table, chunks: Chunks, tasks: dict[str, FileScanTask]) -> list[str]:
    """Return the files to rewrite: those with a changed row, and the small ones of chunks that receive rows.

    Rewriting a receiving chunk's small files keeps one file per chunk instead of one more each day.
    """
    changed = {
        row[0] for row in connection.execute("select distinct __file from __match where action <> 'keep'").fetchall()
    }
    if not connection.execute("select 1 from __insert limit 1").fetchall():
        return sorted(changed)
    limit = int(table.properties.get("write.target-file-size-bytes", 512 * 1024 * 1024)) // 2
    small = {path for path, task in tasks.items() if task.file.file_size_in_bytes < limit}
    if chunks.terms or chunks.dated:
        wanted = chunks.receiving(connection, "__insert", table)
        small = {path for path in small if chunks.chunk_of(table.schema(), tasks[path].file) in wanted}
    return sorted(changed | small)


def _updated(schema: Schema, config: MergeConfig) -> list[str]:
    columns = config.update_columns if config.update_columns is not None else schema.column_names
    return [name for name in columns if name not in {*config.unique_key, *config.exclude_columns}]


def _value(schema: Schema, name: str) -> str:
    return f"cast(src.{quote(name)} as {duck_type(schema.find_field(name).field_type)})"


def _rewritten(
    connection: DuckDBPyConnection,
    schema: Schema,
    source: str,
    config: MergeConfig,
    chunks: Chunks,
    touched: list[str],
) -> Iterator[pa.Table]:
    """Yield the rows of the new files: what stays of the touched files, updates applied, and the inserts."""
    keys, updated = config.unique_key, set(_updated(schema, config))
    kept = ", ".join(
        f"case when hit.action = 'update' then {_value(schema, name)} else target.{quote(name)} end as {quote(name)}"
        if name in updated
        else f"target.{quote(name)}"
        for name in schema.column_names
    )
    new = ", ".join(f"{_value(schema, name)} as {quote(name)}" for name in schema.column_names)
    using = names(keys)
    order = names(config.sorted_by or keys)
    connection.execute(
        f"""create or replace temp table __rewritten as
        select {kept} from ({scan_sql(schema, touched)}) as target
        left join __match as hit using ({using})
        left join {source} as src using ({using})
        where hit.action is distinct from 'delete'
        union all
        select {new} from {source} as src semi join __insert using ({using})"""
    )
    yield from chunks.batches(connection, "__rewritten", order)
