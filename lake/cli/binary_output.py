"""Rows in files that no terminal can show: Parquet, and workbooks for Excel."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lake.cli.file_output import unique
from lake.errors import LakeError

if TYPE_CHECKING:
    import pyarrow as pa
    from xlsxwriter.worksheet import Worksheet

    from lake.query import Rows

BATCH = 50_000
"""Rows of a group of a Parquet file, the most that is in memory at once."""
SHEET_ROWS, SHEET_COLUMNS, CELL = 1_048_576, 16_384, 32_767
"""What a sheet holds: rows, columns, and letters in a cell."""
DIGITS = 15
"""Figures of a number that Excel keeps."""
FIRST_DAY = date(1900, 3, 1)
"""Before it, Excel's dates are a day out or none at all."""
FORMATS = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd", time: "hh:mm:ss"}


def write_parquet(rows: Rows, path: Path) -> None:
    """Write rows as a Parquet file; of columns of one name, the second is `name_1`.

    Raises:
        LakeError: a column has a type that Parquet lacks, or an integer that it cannot hold.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    reader = rows.arrow(BATCH)
    columns = [
        # Sums of integers: DuckDB counts in 128 bits, which Parquet has not. What does not fit is refused, not rounded.
        pa.field(name, pa.int64() if kind == "HUGEINT" else field.type)
        for name, kind, field in zip(unique(rows.names), rows.types, reader.schema, strict=True)
    ]
    schema = pa.schema(columns)
    try:
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(_as(batch, schema))
    except pa.ArrowException as error:
        raise LakeError(f"Parquet cannot hold this result: {error}. Cast the column in the query.") from error


def _as(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def write_workbook(answers: Iterable[Rows], path: Path) -> None:
    """Write the rows of each answer on a sheet of one workbook; texts stay texts, whatever they look like.

    A number of more figures than Excel keeps becomes a text, and so does a date that Excel has not.

    Raises:
        LakeError: the extra is not installed, or a sheet cannot hold it.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise LakeError("Writing xlsx needs XlsxWriter: pip install 'racing-lakehouse[excel]'.") from error
    as_they_are = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(str(path), {**as_they_are, "strings_to_numbers": False})
    forms = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    bold = book.add_format({"bold": True})
    for rows in answers:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        _fits(len(rows.names), SHEET_COLUMNS, "columns")
        for place, name in enumerate(rows.names):
            sheet.write_string(0, place, name, bold)
        for number, row in enumerate(rows, 1):
            _fits(number + 1, SHEET_ROWS, "rows")
            for place, value in enumerate(row):
                _write_cell(sheet, number, place, _as_excel_has_it(value), forms)
    book.close()


def _write_cell(sheet: Worksheet, row: int, column: int, value: object, forms: dict[type, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime | date | time):
        sheet.write_datetime(row, column, value, forms[type(value)])
    else:
        text = str(value)
        _fits(len(text), CELL, "letters in a cell")
        sheet.write_string(row, column, text)


def _as_excel_has_it(value: object) -> object:
    """Return a value in a form that Excel keeps as it is; as a text where it has no other."""
    if isinstance(value, datetime) and value.tzinfo:
        value = value.astimezone(UTC).replace(tzinfo=None)
    day = value.date() if isinstance(value, datetime) else value
    if isinstance(day, date) and day < FIRST_DAY:
        return str(value)
    if isinstance(value, Decimal):
        exact = value.is_finite() and len(value.as_tuple().digits) <= DIGITS
        return float(value) if exact else str(value)
    if isinstance(value, int) and abs(value) >= 10**DIGITS:
        return str(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _fits(number: int, most: int, what: str) -> None:
    if number > most:
        raise LakeError(f"A sheet of xlsx holds {most} {what}. Ask for less, or take --output csv or parquet.")
