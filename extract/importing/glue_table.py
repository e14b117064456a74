"""A table of AWS Glue as something to import: Iceberg through PyIceberg, Parquet files below its location otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from extract.errors import StagingError, UsageError
from extract.importing.files import Listing
from extract.importing.header import Header
from extract.importing.lines import Row
from extract.importing.s3_files import find_in_s3
from extract.importing.tables import read_batches
from extract.stage.aws import glue_client, s3_properties, session

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

NEEDS = "Tables of Glue need the extra athena: pip install -e '.[athena]'"


@dataclass(frozen=True, slots=True)
class GlueTable:
    """An Iceberg table of Glue: its address, its state, when that was written (UTC), and its rows."""

    name: str
    state: str
    rows_in_all: int
    modified: datetime
    rows: Callable[[], Iterator[Header | Row]]


def find_in_glue(url: str) -> Listing | GlueTable:
    """Return what glue://database/table means: an Iceberg table, or the Parquet files of another.

    Raises:
        UsageError: there is no such table, its files are not Parquet, or the extra is not installed.
        StagingError: Glue refuses or cannot be reached.
    """
    database, _, table = url.removeprefix("glue://").partition("/")
    if not database or not table or "/" in table:
        raise UsageError(f"{url} names no table. Write glue://database/table.")
    try:
        glue = glue_client()
    except UsageError as error:
        raise UsageError(f"{NEEDS}. ({error})") from error
    found = _table(glue, url, database, table)
    if str(found.get("Parameters", {}).get("table_type", "")).upper() == "ICEBERG":
        return _iceberg(url, database, table)
    storage = found.get("StorageDescriptor", {})
    if "parquet" not in str(storage.get("InputFormat", "")).lower():
        raise UsageError(f"{url} is neither Iceberg nor Parquet. Export it, and import the files.")
    return find_in_s3(str(storage["Location"]), all_are_parquet=True)


def _table(glue: GlueClient, url: str, database: str, table: str) -> Any:  # noqa: ANN401 - Glue's own description
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return glue.get_table(DatabaseName=database, Name=table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        raise UsageError(f"Glue knows no table {url}. Check the names and AWS_REGION.") from None
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise StagingError(f"Glue refused {url}: {code}. Check your permissions, see docs/athena.md.") from error
    except BotoCoreError as error:
        raise StagingError(f"Cannot reach Glue: {error}. Check region, credentials and network.") from error


def _iceberg(url: str, database: str, table: str) -> GlueTable:
    try:
        from pyiceberg.catalog.glue import GlueCatalog
    except ImportError as error:
        raise UsageError(f"{NEEDS}. ({error})") from error
    aws = session()
    properties = s3_properties(aws)
    if properties is None:
        raise UsageError("There are no AWS credentials. Set AWS_PROFILE, or log in; see docs/athena.md.")
    catalog = GlueCatalog("glue", client=aws.client("glue"), **properties)
    loaded = catalog.load_table((database, table))
    snapshot = loaded.current_snapshot()
    if snapshot is None:
        raise UsageError(f"{url} holds no rows. Name another table.")

    def rows() -> Iterator[Header | Row]:
        scan = loaded.scan(snapshot_id=snapshot.snapshot_id)
        names = [field.name for field in loaded.schema().fields]
        yield from read_batches(scan.to_arrow_batch_reader(), names)

    counted = snapshot.summary.additional_properties.get("total-records", "0") if snapshot.summary else "0"
    modified = datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC)
    return GlueTable(url, str(snapshot.snapshot_id), int(counted), modified, rows)
