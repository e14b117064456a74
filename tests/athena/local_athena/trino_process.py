"""One Trino server: started with bounded memory, awaited, stopped."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Final

from tests.athena.local_athena.trino_config import write_config
from tests.athena.local_athena.trino_files import POM, VERSION, TrinoUnavailable, java, trino_files

START: Final = POM.with_name("StartTrino.java")
PATIENCE: Final = 180.0
"""Seconds; about 15 on an idle machine of two cores."""


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class TrinoProcess:
    """A running Trino on `port`, in `folder` (configuration, data, log), with Glue and S3 at `endpoint`."""

    def __init__(self, folder: Path, endpoint: str, port: int) -> None:
        """Start Trino and wait until it answers; raises TrinoUnavailable with the reason when it does not."""
        files, executable = trino_files(), java()
        self.port = port
        self.log = folder / "trino.log"
        write_config(folder / "etc", files, port=self.port, endpoint=endpoint)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    executable, "-Xms1g", "-Xmx3g", "-Xmn600m", "-XX:+ExitOnOutOfMemoryError",
                    # Two cores, a short life: the simplest collector, which need not look after classes while there are
                    # few of them; compiling harder costs more than it saves.
                    "-XX:+UseSerialGC", "-XX:MetaspaceSize=400m", "-XX:TieredStopAtLevel=1",
                    "-Dfile.encoding=UTF-8", "-Duser.timezone=UTC", "-Djdk.attach.allowAttachSelf=true",
                    "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED",
                    "-Dnode.environment=test", "-Dnode.id=local", f"-Dnode.data-dir={folder / 'data'}",
                    f"-Dconfig={folder / 'etc' / 'config.properties'}",
                    f"-Dlog.levels-file={folder / 'etc' / 'log.properties'}", "-Dlog.enable-console=true",
                    "--class-path", f"{files / 'lib'}/*", START, VERSION,
                ],
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
                cwd=folder,  # Trino writes its request log to var/log
            )  # fmt: skip
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            if self.ready():
                return
            time.sleep(0.25)
        raise TrinoUnavailable(f"Trino {VERSION} did not start; {self._complaint()}")

    def ready(self) -> bool:
        """Whether the server has ended its start-up."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/info", timeout=2) as answer:
                return json.load(answer)["starting"] is False
        except (OSError, ValueError):
            return False

    def _complaint(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        errors = [line for line in lines if re.search(r"\bERROR\b|^\d+\) |Exception|rror:", line)]
        return "its log says: " + " | ".join(line[:300] for line in (errors or lines)[-3:] or ["nothing"])

    def stop(self) -> None:
        """End the server (idempotent)."""
        if self._process.stdin:
            self._process.stdin.close()  # the launcher ends with its input
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
