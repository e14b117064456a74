"""Write rows as data files and commit them in one snapshot. The only room that uses PyIceberg's private names."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pyarrow as pa
from pyiceberg.catalog import Catalog
from pyiceberg.io.pyarrow import _dataframe_to_data_files, _pyarrow_to_schema_without_ids
from pyiceberg.manifest import DataFile, ManifestFile
from pyiceberg.schema import Schema, assign_fresh_schema_ids
from pyiceberg.table import Table, Transaction
from pyiceberg.table.snapshots import Operation
from pyiceberg.table.update.snapshot import _OverwriteFiles

from lake.iceberg.catalog import PROPERTIES
from lake.iceberg.partitioning import partition_spec, partition_terms, sort_order

Identifier = tuple[str, str]
KEY = "racing.unique-key"
"""Property of a snapshot: by which columns its rows were merged."""
KNOWN_KEYS = {
    "run_slices": ["run_id", "country", "race_date"],
    "listed_races": ["race_id", "country", "race_date"],
    "slice_decisions": ["run_id", "country", "race_date"],
    "scraped_races": ["race_id"],
    "result_versions": ["race_id", "horse_id", "scraped_at"],
    "results": ["race_id", "horse_id"],
}
"""Those of our tables, where snapshots do not say: on Athena, and where they are older than that."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit does to a table's files, and what its snapshot says about it."""

    removed: Iterable[DataFile]
    batches: Iterable[pa.Table]
    """Rows to write; each batch is split by partition, so batches of one partition keep memory small."""
    summary: dict[str, str] = field(default_factory=dict)


class Overwrite(_OverwriteFiles):
    """An overwrite that leaves behind manifests in which no file is alive, and looks at manifests one at a time.

    PyIceberg hands such manifests on for ever: each morning adds one, and each reader opens them all. Other writers
    drop them. And it has several threads ask one evaluator, which keeps the manifest it is at in itself: now and then
    one was passed over, a file to remove was not found, and the commit was refused.
    """

    def _build_manifest_evaluator(self, spec_id: int) -> Callable[[ManifestFile], bool]:
        evaluate, lock = super()._build_manifest_evaluator(spec_id), threading.Lock()

        def one_at_a_time(manifest: ManifestFile) -> bool:
            with lock:
                return evaluate(manifest)

        return one_at_a_time

    def _existing_manifests(self) -> list[ManifestFile]:
        return [file for file in super()._existing_manifests() if file.has_added_files() or file.has_existing_files()]


def schema_of(columns: pa.Schema) -> Schema:
    """Return the Iceberg schema of Arrow columns, with fresh field ids."""
    return assign_fresh_schema_ids(_pyarrow_to_schema_without_ids(columns))


def create_table(
    catalog: Catalog,
    identifier: Identifier,
    columns: pa.Schema,
    partitioned_by: list[str],
    sorted_by: list[str],
    change: Change,
) -> Table:
    """Create a table together with its first snapshot, in one commit; without rows there is no snapshot."""
    catalog.create_namespace_if_not_exists(identifier[0])
    schema = schema_of(columns)
    transaction = catalog.create_table_transaction(
        identifier,
        schema=schema,
        partition_spec=partition_spec(schema, partition_terms(partitioned_by)),
        sort_order=sort_order(schema, sorted_by),
        properties=PROPERTIES,
    )
    stage_change(transaction, change)
    transaction.commit_transaction()
    return catalog.load_table(identifier)


def stage_change(transaction: Transaction, change: Change) -> None:
    """Add one overwrite snapshot to a transaction: old files out, new files in. Nothing at all adds none."""
    removed = list(change.removed)
    batches = (batch for batch in change.batches if batch.num_rows)
    first = next(batches, None)
    if first is None and not removed:
        return
    is_new = transaction.table_metadata.current_snapshot() is None
    with Overwrite(
        operation=Operation.APPEND if is_new else Operation.OVERWRITE,
        transaction=transaction,
        io=transaction._table.io,
        snapshot_properties=change.summary,
    ) as producer:
        for data_file in removed:
            producer.delete_data_file(data_file)
        numbers = itertools.count(0)
        for batch in itertools.chain([first] if first is not None else [], batches):
            for data_file in _dataframe_to_data_files(
                table_metadata=transaction.table_metadata,
                df=batch,
                io=transaction._table.io,
                write_uuid=producer.commit_uuid,
                counter=numbers,
            ):
                producer.append_data_file(data_file)
