"""Whose tables the `lake` command looks at: those of a local warehouse, or those that Athena keeps in AWS Glue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table

from extract.stage.aws import s3_properties
from extract.stage.interface import Lease
from lake import ATHENA, EMBEDDED
from lake.athena.glue import DescribedGlue
from lake.errors import LakeError
from lake.iceberg import catalog
from lake.iceberg.warehouse import CATALOG, MEND, catalog_fault, warehouse_folder

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient


@dataclass(frozen=True, slots=True)
class Target:
    """One of the targets of profiles.yml: its name, its catalog, and the schema with our tables."""

    name: str
    catalog: Catalog
    schema: str
    folder: Path | None = None
    lease: Lease | None = None
    """Set while this process holds Athena's tables, whose lock can be lost: asked before each write."""

    def tables(self) -> Iterator[Table]:
        """Yield our Iceberg tables."""
        return catalog.tables(self.catalog, self.schema)

    def require_lock(self) -> None:
        """Do nothing while the tables are ours to write.

        Raises:
            WarehouseLocked: another command took them over.
        """
        if self.lease:
            self.lease.confirm()

    def find(self, name: str) -> Table:
        """Return a table by `name` or `schema.name`.

        Raises:
            LakeError: there is none of that name.
        """
        return catalog.find(self.catalog, name, self.schema)

    def name_of(self, name: str) -> tuple[str, ...]:
        """Return the full name of a table that the catalog has, be it broken or not.

        Raises:
            UsageError: there is none of that name.
        """
        identifier = tuple(name.split(".")) if "." in name else (self.schema, name)
        if identifier not in self.catalog.list_tables(identifier[:-1]):
            self.find(name)
        return identifier

    def warehouse(self, instead: str) -> Path:
        """Return the local warehouse folder; commands that need it say what to do `instead` where there is none.

        Raises:
            LakeError: the tables are Athena's.
        """
        if self.folder is None:
            raise LakeError(f"This works on the embedded engine's tables only. On Athena: {instead}")
        return self.folder


def open_target(name: str, warehouse: Path) -> Target:
    """Open a target by name; `warehouse` is the folder of the embedded one.

    Raises:
        LakeError: there is no warehouse yet, or Glue cannot be reached.
    """
    if name == ATHENA:
        return athena_target(athena_schema())
    folder = existing_warehouse(warehouse)
    return Target(EMBEDDED, catalog.open_catalog(folder), catalog.NAMESPACE, folder)


def existing_warehouse(warehouse: Path) -> Path:
    """Return the folder of a local warehouse in full.

    Raises:
        LakeError: there is none, or its catalog is lost.
    """
    folder = warehouse_folder(warehouse)
    if not (folder / CATALOG).is_file():
        fault = catalog_fault(folder)
        if fault:
            raise LakeError(f"{fault}. Put it back, or register the tables again: {MEND}")
        raise LakeError(f"There is no warehouse at {folder}. Run dbt build first, or set LAKE_WAREHOUSE.")
    return folder


def athena_schema() -> str:
    """Return the Glue database of the tables on Athena."""
    return os.environ.get("ATHENA_SCHEMA") or catalog.NAMESPACE


def athena_target(schema: str) -> Target:
    """Open the tables that Athena keeps in a Glue database.

    Raises:
        LakeError: Glue cannot be reached, or there is no such database.
    """
    from pyiceberg.exceptions import NoSuchNamespaceError

    with reaching_glue(schema):
        glue = glue_catalog()
        try:
            glue.list_tables(schema)
        except NoSuchNamespaceError as error:
            raise LakeError(
                f"There is no schema {schema} in Glue. Run dbt build --target athena first, or set ATHENA_SCHEMA."
            ) from error
    return Target(ATHENA, glue, schema)


@contextmanager
def reaching_glue(schema: str) -> Iterator[None]:
    """Turn what AWS says when it cannot be reached, or refuses, into one sentence of ours."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise LakeError("Looking at Athena's tables needs boto3: pip install -e '.[athena]'") from error
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise LakeError(f"Cannot use schema {schema} in Glue: {error}. Check region and permissions.") from error


def glue_catalog() -> Catalog:
    """Return the catalog of Glue, for the account and region that boto3 finds; call it within `reaching_glue`.

    Raises:
        LakeError: there are no credentials.
    """
    import boto3
    from pyiceberg.catalog.glue import GlueCatalog

    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    properties = s3_properties(session)
    if properties is None:
        raise LakeError("There are no AWS credentials. Set AWS_PROFILE, or log in; docs/athena.md says what they need.")
    client = cast("GlueClient", DescribedGlue(session.client("glue")))
    return GlueCatalog("athena", client=client, **properties)
