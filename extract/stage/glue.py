"""The staged files as tables of AWS Glue, so that Athena reads them: no crawler, no MSCK, no query.

One external table for each kind of staged file, over the CSV dialect of `extract.stage.dialect`, partitioned by
`scraped_on`. Partition projection works the partitions out from the dates alone: a run needs nothing registered to be
readable.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

from extract.contract import CONTRACT, Column
from extract.errors import StagingError, UsageError
from extract.stage.aws import glue_client, s3_client

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

Change = Literal["created", "updated", "unchanged"]
PARTITION = "scraped_on"
FOLDER = f"{PARTITION}="
COMMENT_LIMIT = 255  # characters, Glue's limit on the comment of a column
SERDE = {
    "SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    # U+0001 never occurs in a staged value; the default, a backslash, would be eaten out of every value with one.
    "Parameters": {"separatorChar": ",", "quoteChar": '"', "escapeChar": "\u0001"},
}
OURS = ("Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")


def register(
    staging_url: str, database: str = "staging", *, glue: GlueClient | None = None, s3: S3Client | None = None
) -> dict[str, Change]:
    """Make the tables of the contract in a Glue database read the staged files; safe to repeat.

    A table that is as it should be is left alone. Columns that the contract gained are added at the end; a table
    that has more columns than this version of the contract was written by a newer one and keeps them.

    Args:
        staging_url: `s3://bucket/prefix`, as given to `extract --staging`.
        database: Glue database; created when it is not there.
        glue: client to use; None for a new one.
        s3: client to use; None for a new one.

    Returns:
        What was done to each table.

    Raises:
        UsageError: the staging area is not in S3, or boto3 is not installed.
        StagingError: Glue or S3 refused, or a table of that name is not ours: it reads another place or has other
            columns.
    """
    if not staging_url.startswith("s3://"):
        raise UsageError(f"Only staging in S3 can be registered in Glue, not {staging_url}. Pass s3://bucket/prefix.")
    s3 = s3 or s3_client()
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        glue = glue or glue_client()
        _ensure_database(glue, database)
        first = _first_partition(s3, staging_url.rstrip("/"))
        return {
            table: _ensure_table(glue, database, table_input(staging_url.rstrip("/"), table, columns, first))
            for table, columns in CONTRACT.items()
        }
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise StagingError(
            f"Cannot register {staging_url} in Glue database {database}: {code}. What was scraped is staged; "
            "check the permissions in docs/athena.md, then: extract register"
        ) from error
    except BotoCoreError as error:
        raise StagingError(
            f"Cannot reach Glue or S3: {error}. What was scraped is staged; check region, credentials and network, "
            "then: extract register"
        ) from error


def table_input(staging_url: str, table: str, columns: tuple[Column, ...], first: date) -> dict[str, Any]:
    """Return Glue's definition of one table, whose first partition is the date `first`."""
    location = f"{staging_url}/{table}"
    listed = [{"Name": c.name, "Type": "string", "Comment": c.description[:COMMENT_LIMIT]} for c in columns]
    return {
        "Name": table,
        "Description": f"Staged {table}: CSV files written by `extract`, all text, an empty string is NULL.",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": PARTITION, "Type": "string", "Comment": "UTC date of the run, YYYY-MM-DD."}],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "csv",
            "skip.header.line.count": "1",
            "projection.enabled": "true",
            f"projection.{PARTITION}.type": "date",
            f"projection.{PARTITION}.format": "yyyy-MM-dd",
            # Every date in the range is looked up in S3 when a query does not filter: begin where the files begin.
            f"projection.{PARTITION}.range": f"{first},NOW+1DAYS",
            f"projection.{PARTITION}.interval": "1",
            f"projection.{PARTITION}.interval.unit": "DAYS",
            "storage.location.template": f"{location}/{FOLDER}${{{PARTITION}}}/",
        },
        "StorageDescriptor": {
            "Columns": listed,
            "Location": f"{location}/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": SERDE,
        },
    }


def _first_partition(s3: S3Client, staging_url: str) -> date:
    """The earliest date with a committed run (S3 lists in order); today when there is none yet."""
    bucket, _, prefix = staging_url.removeprefix("s3://").partition("/")
    root = f"{prefix}/slices/{FOLDER}" if prefix else f"slices/{FOLDER}"
    found = s3.list_objects_v2(Bucket=bucket, Prefix=root, MaxKeys=1).get("Contents", [])
    return date.fromisoformat(found[0]["Key"].removeprefix(root)[:10]) if found else datetime.now(UTC).date()


def _ensure_database(glue: GlueClient, database: str) -> None:
    try:
        glue.get_database(Name=database)
        return
    except glue.exceptions.EntityNotFoundException:
        pass
    try:
        glue.create_database(DatabaseInput={"Name": database, "Description": "Staged files of `extract`."})
    except glue.exceptions.AlreadyExistsException:
        return  # another run was a moment faster


def _ensure_table(glue: GlueClient, database: str, wanted: dict[str, Any]) -> Change:
    try:
        current: Any = glue.get_table(DatabaseName=database, Name=wanted["Name"])["Table"]
    except glue.exceptions.EntityNotFoundException:
        try:
            glue.create_table(DatabaseName=database, TableInput=wanted)  # type: ignore[arg-type]
            return "created"
        except glue.exceptions.AlreadyExistsException:
            return _ensure_table(glue, database, wanted)
    _keep_newer_columns(database, current, wanted)
    if all(_holds(current.get(key), wanted[key]) for key in OURS):
        return "unchanged"
    glue.update_table(DatabaseName=database, TableInput=wanted)  # type: ignore[arg-type]
    return "updated"


def _keep_newer_columns(database: str, current: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Refuse a table that is not ours; carry over columns that a newer contract appended."""
    name = f"{database}.{wanted['Name']}"
    here, there = wanted["StorageDescriptor"], current.get("StorageDescriptor", {})
    if there.get("Location", "").rstrip("/") != here["Location"].rstrip("/"):
        raise StagingError(
            f"Glue table {name} reads {there.get('Location')}, not {here['Location']}. "
            "Name another Glue database, or drop the table if nobody needs it."
        )
    ours, theirs = ([column["Name"] for column in side.get("Columns", [])] for side in (here, there))
    shared = min(len(ours), len(theirs))
    if ours[:shared] != theirs[:shared]:
        raise StagingError(
            f"Glue table {name} has other columns than the staged files. Drop the table and run again; "
            "no data is lost, it only describes the files."
        )
    here["Columns"] += there["Columns"][shared:] if len(theirs) > len(ours) else []


def _holds(current: Any, wanted: Any) -> bool:  # noqa: ANN401 - any part of Glue's answer
    """Whether what Glue answers says all that is wanted; Glue adds parts of its own."""
    if isinstance(wanted, dict):
        return isinstance(current, dict) and all(_holds(current.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return (
            isinstance(current, list)
            and len(current) == len(wanted)
            and all(_holds(a, b) for a, b in zip(current, wanted, strict=True))
        )
    return bool(current == wanted)
