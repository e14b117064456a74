"""Tell people of a morning, by apprise: mail, chat, push, a health check, whatever its URLs name.

A URL holds secrets. It is written nowhere: not into a message, not into an error, not into a log.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lake.errors import LakeError, UsageError
from lake.report.verdict import Verdict

if TYPE_CHECKING:
    from apprise import Apprise

FILE: Final = "morning.json"
LONGEST: Final = 2000
SHOWN: Final = 10
MASK: Final = "***"


def known_state(folder: Path) -> str | None:
    """Return the state that the last morning of these tables ended in; None where that is not known."""
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    state = said.get("state") if isinstance(said, dict) else None
    return state if isinstance(state, str) else None


def keep_state(folder: Path, state: str) -> str:
    """Keep the state that a morning ended in, for the next to compare; return why that could not be done, if so."""
    beside = folder / f".{FILE}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"state": state}), encoding="utf-8")
        beside.replace(folder / FILE)
    except OSError as error:
        return f"The state of this morning could not be kept in {folder}: {error.strerror}. The next one notifies anew."
    return ""


def message(verdict: Verdict, urls: Sequence[str]) -> tuple[str, str]:
    """Return title and text of what people are told; should anything hold one of the URLs, it is masked."""
    reasons = [f"{problem.kind}: {problem.why}" for problem in verdict.problems]
    more = [f"and {len(reasons) - SHOWN} more"] if len(reasons) > SHOWN else []
    text = "\n".join([verdict.line, *reasons[:SHOWN], *more])
    title = f"Racing: {verdict.state}"
    for url in urls:
        title, text = title.replace(url, MASK), text.replace(url, MASK)
    return title[:200], text[:LONGEST]


def require(urls: Sequence[str]) -> None:
    """Do nothing where every URL is one that can be told by.

    Raises:
        LakeError: apprise is not installed.
        UsageError: it does not know a URL; the message has the URL's place, not the URL.
    """
    if urls:
        _services(urls)


def notify(verdict: Verdict, urls: Sequence[str]) -> list[str]:
    """Tell of a verdict at every URL; return what went wrong, a line for each that could not be reached."""
    title, text = message(verdict, urls)
    failed = []
    for number, service in enumerate(_services(urls), 1):
        with _unlogged():
            try:
                is_sent = bool(service.notify(title=title, body=text))
            except Exception:  # whatever a service does: what it says may hold the secret
                is_sent = False
        if not is_sent:
            failed.append(f"Notification {number} of {len(urls)} was not delivered. The exit code is as without it.")
    return failed


def _services(urls: Sequence[str]) -> list[Apprise]:
    try:
        from apprise import Apprise
    except ImportError as error:
        raise LakeError("Notifications need apprise: pip install -e '.[notify]'.") from error
    services = []
    for number, url in enumerate(urls, 1):
        service = Apprise()
        with _unlogged():
            is_known = bool(service.add(url))
        if not is_known:
            raise UsageError(f"Notification {number} of {len(urls)} is no URL that apprise knows. Correct --notify.")
        services.append(service)
    return services


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep libraries from logging addresses."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
