"""`version-hint.text` beside a local table's metadata: which file is current, for readers that know no catalog.

It has the name of the metadata file without `.metadata.json`, and no end of line: DuckDB's `iceberg_scan(folder)` takes
it as it stands (duckdb.org/docs/stable/core_extensions/iceberg/overview: `version_name_format`). The catalog decides,
not the hint: it is written after each commit, and the next build puts right what a crash in between left stale.
"""

from __future__ import annotations

import logging
from pathlib import Path

from lake.iceberg.files import local_path

NAME = "version-hint.text"
METADATA = ".metadata.json"

log = logging.getLogger(__name__)


def write_hint(metadata_location: str) -> None:
    """Make the hint of a local table name this metadata file; a hint that cannot be written is removed, and says so."""
    metadata = Path(local_path(metadata_location))
    hint = metadata.with_name(NAME)
    try:
        text = metadata.name.removesuffix(METADATA)
        if _said(hint) == text:
            return
        beside = metadata.with_name(f".{NAME}.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(hint)
    except OSError as error:
        log.warning("%s could not be written (%s). Only iceberg_scan(folder) misses it.", hint, error)
        hint.unlink(missing_ok=True)  # better none than one that names an older state


def remove_hint(table_folder: Path) -> None:
    """Remove the hint of a table that is dropped."""
    (table_folder / "metadata" / NAME).unlink(missing_ok=True)


def _said(hint: Path) -> str | None:
    try:
        return hint.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
