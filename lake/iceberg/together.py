"""Change several tables together: in one transaction of the catalog where it has them, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.serializers import ToOutputFile
from pyiceberg.table import Table
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.refs import MAIN_BRANCH, SnapshotRefType
from pyiceberg.table.update import SetSnapshotRefUpdate, update_table_metadata
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lake.iceberg.hint import write_hint


@dataclass(frozen=True, slots=True)
class Move:
    """A catalog entry that changes from one metadata file to another."""

    identifier: tuple[str, str]
    old: str
    new: str


def entries(catalog: SqlCatalog) -> dict[tuple[str, str], str]:
    """Return where the catalog says each table's metadata is, whether it is there or not."""
    with Session(catalog.engine) as session:
        rows = session.execute(
            select(IcebergTables.table_namespace, IcebergTables.table_name, IcebergTables.metadata_location)
            .where(IcebergTables.catalog_name == catalog.name)
            .order_by(IcebergTables.table_namespace, IcebergTables.table_name)
        ).all()
    return {(namespace, name): location or "" for namespace, name, location in rows}


def swap(catalog: SqlCatalog, moves: Iterable[Move]) -> None:
    """Point catalog entries at other metadata files, all in one transaction; then the hints beside them too.

    Raises:
        CommitFailedException: one of the tables has changed meanwhile. None was changed by this.
    """
    moves = list(moves)
    with Session(catalog.engine) as session, session.begin():
        for move in moves:
            namespace, name = move.identifier
            statement = (
                update(IcebergTables)
                .where(
                    IcebergTables.catalog_name == catalog.name,
                    IcebergTables.table_namespace == namespace,
                    IcebergTables.table_name == name,
                    IcebergTables.metadata_location == move.old,
                )
                .values(metadata_location=move.new, previous_metadata_location=move.old)
            )
            if session.connection().execute(statement).rowcount != 1:
                raise CommitFailedException(f"{namespace}.{name} has been updated by another process")
    for move in moves:
        write_hint(move.new)


def set_current(catalog: Catalog, goals: Iterable[tuple[Table, int]]) -> None:
    """Make a snapshot of each table current, in all tables at once; in Glue, which has no transactions, one by one.

    Raises:
        CommitFailedException: one of the tables has changed since it was loaded. None was changed by this, or all that
            were have been put back.
    """
    if not isinstance(catalog, SqlCatalog):
        _one_by_one(goals)
        return
    moves = []
    for table, snapshot_id in goals:
        change = SetSnapshotRefUpdate.model_validate(
            {"ref-name": MAIN_BRANCH, "type": SnapshotRefType.BRANCH, "snapshot-id": snapshot_id}
        )
        metadata = update_table_metadata(table.metadata, (change,), metadata_location=table.metadata_location)
        *_, namespace, name = table.name()
        moves.append(Move((namespace, name), table.metadata_location, write_metadata(table, metadata)))
    swap(catalog, moves)


def _one_by_one(goals: Iterable[tuple[Table, int]]) -> None:
    with ExitStack() as undo:
        for table, goal in goals:
            current = table.metadata.current_snapshot_id
            _make_current(table, goal)
            if current is not None:
                undo.callback(_make_current, table, current)
        undo.pop_all()


def _make_current(table: Table, snapshot_id: int) -> None:
    with table.manage_snapshots() as manage:
        manage.set_current_snapshot(snapshot_id=snapshot_id)


def write_metadata(table: Table, metadata: TableMetadata) -> str:
    """Write a table's next metadata file beside the others and return where it is."""
    version = int(table.metadata_location.rsplit("/", 1)[-1].split("-", 1)[0])
    provider = load_location_provider(metadata.location, metadata.properties)
    location = provider.new_table_metadata_file_location(version + 1)
    ToOutputFile.table_metadata(metadata, table.io.new_output(location))
    return location
