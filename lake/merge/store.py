"""Write a model's rows into its Iceberg table: create, replace or merge, each as one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
from duckdb import DuckDBPyConnection
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from lake.duck.quoting import names
from lake.errors import MergeRefused
from lake.iceberg.commit import KEY, Change, Identifier, create_table, stage_change
from lake.iceberg.evolve import append_columns, replace_columns
from lake.iceberg.files import data_files
from lake.iceberg.readings import Readings, committing
from lake.merge.chunks import Chunks
from lake.merge.plan import Counts, MergeConfig, check_source, plan_merge

RUN_IDS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Store:
    """Writes one model. `source` is a DuckDB relation with the model's rows, one per key.

    Rows are written only onto what they were worked out from: when a table that this build has read is another one by
    now, nothing is written. (To merge the same rows over the new state would be no cure: the model looked at the old.)
    """

    connection: DuckDBPyConnection
    readings: Readings
    identifier: Identifier
    source: str
    config: MergeConfig
    invocation_id: str = ""

    def create_or_replace(self, *, allow_empty: bool = False) -> Table:
        """Make the table hold exactly the source's rows, as one snapshot on the same table.

        Raises:
            MergeRefused: the keys are not fit, or no rows would replace some.
            CommitConflict: a table is no longer what this build has read.
        """
        check_source(self.connection, self.source, self.config.unique_key)
        order = names(self.config.sorted_by or self.config.unique_key)
        columns = self._columns()
        rows = self._scalar(f"select count(*) from {self.source}")
        summary = self._summary(Counts(rows, 0, 0, 0))
        chunks = Chunks.of(self.connection, self.source, self.config.partitioned_by, self.config.sorted_by)
        batched = chunks.batches(self.connection, self.source, order)
        table = self.readings.load(self.identifier)
        with committing(self.identifier):
            if table is None:
                change = Change([], batched, summary)
                table = create_table(
                    self.readings.catalog,
                    self.identifier,
                    columns,
                    self.config.partitioned_by,
                    self.config.sorted_by,
                    change,
                )
            else:
                self._replace(table, columns, Change(self._replaced(table, rows, allow_empty), batched, summary))
        self.readings.note(table)
        return table

    def merge(self) -> tuple[Table, Counts]:
        """Merge the source into the table in one snapshot; none when nothing changes.

        Raises:
            MergeRefused: the keys, the columns or the table are not fit for a merge.
            CommitConflict: a table is no longer what this build has read.
        """
        check_source(self.connection, self.source, self.config.unique_key)
        table = self.readings.load(self.identifier)
        if table is None:
            raise MergeRefused(f"There is no table {'.'.join(self.identifier)} to merge into. Run dbt build again.")
        with committing(self.identifier), table.transaction() as transaction:
            append_columns(transaction, table, self._columns(), self.config.on_schema_change)
            schema = transaction.table_metadata.schema()
            counts, change = plan_merge(self.connection, table, schema, self.source, self.config)
            if change is not None:
                stage_change(transaction, Change(change.removed, change.batches, self._summary(counts)))
        self.readings.note(table)
        return table, counts

    def _replace(self, table: Table, columns: pa.Schema, change: Change) -> None:
        with table.transaction() as transaction:
            replace_columns(transaction, table, columns)
            stage_change(transaction, change)

    def _replaced(self, table: Table, rows: int, allow_empty: bool) -> list[DataFile]:
        old = [task.file for task in data_files(table).values()]
        if old and not rows and not allow_empty:
            raise MergeRefused(
                f"The model has no rows, and {'.'.join(self.identifier)} has some. Is staging where it should be? "
                "If it must be emptied: dbt build --full-refresh --vars 'allow_empty: true'."
            )
        return old

    def _columns(self) -> pa.Schema:
        return self.connection.execute(f"select * from {self.source} limit 0").to_arrow_table().schema

    def _summary(self, counts: Counts) -> dict[str, str]:
        summary = counts.summary() | {"dbt.invocation-id": self.invocation_id, KEY: ",".join(self.config.unique_key)}
        if "run_id" in self._columns().names:
            found = self.connection.execute(
                f"select distinct run_id from {self.source} order by run_id desc limit {RUN_IDS_SHOWN}"
            ).fetchall()
            summary["racing.run-ids"] = ",".join(str(row[0]) for row in found)
        return summary

    def _scalar(self, query: str) -> int:
        return int(self.connection.execute(query).fetchall()[0][0])
