"""Trino's files, fetched once from Maven Central into a cache outside the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from filelock import FileLock

VERSION: Final = "476"
"""Why 476: the Glue client honours its endpoint since 474, and Trino needs nothing beyond Java 24's modules until 479."""

JAVA_NEEDED: Final = 24
USUAL_PLACES: Final = Path("/usr/lib/jvm")
POM: Final = Path(__file__).resolve().parent.parent / "trino" / "pom.xml"
COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
PARTS: Final = {"lib": "trino-main", "plugin/hive": "trino-hive", "plugin/iceberg": "trino-iceberg"}
PLUGINS: Final = {
    "trino-hive": "io.trino.plugin.hive.HivePlugin",
    "trino-iceberg": "io.trino.plugin.iceberg.IcebergPlugin",
}
FROM_THE_SERVER: Final = "trino-spi,slice,jackson-annotations,jol-core,opentelemetry-api,opentelemetry-context"
"""What a plugin takes from the server rather than bringing its own, by Trino's plugin rules."""


class TrinoUnavailable(Exception):
    """Trino cannot be had on this machine; the message is one sentence that says what is missing."""


def cache_folder() -> Path:
    """Where Trino's files live: `TRINO_CACHE`, or the user's cache folder."""
    root = os.environ.get("TRINO_CACHE") or Path.home() / ".cache" / "racing-lakehouse" / "trino"
    return Path(root) / VERSION


def trino_files() -> Path:
    """Return the folder with `lib/` and `plugin/`, fetching what is not there yet (about 0.5 GB, once).

    A part counts as fetched only after it is complete, and Maven keeps the jars it already has: an interrupted
    fetch goes on where it stopped.
    """
    folder = cache_folder()
    if all((folder / name).is_dir() for name in PARTS):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):  # two processes of the tests begin at once
        for name, artifact in PARTS.items():
            if not (folder / name).is_dir():
                _fetch(artifact, folder / name)
    return folder


def _fetch(artifact: str, destination: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise TrinoUnavailable(
            "The Athena tests need Maven to fetch Trino: install it (Debian: apt-get install maven), "
            "or set TRINO_CACHE to a folder that already holds Trino."
        )
    partial = destination.with_name(destination.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    print(f"fetching {artifact} {VERSION} from Maven Central …", file=sys.stderr, flush=True)
    done = subprocess.run(
        [
            maven, "--batch-mode", "--quiet", "--file", str(POM), COPY, "-DincludeScope=runtime",
            f"-Dtrino.version={VERSION}", f"-Dtrino.part={artifact}", f"-DoutputDirectory={partial}",
            *([f"-DexcludeArtifactIds={FROM_THE_SERVER}"] if artifact in PLUGINS else []),
        ],
        cwd=partial.parent,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        reason = next((line for line in done.stdout.splitlines() if "[ERROR]" in line), done.stdout[-300:].strip())
        raise TrinoUnavailable(f"Maven could not fetch {artifact} {VERSION} (run the tests again to resume): {reason}")
    if artifact in PLUGINS:  # Trino finds a plugin by its service entry, which is not published with the jar
        with zipfile.ZipFile(partial / "service-entry.jar", "w") as jar:
            jar.writestr("META-INF/services/io.trino.spi.Plugin", PLUGINS[artifact] + "\n")
    partial.rename(destination)


def java() -> Path:
    """Return a `java` new enough for this Trino: `TRINO_JAVA_HOME`, `JAVA_HOME`, the path, then usual places."""
    homes = [Path(os.environ[name]) for name in ("TRINO_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    on_path = shutil.which("java")
    candidates = [home / "bin" / "java" for home in homes] + ([Path(on_path)] if on_path else [])
    candidates += sorted(USUAL_PLACES.glob("*/bin/java"), reverse=True)
    for candidate in candidates:
        if _java_version(candidate) >= JAVA_NEEDED and (candidate.resolve().parent / "javac").exists():
            return candidate
    raise TrinoUnavailable(
        f"Trino {VERSION} needs a JDK {JAVA_NEEDED} or newer (such as Temurin 25): "
        "install one and set TRINO_JAVA_HOME to it."
    )


def _java_version(executable: Path) -> int:
    if not executable.exists():
        return 0
    said = subprocess.run([executable, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', said)
    return int(number[1]) if number else 0
