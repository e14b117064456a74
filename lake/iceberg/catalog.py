"""The catalog of the embedded engine, PyIceberg's SqlCatalog on SQLite beside the data; and what is in a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchPropertyException, NoSuchTableError
from pyiceberg.table import Table

from lake.errors import LakeError

NAMESPACE = "racing"
PROPERTIES = {
    "format-version": "2",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
    # A conflict is answered by merging again over the new state, never by repeating an old commit.
    "commit.retry.num-retries": "0",
}


def open_catalog(warehouse: Path) -> Catalog:
    """Open the catalog of a warehouse folder, making both when they are missing."""
    folder = warehouse.expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    # Not percent-encoded: PyIceberg takes what follows file:// as the path, as it stands.
    return SqlCatalog("lake", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}")


def tables(catalog: Catalog, schema: str | None = None) -> Iterator[Table]:
    """Yield the Iceberg tables of a schema, or of all.

    Raises:
        LakeError: a table's metadata is not where the catalog says, as after moving the folder, or cannot be read.
    """
    for namespace in [(schema,)] if schema else catalog.list_namespaces():
        for identifier in sorted(catalog.list_tables(namespace)):
            yield _load(catalog, ".".join(identifier))


def find(catalog: Catalog, name: str, schema: str = NAMESPACE) -> Table:
    """Return a table by `name` or `schema.name`.

    Raises:
        LakeError: there is none of that name, or its metadata cannot be read.
    """
    identifier = name if "." in name else f"{schema}.{name}"
    try:
        return _load(catalog, identifier)
    except (NoSuchTableError, NoSuchPropertyException) as error:  # the second: in Glue, a view
        known = ", ".join(".".join(table.name()) for table in tables(catalog, schema)) or "none yet; run dbt build"
        raise LakeError(f"There is no Iceberg table {identifier}. There are: {known}.") from error


def _load(catalog: Catalog, identifier: str) -> Table:
    try:
        return catalog.load_table(identifier)
    except FileNotFoundError as error:
        raise LakeError(
            f"The metadata of {identifier} is not where the catalog says ({error.filename}). Iceberg "
            "stores absolute paths: move the warehouse back, or delete it and rebuild it from staging."
        ) from error
    except OSError as error:
        raise LakeError(f"Cannot read the metadata of {identifier}: {error}. Check your permissions.") from error
