"""Is a table whole? Every file of its current snapshot there, of the size and the row count that the manifests say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.table import Table

from lake.iceberg.files import lacks_field_ids, local_path

SHOWN = 3


@dataclass(slots=True)
class Faults:
    """What is wrong with a table's files, each named with the reason."""

    found: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        more = f", and {len(self.found) - SHOWN} more" if len(self.found) > SHOWN else ""
        return "; ".join(self.found[:SHOWN]) + more


def file_faults(table: Table, *, deep: bool = False) -> Faults:
    """Look at every data file of the current snapshot: presence, size and footer; with `deep`, read it whole."""
    faults = Faults()
    try:
        tasks = list(table.scan().plan_files())
    except FileNotFoundError as error:
        faults.found.append(f"{error.filename or error} is missing")
        return faults
    except (OSError, ValueError, EOFError) as error:
        faults.found.append(f"a manifest cannot be read ({error})")
        return faults
    for task in tasks:
        for data_file in [task.file, *task.delete_files]:
            reason = _fault(
                Path(local_path(data_file.file_path)), data_file.file_size_in_bytes, data_file.record_count, deep
            )
            if reason:
                faults.found.append(f"{local_path(data_file.file_path)} {reason}")
    return faults


def lost_snapshots(table: Table) -> list[int]:
    """Return the earlier snapshots that a rollback could not go back to, because a file of theirs is gone."""
    current = table.current_snapshot()
    lost = []
    for snapshot in table.snapshots():
        if current is not None and snapshot.snapshot_id == current.snapshot_id:
            continue
        try:
            paths = [
                local_path(task.file.file_path) for task in table.scan(snapshot_id=snapshot.snapshot_id).plan_files()
            ]
            whole = all(Path(path).exists() for path in paths)
        except (OSError, ValueError, EOFError):
            whole = False
        if not whole:
            lost.append(snapshot.snapshot_id)
    return lost


def _fault(path: Path, size: int, rows: int, deep: bool) -> str:
    try:
        if path.stat().st_size != size:
            return f"has {path.stat().st_size} bytes instead of {size}"
        with pq.ParquetFile(path) as file:
            if file.metadata.num_rows != rows:
                return f"has {file.metadata.num_rows} rows instead of {rows}"
            if lacks_field_ids(file.schema_arrow):
                return "is of another program: its columns have no ids"
            if deep:
                read = sum(batch.num_rows for batch in file.iter_batches())
                if read != rows:
                    return f"gives {read} rows instead of {rows}"
    except FileNotFoundError:
        return "is missing"
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read ({str(error).splitlines()[0]})"
    return ""
