"""Carries out the steps of one statement, on Trino and in Glue, and is stricter than Trino where Athena is."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any, Final

from tests.athena.local_athena.glue_ddl import GlueDDL, hive_type
from tests.athena.local_athena.plan import (
    Change,
    CreateExternal,
    CreateTableAs,
    CreateView,
    Execute,
    Schema,
    Select,
    SetProperties,
    Step,
    Vacuum,
)
from tests.athena.local_athena.sql_text import refuse
from tests.athena.local_athena.trino_client import Answer, TrinoClient
from tests.athena.local_athena.trino_config import HIVE, ICEBERG

DEFAULT_RETENTION_SECS: Final = 432_000
"""What Athena's VACUUM keeps when the table does not say: five days of snapshots."""


@dataclass(slots=True)
class Outcome:
    """What a statement gave its caller, and the Trino queries it took."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    update_count: int | None = None
    scanned_bytes: int = 0
    trino_queries: list[str] = field(default_factory=list)


class Engine:
    """Runs statements of one query after the other; safe to share between threads."""

    def __init__(self, trino: TrinoClient, ddl: GlueDDL) -> None:
        self.trino, self.ddl = trino, ddl

    def run(self, steps: tuple[Step, ...], schema: str, stop: threading.Event, outcome: Outcome) -> None:
        """Run all steps; what was done until an error is in `outcome` too."""
        for step in steps:
            _Run(self, schema, stop, outcome).step(step)


class _Run:
    def __init__(self, engine: Engine, schema: str, stop: threading.Event, outcome: Outcome) -> None:
        self.trino, self.ddl = engine.trino, engine.ddl
        self.schema, self.stop, self.outcome = schema, stop, outcome

    def sql(self, text: str) -> Answer:
        started = self.outcome.trino_queries.append
        answer = self.trino.run(text, schema=self.schema, catalog=HIVE, stop=self.stop, started=started)
        self.outcome.scanned_bytes += answer.scanned_bytes
        return answer

    def types(self, query: str) -> list[tuple[str, str]]:
        """The columns of a query, without running it."""
        return self.sql(f"select * from (\n{query}\n) limit 0").columns

    def step(self, step: Step) -> None:
        match step:
            case Select(text):
                answer = self.sql(text)
                self.outcome.columns, self.outcome.rows = answer.columns, answer.rows
            case Change(text):
                self.outcome.update_count = self.sql(text).update_count
            case Execute(text):
                self.sql(text)
            case CreateTableAs():
                if step.iceberg:
                    refuse_other_precisions(self.types(step.query))
                self.outcome.update_count = self.sql(step.sql).update_count
            case CreateView():
                columns = self.types(step.query)
                for _, kind in columns:
                    hive_type(kind)  # refuses before there is a view
                self.sql(step.sql)
                self.ddl.view_columns(step.view, columns)
            case Vacuum():
                self.vacuum(step)
            case SetProperties():
                self.ddl.properties(step)
            case CreateExternal():
                self.ddl.external_table(step)
            case Schema():
                self.ddl.schema(step)

    def vacuum(self, step: Vacuum) -> None:
        asked = self.sql(
            f'select value from "{ICEBERG}"."{step.table.schema}"."{step.table.name}$properties" '
            "where key = 'vacuum_max_snapshot_age_seconds'"
        )
        age = int(asked.rows[0][0]) if asked.rows else DEFAULT_RETENTION_SECS
        for procedure in ("expire_snapshots", "remove_orphan_files"):
            self.sql(f"alter table {step.table.sql(ICEBERG)} execute {procedure}(retention_threshold => '{age}s')")


def refuse_other_precisions(columns: list[tuple[str, str]]) -> None:
    """Refuse what Athena refuses in CREATE TABLE AS of an Iceberg table: Trino would quietly make it timestamp(6)."""
    for name, kind in columns:
        for what, precision in re.findall(r"\b(timestamp|time)\((\d+)\)", kind):
            if precision != "6":
                refuse(
                    f"{what.capitalize()} precision ({precision}) not supported for Iceberg. "
                    f'Use "{what}(6)" instead. (column {name})'
                )
