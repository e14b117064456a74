"""Make a lost catalog anew from the tables' own metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lake.errors import LakeError
from lake.iceberg.catalog import new_catalog
from lake.iceberg.warehouse import CATALOG, catalog_fault, newest_metadata, table_folders


def register_again(folder: Path) -> list[str]:
    """Register every table of a folder under its newest metadata; a damaged catalog is moved aside, not deleted.

    Returns:
        What was done, a line each.

    Raises:
        LakeError: the catalog is fine, or a table's metadata cannot be read.
    """
    if not catalog_fault(folder):
        raise LakeError(f"{folder / CATALOG} is in order; nothing was done.")
    found = {path: newest_metadata(path) for path in table_folders(folder)}
    unreadable = [str(path) for path, newest in found.items() if newest is None]
    if unreadable:
        raise LakeError(
            f"No metadata can be read in {', '.join(unreadable)}. Move it away, then try again; the next dbt build "
            "makes the table anew from staging."
        )
    done = []
    if (folder / CATALOG).exists():
        aside = folder / f"{CATALOG}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        (folder / CATALOG).rename(aside)
        done.append(f"{CATALOG} was moved aside, to {aside.name}.")
    catalog = new_catalog(folder)
    for path, newest in found.items():
        catalog.create_namespace_if_not_exists(path.parent.name)
        table = catalog.register_table((path.parent.name, path.name), f"file://{newest}")
        done.append(
            f"{path.parent.name}.{path.name} is registered again, as of {_moment(table.metadata.last_updated_ms)}."
        )
    return done


def register_newest(folder: Path, identifier: tuple[str, str]) -> str:
    """Point the catalog's entry of a table, whose metadata file is lost, at the newest metadata that can be read.

    Raises:
        LakeError: there is none.
    """
    newest = newest_metadata(folder.joinpath(*identifier))
    name = ".".join(identifier)
    if newest is None:
        raise LakeError(
            f"No metadata of {name} can be read. Run lake drop {name} --yes, then dbt build --full-refresh."
        )
    catalog = new_catalog(folder)
    catalog.drop_table(identifier)
    table = catalog.register_table(identifier, f"file://{newest}")
    return f"{name} is registered again, as of {_moment(table.metadata.last_updated_ms)}."


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
