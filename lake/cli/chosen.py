"""Which target the user chose; the commands open it when they need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lake import EMBEDDED
from lake.errors import LakeError

if TYPE_CHECKING:
    from lake.target import Target


@dataclass(frozen=True, slots=True)
class Chosen:
    """A target by name, the warehouse folder of the embedded one, and the staging area its tables are built from."""

    name: str
    warehouse: Path
    staging: str

    def open(self) -> Target:
        """Open the target.

        Raises:
            LakeError: there is no warehouse yet, or Glue cannot be reached.
        """
        from lake.target import open_target

        return open_target(self.name, self.warehouse)

    def folder(self, instead: str) -> Path:
        """Return the warehouse folder in full, whether or not there is a warehouse in it.

        Raises:
            LakeError: there is no such folder, or the tables are Athena's; `instead` says what to do there.
        """
        if self.name != EMBEDDED:
            raise LakeError(f"This works on the embedded engine's tables only. On Athena: {instead}")
        from lake.iceberg.warehouse import warehouse_folder

        folder = warehouse_folder(self.warehouse)
        if not folder.is_dir():
            raise LakeError(f"There is no warehouse at {folder}. Run dbt build first, or set LAKE_WAREHOUSE.")
        return folder

    @contextmanager
    def exclusive(self, command: str, instead: str | None = None) -> Iterator[Target]:
        """Open the target for writing: the lock of its tables is held, taken before anything is looked at.

        `instead` says what to do where the tables are Athena's; without it, the command works there too.

        Raises:
            WarehouseLocked: another command is writing the tables.
            LakeError: there is no warehouse yet, or the command does not work on Athena's tables.
        """
        from lake.lock import warehouse_lock
        from lake.target import athena_schema, existing_warehouse

        if self.name != EMBEDDED:
            if instead:
                raise LakeError(f"This works on the embedded engine's tables only. On Athena: {instead}")
            from lake.athena.lock import data_folder, schema_lock

            with schema_lock(data_folder(), athena_schema(), f"lake {command}") as lease:
                yield replace(self.open(), lease=lease)
            return
        with warehouse_lock(existing_warehouse(self.warehouse), f"lake {command}"):
            yield self.open()
