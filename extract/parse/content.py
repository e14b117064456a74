"""The fingerprint of a race: equal when nothing of meaning changed in any of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from extract.contract import RESULTS, Record

RATINGS = tuple(column.name for column in RESULTS if column.role == "rating")


def content_hash(rows: Iterable[Record]) -> str | None:
    """Return the SHA-256 over the facts and ratings of a race's rows, in order of horse; None without rows."""
    ordered = sorted(rows, key=lambda row: int(row["horse_id"] or 0))
    if not ordered:
        return None
    text = "\n".join(f"{row['facts_hash']}|{'|'.join(str(row[name]) for name in RATINGS)}" for row in ordered)
    return sha256(text.encode()).hexdigest()
