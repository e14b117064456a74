"""The dbt-duckdb plugin: Iceberg tables and staged files as DuckDB views, and the merge of Iceberg models."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.adapters.events.logging import AdapterLogger
from dbt_common.invocation import get_invocation_id
from duckdb import DuckDBPyConnection
from pyiceberg.table import Table

from lake.duck.file import make_ready
from lake.duck.published import NAME as PUBLISHED
from lake.duck.published import publish
from lake.duck.staging_views import create_readers, create_staging_views, staging_folder
from lake.duck.views import create_view, refresh_views
from lake.errors import LakeError
from lake.iceberg.catalog import NAMESPACE, open_catalog, tables
from lake.iceberg.evolve import persist_docs
from lake.iceberg.hint import write_hint
from lake.iceberg.readings import Readings, committing
from lake.iceberg.tags import tag_build
from lake.merge.plan import MergeConfig
from lake.merge.store import Store
from lake.plugin.invocation import hold, is_full_refresh, merges
from lake.plugin.newest import note_newest, open_newest
from lake.plugin.notes import Notes
from lake.plugin.scope import DATABASE, DECISIONS_TABLE, narrow, note_staging, note_sweep, open_scope, swept_until
from lake.plugin.settings import places
from lake.plugin.staged import check_new_runs, newest_fetch
from lake.plugin.staged_days import Day, condition, days_to_list, files_of, look, note_listed, paths
from lake.plugin.upkeep import look_after

ROWS = ".rows"
"""Folder of the rows of models that are at work; what a killed build left there is thrown away."""

logger = AdapterLogger("Lake")


class Plugin(BasePlugin):
    """The plugin of profiles.yml.

    Settings: `warehouse`, the folder of catalog and data; `staging`, the folder that `extract` writes;
    `staging_schema`, the schema in which its files appear. What is empty comes from the project's settings file.
    """

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Read the settings, make the warehouse folder and take its lock, before dbt opens anything in it.

        Raises:
            WarehouseLocked: another command is writing the warehouse.
        """
        found = places(plugin_config, self.creds)
        self._warehouse, self._staging, self._staging_schema = found.warehouse, found.staging, found.staging_schema
        try:
            self._warehouse.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LakeError(f"Cannot make {self._warehouse}: {error.strerror}. Set LAKE_WAREHOUSE.") from error
        hold(self._warehouse)
        if merges():
            shutil.rmtree(self._warehouse / ROWS, ignore_errors=True)
            (self._warehouse / ROWS).mkdir(exist_ok=True)
        self._lock = threading.Lock()
        self._notes = Notes(self._warehouse)
        self._seen: dict[str, Day] = {}
        self._swept_until: str | None = None
        self._readings: Readings | None = None
        self._connection: DuckDBPyConnection | None = None

    def update_connection_config(self, creds: DuckDBCredentials, config: dict[str, Any]) -> None:
        """See to it that the DuckDB file, which dbt is about to open, can be opened.

        Raises:
            WarehouseLocked: another program has it open.
        """
        done = make_ready(Path(creds.path))
        if done:
            logger.warning(done)
        if merges():  # nobody has the file open: what DuckDB put to disk there was left by a killed build
            shutil.rmtree(f"{creds.path}.tmp", ignore_errors=True)

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Show every Iceberg table and the staged files as views, as they are now.

        Raises:
            LakeError: a staged file that is about to be read for the first time is not what was written.
        """
        self._connection = conn
        catalog = open_catalog(self._warehouse)
        create_staging_views(conn, self._staging, self._staging_schema)
        found = list(tables(catalog))
        # before the check, so that a run that is committed meanwhile is neither checked nor read
        self._seen = look(self._staging) if merges() else {}
        if merges():
            check_new_runs(self._staging, [] if is_full_refresh() else found, paths(self._seen))
            for table in found:  # after a commit whose process was killed
                write_hint(table.metadata_location)
        refresh_views(conn, found)
        self._readings = Readings(catalog, found)
        self._decide_scope(conn, found)

    def _decide_scope(self, conn: DuckDBPyConnection, found: list[Table]) -> None:
        """Decide what this build has to list and, once slices are decided about, to test."""
        self._swept_until = None if is_full_refresh() or not merges() else swept_until(self._notes, found)
        is_due = self._swept_until is None
        days = None if is_due else days_to_list(conn, self._notes, found, self._seen)
        open_scope(conn, condition(days), files_of(self._staging, days or [], self._seen))
        create_readers(conn, self._staging, DATABASE)
        open_newest(conn, found)
        staged = paths(self._seen)
        note_staging(conn, str(staging_folder(self._staging)), len(staged), newest_fetch(self._staging, staged))

    def store(self, target_config: TargetConfig) -> None:
        """Write one model, called by the incremental materialization.

        The location's path is the DuckDB relation with the rows, its format what to do: `merge`, `replace`, or
        `replace_even_with_nothing`. Or, at the end of a good build: `tag`, where the path is its newest run.

        Raises:
            CommitConflict: a table is no longer what this build has read.
        """
        relation, location, config = target_config.relation, target_config.location, target_config.config
        if self._connection is None or self._readings is None or location is None:
            raise LakeError("The lake plugin was asked to write before dbt connected. Run dbt build again.")
        if location.format in ("tag", "tag_sweep"):
            with self._lock, self._connection.cursor() as cursor:
                self._end_well(cursor, location.path, has_tested_all=location.format == "tag_sweep")
            return
        with self._lock, self._connection.cursor() as cursor:
            store = Store(
                connection=cursor,
                readings=self._readings,
                identifier=(str(relation.schema), str(relation.identifier)),
                source=location.path,
                config=merge_config(config),
                invocation_id=str(get_invocation_id()),
            )
            if location.format == "merge":
                table, _ = store.merge()
            else:
                table = store.create_or_replace(allow_empty=location.format == "replace_even_with_nothing")
            create_view(cursor, table)
            note_newest(cursor, table)
            if relation.identifier == DECISIONS_TABLE and self._swept_until:
                narrow(cursor, str(relation.schema), self._swept_until)
            model = config.model
            wanted = config.get("persist_docs") or {}
            for file in (self._warehouse / ROWS).glob(f"{relation.identifier}.*"):
                file.unlink()
            with committing(store.identifier):
                persist_docs(
                    table,
                    model.description if wanted.get("relation") else None,
                    {name: column.description for name, column in model.columns.items()}
                    if wanted.get("columns")
                    else {},
                )

    def _end_well(self, cursor: DuckDBPyConnection, run_id: str, *, has_tested_all: bool) -> None:
        """Name the states of the tables, note what the next build may rely upon, and look after the tables."""
        if self._readings is None:
            return
        for table in self._readings.unchanged():
            tag_build(table, run_id)
        found = self._readings.unchanged()
        note_listed(self._notes, found, self._seen)
        if has_tested_all:
            note_sweep(cursor, self._notes, found)
        cared_for = look_after(
            cursor, self._readings.catalog, self._readings, self._notes, str(get_invocation_id()), logger.warning
        )
        self._publish(cursor, cared_for)

    def _publish(self, cursor: DuckDBPyConnection, cared_for: list[str]) -> None:
        """Give people the state that this build has made; what goes wrong is told, and the build stays good."""
        try:
            found = list(tables(open_catalog(self._warehouse)))
            for table in found:
                if ".".join(table.name()[-2:]) in cared_for:  # upkeep may have put other files in the place of some
                    create_view(cursor, table)
            database = str(cursor.execute("select current_database()").fetchall()[0][0])
            publish(cursor, database, NAMESPACE, found, self._warehouse)
        except Exception as error:
            logger.warning(
                f"{PUBLISHED} still shows the state before: {error}. The build is good; the next one tries again."
            )


def merge_config(config: Any) -> MergeConfig:  # noqa: ANN401 - dbt's config object has no public type
    """Read a model's merge settings from its dbt config."""

    def listed(name: str) -> list[str]:
        value = config.get(name)
        return [value] if isinstance(value, str) else list(value or [])

    return MergeConfig(
        unique_key=listed("unique_key"),
        partitioned_by=listed("partitioned_by"),
        sorted_by=listed("sorted_by"),
        delete_condition=config.get("delete_condition"),
        update_condition=config.get("update_condition"),
        insert_condition=config.get("insert_condition"),
        incremental_predicates=listed("incremental_predicates") or listed("predicates"),
        update_columns=listed("merge_update_columns") or None,
        exclude_columns=listed("merge_exclude_columns"),
        on_schema_change=config.get("on_schema_change") or "ignore",
    )
