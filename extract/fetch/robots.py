"""The source's own rules for us, as robots.txt tells them; how the file is had is not decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

from extract.errors import UnexpectedPage

ANSWERS = frozenset({200, 401, 404, 410})
"""The statuses that settle what the rules are; any other leaves them unknown."""
LARGEST = 512 * 1024  # bytes; a parser must take 500 KiB at least (RFC 9309)
AGENT_LINE = re.compile(r"^\s*user.?agent", re.IGNORECASE | re.MULTILINE)
MOST_WORK = 2_000_000  # agents times lines: what parsing can cost in time and memory
NONE = "User-agent: *\nDisallow:\n"
ALL = "User-agent: *\nDisallow: /\n"


@dataclass(frozen=True, slots=True)
class Rules:
    """What robots.txt allows an agent."""

    parsed: Protego
    agent: str

    def allows(self, url: str) -> bool:
        """Say whether an address may be fetched: the longest rule that matches decides (RFC 9309)."""
        return self.parsed.can_fetch(url, self.agent)

    @property
    def interval(self) -> float:
        """Seconds that must lie between two requests, by Crawl-delay and Request-rate; 0 when neither is given."""
        rate = self.parsed.request_rate(self.agent)
        delays = (self.parsed.crawl_delay(self.agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        return max(delays)


def read_rules(status: int, body: bytes, agent: str) -> Rules:
    """Return the rules in an answer whose status is among `ANSWERS`: no file, no rules; a closed door forbids all.

    Raises:
        UnexpectedPage: the answer is no robots.txt.
    """
    if status != 200:
        return Rules(Protego.parse(ALL if status == 401 else NONE), agent)
    if len(body) > LARGEST:
        raise UnexpectedPage(f"it is larger than {LARGEST // 1024} KiB")
    text = body.decode("utf-8-sig", errors="replace")
    if text.lstrip().startswith("<") or "\0" in text:
        raise UnexpectedPage("it is not a text file")
    if len(AGENT_LINE.findall(text)) * len(text.splitlines()) > MOST_WORK:
        raise UnexpectedPage("it holds too many rules")
    return Rules(Protego.parse(text), agent)
