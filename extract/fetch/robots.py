"""robots.txt, asked for once and obeyed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.robotparser import RobotFileParser

from extract.errors import FetchFailed
from extract.fetch.transport import TransportError, get_following

if TYPE_CHECKING:
    from extract.fetch.client import Client


class Robots:
    """The source's rules for us. No file means no rules; a file that cannot be read means nothing is fetched."""

    def __init__(self, agent: str) -> None:
        self._agent = agent
        self._rules: RobotFileParser | None = None
        self._lock = threading.Lock()

    def allows(self, client: Client, path: str) -> bool:
        """Say whether we may fetch a path.

        Raises:
            FetchFailed: robots.txt could not be had, so we do not know.
        """
        with self._lock:
            if self._rules is None:
                self._rules = self._load(client)
        return self._rules.can_fetch(self._agent, client.base_url + path)

    def _load(self, client: Client) -> RobotFileParser:
        client.pacer.wait()
        try:
            answer = get_following(
                client.transport, f"{client.base_url}/robots.txt", headers=client.headers, timeout=client.timeout
            )
        except TransportError as error:
            raise FetchFailed(f"robots.txt could not be had ({error}). Run again later.") from error
        rules = RobotFileParser()
        if answer.status == 200:
            rules.parse(answer.body.decode(errors="replace").splitlines())
        elif answer.status in {404, 410}:
            rules.parse([])
        elif answer.status in {401, 403, 406}:
            rules.parse(["User-agent: *", "Disallow: /"])
        else:
            raise FetchFailed(f"robots.txt answered {answer.status}. Run again later.")
        return rules
