"""What the tests of this room share: scripted answers, a clock nobody waits for, and a server of raw bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from extract.fetch.client import Client
from extract.fetch.halt import Halt
from extract.fetch.pace import Pacer
from extract.fetch.patience import Patience
from extract.fetch.transport import Response

Answer = Response | Exception


class Script:
    """A transport that answers as told; the last answer repeats."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.urls: list[str] = []
        self.headers: list[dict[str, str]] = []

    def get(self, url: str, *, headers: Mapping[str, str], timeout: float) -> Response:
        self.urls.append(url)
        self.headers.append(dict(headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class TestHalt(Halt):
    """A halt whose clock moves only when somebody waits; `slept` lists the waits."""

    __test__ = False

    def __init__(self, minutes: float | None = None) -> None:
        self.now, self.slept = 1000.0, list[float]()
        super().__init__(minutes, clock=lambda: self.now)

    def wait(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def answer(status: int, body: bytes = b"page", **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def client(
    script: Script, *, agent: str | None = None, patience: Patience | None = None, minutes: float | None = None
) -> tuple[Client, list[float]]:
    """A client of a script, and the waits it made besides those of its pace."""
    halt = TestHalt(minutes)
    pacer = Pacer(1, sleep=lambda _: None, clock=lambda: 0.0)
    made = Client("http://source", script, pacer, {}, patience or Patience(), robots_agent=agent, halt=halt)
    return made, halt.slept


def keep(body: bytes) -> bytes:
    return body


class RawServer:
    """Accepts connections on loopback, reads the head of a request, and hands the socket to `reply`."""

    def __init__(self, reply: Callable[[socket.socket, bytes], None]) -> None:
        self.reply = reply
        self.heads: list[bytes] = []
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._thread.join()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(5)
            head = b""
            while b"\r\n\r\n" not in head:
                if not (piece := connection.recv(65536)):
                    return
                head += piece
            self.heads.append(head)
            self.reply(connection, head)
