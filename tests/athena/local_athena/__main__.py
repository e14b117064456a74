"""Run the local Athena: `python -m tests.athena.local_athena FOLDER [--capture FOLDER]`.

Prints one line of JSON when everything is up: the endpoint for every AWS client, Trino's address, the log.
Ends, Trino with it, when its standard input closes.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import threading
from pathlib import Path

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.athena.local_athena.engine import Engine
from tests.athena.local_athena.glue_ddl import GlueDDL
from tests.athena.local_athena.glue_guard import GlueGuard
from tests.athena.local_athena.queries import Queries
from tests.athena.local_athena.service import Service
from tests.athena.local_athena.trino_client import TrinoClient
from tests.athena.local_athena.trino_config import REGION
from tests.athena.local_athena.trino_files import TrinoUnavailable
from tests.athena.local_athena.trino_process import TrinoProcess, free_port


class QuietHandler(WSGIRequestHandler):
    """Serves without a line per request, and keeps connections open: Trino makes thousands of small requests."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log what failed inside, nothing else."""
        if str(code).startswith("5"):
            super().log_request(code, size)


def main() -> int:
    """Start moto and Trino, announce them, serve until standard input closes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--capture", type=Path)
    options = arguments.parse_args()
    folder: Path = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "athena.log"
    logging.basicConfig(filename=log, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("botocore", "boto3", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

    port, trino_port = free_port(), free_port()
    endpoint = f"http://127.0.0.1:{port}"
    session = boto3.session.Session("testing", "testing", region_name=REGION)
    glue, s3 = session.client("glue", endpoint_url=endpoint), session.client("s3", endpoint_url=endpoint)
    engine = Engine(TrinoClient(f"http://127.0.0.1:{trino_port}"), GlueDDL(glue))
    if options.capture:
        options.capture.mkdir(parents=True, exist_ok=True)
    queries = Queries(engine, s3, options.capture)
    application = Service(DomainDispatcherApplication(create_backend_app), queries, GlueGuard(glue))
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        trino = TrinoProcess(folder, endpoint, trino_port)
    except TrinoUnavailable as reason:
        print(json.dumps({"unavailable": str(reason)}), flush=True)
        return 1
    try:
        print(json.dumps({"endpoint": endpoint, "trino": engine.trino.url, "log": str(log)}), flush=True)
        sys.stdin.read()
        sys.stdin.close()  # nobody can join any more
    finally:
        trino.stop()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
