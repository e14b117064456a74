"""Rows that could not be staged, with file, line and reason: nothing is dropped in silence."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from extract.errors import StagingError
from extract.importing.dirt import Reason
from extract.importing.spill import no_room
from extract.stage import layout
from extract.stage.dialect import BREAKS, render
from extract.stage.interface import Storage

COLUMNS = ("file", "line", "reason", "detail", "row")
PART = 8 << 20
"""Bytes of one file of rows set aside."""


class SetAside:
    """Collects rows on disk, and writes them beside the run."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this object
        self.rows = 0

    def add(self, file: str, line: int, reason: Reason, detail: str, row: str) -> None:
        """Keep a row; one that ran over lines becomes one line."""
        cells = [BREAKS.sub(" ", cell).replace("\x00", "") for cell in (file, str(line), reason, detail, row)]
        try:
            self._file.write(render(cells, []))
        except OSError as error:
            raise no_room(error) from error
        self.rows += 1

    def write(self, storage: Storage, run_id: str) -> list[str]:
        """Write what was kept, in parts, and return their paths; those that an interrupted try wrote stay.

        Raises:
            StagingError: an interrupted try wrote something else.
        """
        paths = []
        for number, data in enumerate(self._parts(), start=1):
            path = layout.set_aside_path(run_id, number)
            if not storage.exists(path):
                storage.write_new(path, data)
            elif storage.read(path) != data:
                raise StagingError(f"{path}, written before the import was interrupted, is another now. Report it.")
            paths.append(path)
        return paths

    def _parts(self) -> Iterator[bytes]:
        header = render(COLUMNS, [])
        self._file.seek(0)
        part: list[bytes] = []
        size = 0
        for line in self._file:
            part.append(line)
            size += len(line)
            if size >= PART:
                yield header + b"".join(part)
                part, size = [], 0
        if part:
            yield header + b"".join(part)
