"""The rows of Parquet files and of tables, as the cells that a CSV file would have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.importing.dirt import Dirty
from extract.importing.header import Header, read_header
from extract.importing.lines import Row

BATCH = 4096
"""Rows that are held at a time."""


def read_parquet(file: IO[bytes], name: str) -> Iterator[Header | Row]:
    """Yield the header of a Parquet file, then its rows; columns that only its folders name are added.

    Raises:
        OSError: it is damaged.
    """
    try:
        table = pq.ParquetFile(file)
        yield from read_batches(table.iter_batches(BATCH), table.schema_arrow.names, partitions(name))
    except pa.ArrowException as error:
        raise OSError(f"it is no whole Parquet file ({error})") from error


def read_batches(
    batches: Iterable[pa.RecordBatch], columns: list[str], more: dict[str, str] | None = None
) -> Iterator[Header | Row]:
    """Yield the header of a table, then its rows, numbered from 1.

    Args:
        batches: the rows.
        columns: the names of their columns.
        more: columns that are the same in every row.
    """
    extra = {key: value for key, value in (more or {}).items() if key not in columns}
    names = [*columns, *extra]
    fault = None
    try:
        yield read_header(names)
    except Dirty as error:
        fault = error
    number = 0
    for batch in batches:
        cells = [[cell(value) for value in column.to_pylist()] for column in batch.columns]
        for values in zip(*cells, strict=True):
            number += 1
            row = [*values, *extra.values()]
            raw = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) if fault else ""
            yield Row(number, [] if fault else row, raw, fault)


def cell(value: Any) -> str:  # noqa: ANN401 - whatever a table holds
    """Return a value as a CSV file would have it; nothing and not-a-number are blank."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return str(value)


def partitions(name: str) -> dict[str, str]:
    """Return the columns that a file's folders name, as in `country=gb/date=2025-11-11/part.parquet`."""
    found = dict(part.split("=", 1) for part in name.split("/")[:-1] if part.count("=") == 1)
    return {key: value for key, value in found.items() if value != "__HIVE_DEFAULT_PARTITION__"}
