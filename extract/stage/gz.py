"""Compressed files, read no further than is safe."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

LEVEL = 6
"""Of 1 to 9. What 9 saves of a page is half a percent, at twice the time."""
GZIP = 31  # zlib's name for a gzip header and its checksum


class BadGzip(ValueError):
    """The bytes are not a whole gzip file of bearable size; the message says why."""


def compress(data: bytes, modified: datetime | None = None) -> bytes:
    """Return data compressed so that the same data, modified at the same second, gives the same bytes."""
    return gzip.compress(data, LEVEL, mtime=int(modified.timestamp()) if modified else 0)


def modified_at(data: bytes) -> datetime | None:
    """Return the time in the header of a gzip file (UTC, to the second); None where it names none."""
    seconds = int.from_bytes(data[4:8], "little")
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def decompress(data: bytes, limit: int) -> bytes:
    """Return what a gzip file holds, never making more than `limit` bytes of it.

    Raises:
        BadGzip: it is cut, damaged or not a gzip file, has bytes after its end, or holds more than `limit` bytes.
    """
    reader = zlib.decompressobj(GZIP)
    try:
        content = reader.decompress(data, limit + 1)
    except zlib.error as error:
        raise BadGzip("is damaged or no gzip file") from error
    if len(content) > limit:
        raise BadGzip(f"holds more than {limit} bytes")
    if not reader.eof:
        raise BadGzip("is cut")
    if reader.unused_data:
        raise BadGzip("has bytes after its end")
    return content
