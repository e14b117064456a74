"""Results and errors in the shapes of Athena's API."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

from tests.athena.local_athena.engine import Outcome
from tests.athena.local_athena.plan import Plan
from tests.athena.local_athena.sql_text import refuse

COMMIT_CONFLICT: Final = {"ICEBERG_COMMIT_ERROR", "TRANSACTION_CONFLICT"}
"""Two writers at once: Athena says ICEBERG_COMMIT_ERROR; Trino says the second when validation found the conflict."""

ICEBERG_ERROR_TYPE: Final = 233
"""AthenaError.ErrorType of Iceberg errors; dbt-athena retries a commit only when it sees it."""


def error(name: str, message: str) -> dict[str, Any]:
    """An AthenaError; the message begins with the error's name."""
    if name in COMMIT_CONFLICT:
        message = message.replace("TRANSACTION_CONFLICT", "ICEBERG_COMMIT_ERROR", 1)
    kind = ICEBERG_ERROR_TYPE if message.startswith("ICEBERG_") else 1
    return {"ErrorCategory": 2, "ErrorType": kind, "Retryable": False, "ErrorMessage": message}


def athena_type(trino_type: str) -> str:
    """The name by which ColumnInfo calls a Trino type: no precision, `float` for real."""
    if "with time zone" in trino_type:
        return "timestamp with time zone" if trino_type.startswith("timestamp") else "time with time zone"
    base = trino_type.partition("(")[0]
    return {"real": "float"}.get(base, base)


def cell(value: Any) -> dict[str, str]:
    """One value of GetQueryResults: always text, and nothing at all for NULL."""
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"VarCharValue": "true" if value else "false"}
    if isinstance(value, (list, dict)):
        refuse("the local Athena does not print nested values; cast them to text")
    return {"VarCharValue": str(value)}


def column_info(name: str, trino_type: str) -> dict[str, Any]:
    """The ColumnInfo of a result column."""
    kind = athena_type(trino_type)
    return {
        "CatalogName": "hive", "SchemaName": "", "TableName": "", "Name": name, "Label": name, "Type": kind,
        "Precision": 0, "Scale": 0, "Nullable": "UNKNOWN", "CaseSensitive": kind == "varchar",
    }  # fmt: skip


def result_file(s3: Any, query_id: str, request: dict[str, Any], plan: Plan, outcome: Outcome) -> str:
    """Write the result file beside which Athena keeps every result; returns its address.

    Raises:
        QueryFailed: the request names no place for it.
    """
    folder = (request.get("ResultConfiguration") or {}).get("OutputLocation")
    if not folder:
        refuse("No output location provided. Set s3_staging_dir.")
    address = f"{str(folder).rstrip('/')}/{query_id}.{'csv' if plan.statement_type == 'DML' else 'txt'}"
    text = io.StringIO()
    names = [[name for name, _ in outcome.columns]] if outcome.columns else []
    for row in [*names, *outcome.rows]:
        values = (cell(value).get("VarCharValue") for value in row)
        text.write(",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in values) + "\n")
    bucket, _, key = address.removeprefix("s3://").partition("/")
    s3.put_object(Bucket=bucket, Key=key, Body=text.getvalue().encode())
    return address


def write_capture(folder: Path, number: int, sql: str, plan: Plan) -> None:
    """Keep a statement and its plan, in the form of the golden files."""
    from tests.athena.local_athena.golden import render

    path = folder / f"{number:04d}_{plan.substatement_type.lower()}.txt"
    path.write_text(render(sql, plan), encoding="utf-8")
