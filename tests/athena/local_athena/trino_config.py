"""Trino's configuration: two catalogs over one Glue, as Athena shows Hive and Iceberg tables under one name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HIVE: Final = "awsdatacatalog"
ICEBERG: Final = "awsdatacatalog_iceberg"
REGION: Final = "eu-west-1"

# Stages: Athena does not say how many it takes; Trino's own default is 150, and our queries should stay well below it.
SERVER: Final = """\
coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
catalog.config-dir={etc}/catalog
plugin.dir={files}/plugin
web-ui.enabled=false
query.max-memory=800MB
query.max-memory-per-node=800MB
memory.heap-headroom-per-node=500MB
task.concurrency=2
task.max-writer-count=1
task.min-writer-count=1
query.max-history=2000
query.max-stage-count=100
query.min-expire-age=2h
"""

GLUE_AND_S3: Final = """\
hive.metastore.glue.region={region}
hive.metastore.glue.endpoint-url={endpoint}
hive.metastore.glue.aws-access-key=testing
hive.metastore.glue.aws-secret-key=testing
fs.native-s3.enabled=true
s3.endpoint={endpoint}
s3.region={region}
s3.path-style-access=true
s3.aws-access-key=testing
s3.aws-secret-key=testing
"""

# Metastore caching is off by default; a table that the adapter dropped through Glue must be gone at once.
CATALOGS: Final = {
    HIVE: f"""\
connector.name=hive
hive.metastore=glue
hive.iceberg-catalog-name={ICEBERG}
hive.security=allow-all
hive.non-managed-table-writes-enabled=true
hive.partition-projection-enabled=true
hive.storage-format=PARQUET
hive.max-partitions-per-writers=100
""",
    # 100 open partitions is Athena's limit (and there is one writer, so that it is the limit of the query). Retentions of 0s let VACUUM be tried on tables made a minute ago.
    ICEBERG: """\
connector.name=iceberg
iceberg.catalog.type=glue
iceberg.max-partitions-per-writer=100
iceberg.expire-snapshots.min-retention=0s
iceberg.remove-orphan-files.min-retention=0s
iceberg.allowed-extra-properties=*
""",
}


def write_config(etc: Path, files: Path, *, port: int, endpoint: str) -> None:
    """Write the `etc` folder of a Trino on `port` whose Glue and S3 are at `endpoint`."""
    (etc / "catalog").mkdir(parents=True, exist_ok=True)
    (etc / "config.properties").write_text(SERVER.format(port=port, etc=etc, files=files))
    (etc / "log.properties").write_text("io.trino=INFO\nio.airlift=WARN\n")
    for name, text in CATALOGS.items():
        both = text + GLUE_AND_S3.format(region=REGION, endpoint=endpoint)
        (etc / "catalog" / f"{name}.properties").write_text(both)
