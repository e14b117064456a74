"""Make a warehouse whose folder was moved or copied whole again: Iceberg stores absolute paths in every file.

New manifests, manifest lists and metadata are written beside the old ones, with the same content and the new paths;
then the catalog is changed in one transaction. Data files are not touched. What is stopped half way changes nothing.
"""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO

from lake.errors import LakeError
from lake.iceberg.files import local_path
from lake.iceberg.rewrite import Rewriter
from lake.iceberg.together import Move, entries, swap
from lake.iceberg.warehouse import is_below, read_metadata


def relocate(catalog: SqlCatalog, folder: Path) -> list[str]:
    """Rewrite the paths of every table of a catalog that lies elsewhere than in its own folder.

    Returns:
        The names of the tables that were relocated.

    Raises:
        LakeError: the files of such a table are not in this folder.
    """
    moves = [
        Move((namespace, name), location, _relocated(folder, namespace, name, location))
        for (namespace, name), location in entries(catalog).items()
        if not is_below(local_path(location), folder)
    ]
    swap(catalog, moves)
    return [".".join(move.identifier) for move in moves]


def _relocated(folder: Path, namespace: str, name: str, location: str) -> str:
    """Write one table's metadata for its new place, and return the new metadata file."""
    here = folder / namespace / name / "metadata" / Path(local_path(location)).name
    said = read_metadata(here)
    if said is None:
        raise LakeError(
            f"The metadata of {namespace}.{name} should be {here}, and cannot be read. Copy the whole warehouse, then "
            "try again."
        )
    old, new = str(said["location"]).rstrip("/"), f"file://{here.parent.parent}"
    suffix = f"-{uuid.uuid4().hex[:8]}"

    def now_at(uri: str) -> str:
        return rewriter.moved(uri)

    def beside(uri: str) -> str:
        return re.sub(r"\.avro$", f"{suffix}.avro", rewriter.moved(uri))

    rewriter = Rewriter(old, new, PyArrowFileIO(), source=now_at, target=beside)
    for snapshot in said["snapshots"]:
        try:
            snapshot["manifest-list"] = rewriter.manifest_list(snapshot["manifest-list"])
        except FileNotFoundError as error:
            raise LakeError(
                f"{namespace}.{name} lacks {error.filename or rewriter.moved(snapshot['manifest-list'])}. Copy the "
                "whole warehouse, then try again."
            ) from error
    version = int(here.name.split("-", 1)[0]) + 1
    target = here.with_name(f"{version:05d}-{uuid.uuid4()}.metadata.json")
    target.write_text(json.dumps(rewriter.with_paths(said)), encoding="utf-8")
    return f"file://{target}"
