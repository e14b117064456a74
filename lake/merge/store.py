"""Write a model's rows into its Iceberg table: create, replace or merge, each as one snapshot."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pyarrow as pa
from duckdb import DuckDBPyConnection
from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, ValidationException
from pyiceberg.table import Table

from lake.duck.quoting import names
from lake.errors import CommitConflict, MergeRefused
from lake.iceberg.commit import Change, Identifier, create_table, stage_change
from lake.iceberg.evolve import append_columns, replace_columns
from lake.iceberg.files import data_files
from lake.merge.plan import Counts, MergeConfig, batches, check_source, plan_merge

log = logging.getLogger(__name__)
RETRIES = 3
RUN_IDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Store:
    """Writes one model. `source` is a DuckDB relation with the model's rows, one per key."""

    connection: DuckDBPyConnection
    catalog: Catalog
    identifier: Identifier
    source: str
    config: MergeConfig
    invocation_id: str = ""

    def create_or_replace(self, *, allow_empty: bool = False) -> Table:
        """Make the table hold exactly the source's rows, as one snapshot on the same table.

        Raises:
            MergeRefused: the keys are not fit, or no rows would replace some.
        """
        check_source(self.connection, self.source, self.config.unique_key)
        order = names(self.config.sorted_by or self.config.unique_key)
        columns = self._columns()
        rows = self._scalar(f"select count(*) from {self.source}")
        summary = self._summary(Counts(rows, 0, 0, 0))
        batched = batches(self.connection, self.source, self.config.partitioned_by, order)
        try:
            table = self.catalog.load_table(self.identifier)
        except NoSuchTableError:
            change = Change([], batched, summary)
            return create_table(
                self.catalog, self.identifier, columns, self.config.partitioned_by, self.config.sorted_by, change
            )
        old = [task.file for task in data_files(table).values()]
        if old and not rows and not allow_empty:
            raise MergeRefused(
                f"The model has no rows, and {'.'.join(self.identifier)} has some. Is staging where it should be? "
                "If it must be emptied: dbt build --full-refresh --vars 'allow_empty: true'."
            )
        with table.transaction() as transaction:
            replace_columns(transaction, table, columns)
            stage_change(transaction, Change(old, batched, summary))
        return self.catalog.load_table(self.identifier)

    def merge(self) -> tuple[Table, Counts]:
        """Merge the source into the table in one snapshot; none when nothing changes. Repeated on a conflict.

        Raises:
            MergeRefused: the keys, the columns or the table are not fit for a merge.
            CommitConflict: others kept committing to the table.
        """
        check_source(self.connection, self.source, self.config.unique_key)
        for attempt in range(1, RETRIES + 2):
            try:
                return self._merge_once()
            except (CommitFailedException, ValidationException) as error:
                log.warning("%s changed while merging, attempt %d: %s", ".".join(self.identifier), attempt, error)
        raise CommitConflict(
            f"{'.'.join(self.identifier)} changed under {RETRIES + 1} attempts to merge. "
            "Stop the other writer, then build again."
        )

    def _merge_once(self) -> tuple[Table, Counts]:
        table = self.catalog.load_table(self.identifier)
        with table.transaction() as transaction:
            append_columns(transaction, table, self._columns(), self.config.on_schema_change)
            schema = transaction.table_metadata.schema()
            counts, change = plan_merge(self.connection, table, schema, self.source, self.config)
            if change is not None:
                stage_change(transaction, Change(change.removed, change.batches, self._summary(counts)))
        return self.catalog.load_table(self.identifier), counts

    def _columns(self) -> pa.Schema:
        return self.connection.execute(f"select * from {self.source} limit 0").to_arrow_table().schema

    def _summary(self, counts: Counts) -> dict[str, str]:
        summary = counts.summary() | {"dbt.invocation-id": self.invocation_id}
        if "run_id" in self._columns().names:
            found = self.connection.execute(
                f"select distinct run_id from {self.source} order by run_id desc limit {RUN_IDS_SHOWN}"
            ).fetchall()
            summary["racing.run-ids"] = ",".join(str(row[0]) for row in found)
        return summary

    def _scalar(self, query: str) -> int:
        return int(self.connection.execute(query).fetchall()[0][0])
