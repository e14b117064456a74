"""Compressed files, read no further than is safe."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

LEVEL = 6
"""Of 1 to 9. What 9 saves of a page is half a percent, at twice the time."""
GZIP = 31  # zlib's name for a gzip header and its checksum
COMMENT = 0x10  # the flag of a header that carries a comment, and nothing else that is optional
HEADER = 10  # bytes before it
LONGEST_COMMENT = 4096


class BadGzip(ValueError):
    """The bytes are not a whole gzip file of bearable size; the message says why."""


def compress(data: bytes, modified: datetime | None = None, comment: str | None = None) -> bytes:
    """Return data compressed so that the same data, modified at the same second, gives the same bytes.

    Args:
        data: What the file holds.
        modified: The time that its header names, to the second.
        comment: What else the header says: ASCII without a NUL. Programs that unpack the file pass it over.
    """
    made = gzip.compress(data, LEVEL, mtime=int(modified.timestamp()) if modified else 0)
    if comment is None:
        return made
    flagged = made[:3] + bytes([made[3] | COMMENT]) + made[4:HEADER]
    return flagged + comment.encode("ascii") + b"\0" + made[HEADER:]


def comment_of(data: bytes) -> str | None:
    """Return the comment in the header of a gzip file; None where it has none.

    Raises:
        BadGzip: it is not one that `compress` makes.
    """
    if data[3:4] != bytes([COMMENT]):
        return None
    end = data.find(b"\0", HEADER, HEADER + LONGEST_COMMENT)
    comment = data[HEADER:end]
    if end < 0 or not comment.isascii():
        raise BadGzip("has a header that cannot be read")
    return comment.decode()


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
