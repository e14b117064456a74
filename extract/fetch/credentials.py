"""The user's own cookie and token: from the environment only, and only to the origin they were meant for."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

from extract.errors import UsageError
from extract.fetch.address import origin_of

log = logging.getLogger(__name__)
MEANT_FOR = "EXTRACT_CREDENTIALS_FOR"


def secrets(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the user's own credentials as headers. They are never logged."""
    headers = {}
    if cookie := environment.get("EXTRACT_COOKIE"):
        headers["Cookie"] = cookie
    if token := environment.get("EXTRACT_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    return headers


def credentials_for(base_url: str, home: str, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the credentials that a source may see, as headers: scheme, host and port must be those they are meant for.

    Meant for is `home`, the live site, unless the environment names another source in EXTRACT_CREDENTIALS_FOR.

    Raises:
        UsageError: they cannot be sent in a header, or EXTRACT_CREDENTIALS_FOR is no address.
    """
    given = secrets(environment)
    try:
        meant_for = origin_of(environment.get(MEANT_FOR) or home)
    except ValueError as error:
        raise UsageError(f"{MEANT_FOR} is {error}. Give one such as https://example.org, or unset it.") from error
    if not given:
        return {}
    if origin_of(base_url) != meant_for:
        log.info("cookie and token are meant for %s; this source gets none (see %s)", meant_for, MEANT_FOR)
        return {}
    for name, variable in (("Cookie", "EXTRACT_COOKIE"), ("Authorization", "EXTRACT_TOKEN")):
        check_header(variable, given.get(name, ""))
    return given


def check_header(name: str, value: str) -> None:
    """Let a text that can be sent as a header pass; the message never holds it.

    Raises:
        UsageError: it holds line breaks or other characters that a header cannot.
    """
    if not (value.isascii() and value.isprintable()) or value != value.strip():
        raise UsageError(f"{name} holds characters that cannot be sent, such as a line break. Set it again.")
