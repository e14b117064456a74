"""What a build has read: the snapshot of each table. Rows worked out from it are written onto nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchTableError,
    TableAlreadyExistsError,
    ValidationException,
)
from pyiceberg.table import Table
from sqlalchemy.exc import OperationalError

from lake.errors import CommitConflict
from lake.iceberg.catalog import load
from lake.iceberg.commit import Identifier


class Readings:
    """The tables of a catalog as one build reads them."""

    def __init__(self, catalog: Catalog, tables: Iterable[Table]) -> None:
        self.catalog = catalog
        self._snapshots: dict[Identifier, int | None] = {}
        for table in tables:
            self.note(table)

    def note(self, table: Table) -> None:
        """Take a table as read: as the build found it, or as it has just written it."""
        self._snapshots[_identifier(table)] = _current(table)

    def unchanged(self) -> list[Table]:
        """Return all tables as this build has read or written them last.

        Raises:
            CommitConflict: one of them is another by now.
        """
        found = [self.load(identifier) for identifier in sorted(self._snapshots)]
        return [table for table in found if table is not None]

    def load(self, identifier: Identifier) -> Table | None:
        """Return a table to write to; None where there is none yet.

        A commit made with what this returns fails when the table has changed since: PyIceberg asks the catalog for the
        same snapshot. The other tables are looked at too, for the rows came from them.

        Raises:
            CommitConflict: this table, or another that the build has read, is on another snapshot now, gone, or new.
        """
        found = {name: self._load(name) for name in {*self._snapshots, identifier}}
        for name, table in found.items():
            was_there, is_there = name in self._snapshots, table is not None
            if was_there != is_there or (table is not None and _current(table) != self._snapshots[name]):
                raise _conflict(name)
        return found[identifier]

    def _load(self, identifier: Identifier) -> Table | None:
        try:
            return load(self.catalog, ".".join(identifier))
        except NoSuchTableError:
            return None


@contextmanager
def committing(identifier: tuple[str, ...]) -> Iterator[None]:
    """Turn a commit that the catalog refuses, because the table has changed meanwhile, into our error.

    Raises:
        CommitConflict: it did.
    """
    try:
        yield
    except (CommitFailedException, ValidationException, TableAlreadyExistsError) as error:
        raise _conflict(identifier) from error
    except OperationalError as error:  # SQLite gave up waiting for another writer
        raise CommitConflict(
            f"The catalog did not take the commit to {'.'.join(identifier)}: {error.orig}. Stop the other writer, make "
            "sure that the disk is not full, then run the command again."
        ) from error


def _conflict(identifier: tuple[str, ...]) -> CommitConflict:
    return CommitConflict(
        f"{'.'.join(identifier)} was changed by somebody else after this command had read it, so what it worked "
        "out may no longer be right and was not written. Stop the other writer, then run the command again."
    )


def _identifier(table: Table) -> Identifier:
    *_, namespace, name = table.name()
    return namespace, name


def _current(table: Table) -> int | None:
    snapshot = table.current_snapshot()
    return snapshot.snapshot_id if snapshot else None
