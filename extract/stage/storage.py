"""Where staged files lie: a local folder or an S3 prefix, behind one small interface."""

from __future__ import annotations

import re
from pathlib import Path

from extract.errors import UsageError
from extract.stage.interface import FileMissing, Lease, Storage

__all__ = ["FileMissing", "Lease", "Storage", "open_storage"]

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def open_storage(url: str) -> Storage:
    """Open a staging area: a folder path, or `s3://bucket/prefix`.

    Raises:
        UsageError: the address is of neither kind.
    """
    if url.startswith("s3://"):
        from extract.stage.s3 import S3Storage  # boto3 is an extra

        return S3Storage(url)
    if not url.strip() or "\x00" in url or SCHEME.match(url):
        raise UsageError(f"--staging {url!r} is neither a folder nor s3://bucket/prefix. Choose one of these.")
    from extract.stage.folder import FolderStorage

    try:
        return FolderStorage(Path(url).expanduser().absolute())
    except (RuntimeError, OSError) as error:  # ~nobody; a working directory that is gone
        raise UsageError(f"--staging {url!r} cannot be found: {error}. Give the folder's whole path.") from error
