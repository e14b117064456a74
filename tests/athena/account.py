"""One user's corner of the local AWS account, and the programs they run in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
import pandas as pd
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.table import Table

from tests.athena.local_athena.running import ROOT, LocalAthena
from tests.athena.local_athena.trino_config import REGION
from tests.dbt_process import run_dbt
from tests.pipeline.conftest import TABLES, sorted_frame

BIN: Final = Path(sys.executable).parent
ENDED: Final = {"SUCCEEDED", "FAILED", "CANCELLED"}


class AthenaFailed(Exception):
    """A query failed; carries AthenaError."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["ErrorMessage"])
        self.error = error


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended."""

    code: int
    output: str

    def ok(self) -> Ran:
        """Fail the test, with the program's output, unless it ended well."""
        assert self.code == 0, self.output[-6000:]
        return self


class Account:
    """A bucket, a schema for the tables and one for staging, and folders for what stays local.

    `seed` names the sample world that `extract` scrapes.
    """

    def __init__(self, athena: LocalAthena, name: str, folder: Path, seed: int) -> None:
        self.athena, self.name, self.folder, self.seed = athena, name, folder, seed
        self.bucket, self.schema, self.staging_schema = name, name, f"{name}_staging"
        self.staging = f"s3://{name}/staging"
        session = boto3.session.Session("testing", "testing", region_name=REGION)
        self.athena_client = session.client("athena", endpoint_url=athena.endpoint)
        self.glue = session.client("glue", endpoint_url=athena.endpoint)
        self.s3 = session.client("s3", endpoint_url=athena.endpoint)
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    @property
    def environment(self) -> dict[str, str]:
        """The environment of this user's programs."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DBT_", "EXTRACT_", "LAKE_"))}
        return inherited | self.athena.environment | {
            "ATHENA_SCHEMA": self.schema,
            "ATHENA_RESULTS": f"s3://{self.bucket}/query-results/",
            "ATHENA_DATA": f"s3://{self.bucket}/lake/",
            "ATHENA_POLL_SECS": "0.05",
            "EXTRACT_SEED": str(self.seed),
            "EXTRACT_STAGING": self.staging,
            "EXTRACT_STAGING_SCHEMA": self.staging_schema,
            "LAKE_WAREHOUSE": str(self.folder / "warehouse"),
            "LAKE_INSIGHTS": "off",  # they have tests of their own
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_USE_COLORS": "false",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }  # fmt: skip

    def run(self, *command: str, **environment: str) -> Ran:
        """Run a command of the environment's to its end."""
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout)

    def extract(self, as_of: datetime, *options: str) -> Ran:
        """Scrape the sample world as it was at a moment into S3; what is in doubt, again ten minutes later, as it takes."""
        log = self.folder / f"extract_{as_of:%Y%m%dT%H%M}.log"
        ran = self.run(
            "extract", "--source", "sample", "--rate", "1000", "--as-of", as_of.isoformat(), "--log-file", str(log),
            *options,
        )  # fmt: skip
        if ran.code == 3 and "it is believed when seen again" in " ".join(ran.output.split()):
            again = (as_of + timedelta(minutes=10)).isoformat()
            return self.run("extract", "retry", "--as-of", again, "--log-file", str(log))
        return ran

    def copy_staging(self, folder: Path) -> None:
        """Copy what is staged in S3 to a folder, so that the embedded engine can build from the same files."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="staging/"):
            for item in page.get("Contents", []):
                path = folder / item["Key"].removeprefix("staging/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read())

    def dbt(
        self, *arguments: str, project: Path = ROOT, environment: dict[str, str] | None = None, **variables: object
    ) -> Ran:
        """Run dbt on the Athena target of a project."""
        told = self.environment | {"LAKE_TARGET": "athena"} | (environment or {})
        done = run_dbt([*arguments, "--vars", json.dumps(variables)], project, told, one_stream=True)
        return Ran(done.returncode, done.stdout)

    def build(self, *arguments: str, **variables: object) -> Ran:
        """`dbt build` of the project on Athena."""
        return self.dbt("build", *arguments, **variables)

    def queries(self) -> list[str]:
        """The log's lines on this user's queries."""
        return [line for line in self.athena.queries() if re.search(rf" schema={self.schema}( |$)", line)]

    def start(self, sql: str) -> str:
        """Start a query; returns its id."""
        started = self.athena_client.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Catalog": "awsdatacatalog", "Database": self.schema},
            ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/query-results/"},
        )
        return str(started["QueryExecutionId"])

    def ended(self, query: str) -> dict[str, Any]:
        """Wait for a query; returns what Athena says of it, however it ended."""
        while True:
            execution: Any = self.athena_client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] in ENDED:
                return dict(execution)
            time.sleep(0.02)

    def sql(self, text: str) -> list[tuple[str | None, ...]]:
        """Run a query; returns its rows, every value as the text Athena gives.

        Raises:
            AthenaFailed: it did not succeed.
        """
        query = self.start(text)
        execution = self.ended(query)
        if execution["Status"]["State"] != "SUCCEEDED":
            raise AthenaFailed(execution["Status"]["AthenaError"])
        is_dml = execution["StatementType"] == "DML"
        rows: list[tuple[str | None, ...]] = []
        pages = self.athena_client.get_paginator("get_query_results").paginate(QueryExecutionId=query)
        for page in pages:
            rows += [tuple(c.get("VarCharValue") for c in row["Data"]) for row in page["ResultSet"]["Rows"]]
        return rows[1:] if is_dml else rows

    def columns(self, text: str) -> tuple[list[str], bool]:
        """Run a query; returns the names of its columns, and whether it has rows.

        Raises:
            AthenaFailed: it did not succeed.
        """
        query = self.start(text)
        execution = self.ended(query)
        if execution["Status"]["State"] != "SUCCEEDED":
            raise AthenaFailed(execution["Status"]["AthenaError"])
        said = self.athena_client.get_query_results(QueryExecutionId=query, MaxResults=2)["ResultSet"]
        names = [column["Name"] for column in said["ResultSetMetadata"]["ColumnInfo"]]
        return names, len(said["Rows"]) == 2  # the first is the header

    def tables(self) -> list[str]:
        """Names of the tables and views of the schema."""
        pages = self.glue.get_paginator("get_tables").paginate(DatabaseName=self.schema)
        return sorted(table["Name"] for page in pages for table in page["TableList"])

    def let_lock_run_out(self) -> None:
        """Let the ten minutes pass for which a dead build's lock holds."""
        key = f"lake/_lock/{self.schema}.json"
        held = json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        body = json.dumps(held | {"lease_seconds": 0.1})
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body.encode())
        time.sleep(2.2)  # that, its margin, and S3's clock in whole seconds

    def leftovers(self) -> list[str]:
        """Tables that a run of the adapter made for itself and should have dropped."""
        return [name for name in self.tables() if re.search(r"__(dbt_tmp|ha|bkp|tmp_not_partitioned)", name)]

    def table(self, name: str) -> Table:
        """An Iceberg table, opened from outside by PyIceberg."""
        s3 = {
            "s3.endpoint": self.athena.endpoint,
            "s3.access-key-id": "testing",
            "s3.secret-access-key": "testing",
            "s3.region": REGION,
        }
        return GlueCatalog("athena", client=self.glue, **s3).load_table((self.schema, name))

    def frame(self, name: str) -> pd.DataFrame:
        """An Iceberg table's rows in order of key."""
        return sorted_frame(name, self.table(name))

    def snapshots(self) -> dict[str, int]:
        """How many snapshots each Iceberg table has."""
        return {name: len(self.table(name).snapshots()) for name in TABLES}
