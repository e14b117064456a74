"""How the sample server tells whether a page has changed: a strong ETag, a Last-Modified, and 304 to who knows them.

Its pages are sent as they are, in no content coding, so that one page has one representation and needs no `Vary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime
from hashlib import sha256


def validators(body: bytes, as_of: datetime) -> dict[str, str]:
    """Return the headers for a body: its hash, and the moment at which the world is seen, when the page was made."""
    modified = format_datetime(as_of.astimezone(UTC).replace(microsecond=0), usegmt=True)
    return {"ETag": f'"{sha256(body).hexdigest()[:32]}"', "Last-Modified": modified}


def is_known(ours: Mapping[str, str], asked: Message) -> bool:
    """Say whether a request names the page that it would get.

    `If-Modified-Since` counts only where there is no `If-None-Match`, and only if it is the very moment: a world that
    is seen earlier than before is another one.

    Args:
        ours: The headers of the page.
        asked: Those of the request.
    """
    if names := asked.get("If-None-Match"):
        known = {name.strip().removeprefix("W/") for name in names.split(",")}
        return "*" in known or ours["ETag"] in known
    return asked.get("If-Modified-Since") == ours["Last-Modified"]
