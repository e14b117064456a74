"""The catalog of the embedded engine, PyIceberg's SqlCatalog on SQLite beside the data; and what is in a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import IcebergTables, SqlCatalog
from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchPropertyException, NoSuchTableError
from pyiceberg.io import load_file_io
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableRequirement, TableUpdate
from pyiceberg.typedef import Identifier
from sqlalchemy import select

from lake.errors import LakeError, UsageError
from lake.iceberg.files import local_path
from lake.iceberg.hint import remove_hint, write_hint
from lake.iceberg.warehouse import CATALOG, MEND, catalog_fault, is_below, warehouse_folder

NAMESPACE = "racing"
PROPERTIES = {
    "format-version": "2",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "100",
    # A conflict is never answered by repeating the commit: its rows were worked out from another state.
    "commit.retry.num-retries": "0",
}


class LocalCatalog(SqlCatalog):
    """PyIceberg's catalog, which besides keeps the hint beside each table's metadata true, and parses metadata once."""

    def __init__(self, name: str, **properties: str) -> None:
        super().__init__(name, **properties)
        self._parsed: dict[Identifier, tuple[str, TableMetadata]] = {}

    def load_table(self, identifier: str | Identifier) -> Table:
        """Load a table as the catalog has it now. A metadata file never changes: one that was read is not read again.

        (A build asks for every table before each commit, and to parse their metadata would be most of its work.)

        Raises:
            NoSuchTableError: there is none of that name.
        """
        names = self.identifier_to_tuple(identifier)
        location, metadata = self._parsed.get(names, ("", None))
        if metadata is None or self._metadata_location(names) != location:
            table = super().load_table(identifier)
            self._parsed[names] = table.metadata_location, table.metadata
            return table
        files = load_file_io({**self.properties, **metadata.properties}, location)
        return Table(names, metadata, location, files, self)

    def _metadata_location(self, names: Identifier) -> str | None:
        """Return where a table's metadata is now; None where there is no such table."""
        columns = IcebergTables.table_namespace, IcebergTables.table_name
        wanted = [column == text for column, text in zip(columns, (".".join(names[:-1]), names[-1]), strict=True)]
        asked = select(IcebergTables.metadata_location).where(IcebergTables.catalog_name == self.name, *wanted)
        with self.engine.connect() as connection:
            return connection.scalar(asked)

    def commit_table(
        self, table: Table, requirements: tuple[TableRequirement, ...], updates: tuple[TableUpdate, ...]
    ) -> CommitTableResponse:
        """Commit, then name the new metadata file in the hint."""
        done = super().commit_table(table, requirements, updates)
        write_hint(done.metadata_location)
        self._parsed[table.name()] = done.metadata_location, done.metadata
        return done

    def register_table(self, identifier: str | Identifier, metadata_location: str, overwrite: bool = False) -> Table:
        """Register a table, then name its metadata file in the hint."""
        table = super().register_table(identifier, metadata_location, overwrite)
        write_hint(table.metadata_location)
        return table

    def drop_table(self, identifier: str | Identifier) -> None:
        """Drop a table, and the hint beside the files that stay."""
        super().drop_table(identifier)
        folder = Path(local_path(self.properties["warehouse"]))
        remove_hint(folder.joinpath(*self.identifier_to_tuple(identifier)))


def open_catalog(warehouse: Path) -> Catalog:
    """Open the catalog of a warehouse folder, making both when they are missing.

    Raises:
        LakeError: there are tables in the folder and the catalog that knew them is lost or damaged.
    """
    folder = warehouse_folder(warehouse)
    folder.mkdir(parents=True, exist_ok=True)
    fault = catalog_fault(folder)
    if fault:
        raise LakeError(f"{fault}. Nothing was touched. Put it back, or register the tables again: {MEND}")
    return new_catalog(folder)


def new_catalog(folder: Path) -> SqlCatalog:
    """Open the catalog of a folder, made where it is missing, with no question asked."""
    # Not percent-encoded: PyIceberg takes what follows file:// as the path, as it stands.
    return LocalCatalog("lake", uri=f"sqlite:///{folder}/{CATALOG}", warehouse=f"file://{folder}")


def tables(catalog: Catalog, schema: str | None = None) -> Iterator[Table]:
    """Yield the Iceberg tables of a schema, or of all.

    Raises:
        LakeError: a table's metadata is not where the catalog says, as after moving the folder, or cannot be read.
    """
    for namespace in [(schema,)] if schema else catalog.list_namespaces():
        try:
            identifiers = sorted(catalog.list_tables(namespace))
        except NoSuchNamespaceError:  # the catalog is new: nothing was built yet
            continue
        for identifier in identifiers:
            yield load(catalog, ".".join(identifier))


def find(catalog: Catalog, name: str, schema: str = NAMESPACE) -> Table:
    """Return a table by `name` or `schema.name`.

    Raises:
        UsageError: there is none of that name.
        LakeError: its metadata cannot be read.
    """
    identifier = name if "." in name else f"{schema}.{name}"
    try:
        return load(catalog, identifier)
    except (NoSuchTableError, NoSuchPropertyException) as error:  # the second: in Glue, a view
        known = ", ".join(".".join(table.name()) for table in tables(catalog, schema)) or "none yet; run dbt build"
        raise UsageError(f"There is no Iceberg table {identifier}. There are: {known}.") from error


def load(catalog: Catalog, identifier: str) -> Table:
    """Return a table by its full name.

    Raises:
        NoSuchTableError: there is none of that name.
        LakeError: its metadata cannot be read.
    """
    try:
        table = catalog.load_table(identifier)
    except FileNotFoundError as error:
        raise LakeError(
            f"The metadata of {identifier} is not where the catalog says ({error.filename}). If the warehouse was "
            "moved: lake relocate. Else: lake doctor says what to do."
        ) from error
    except OSError as error:
        raise LakeError(f"Cannot read the metadata of {identifier}: {error}. Check your permissions.") from error
    except ValueError as error:
        raise LakeError(f"The metadata of {identifier} is damaged. `lake doctor` says what to do.") from error
    home = catalog.properties.get("warehouse", "")
    if home.startswith("file://") and not is_below(local_path(table.metadata_location), Path(local_path(home))):
        raise LakeError(
            f"{identifier} lies in another warehouse than its catalog: {table.location()}. Iceberg stores absolute "
            "paths. Nothing was touched. If this warehouse was moved or copied: lake relocate"
        )
    return table
