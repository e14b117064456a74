"""Which data file a row belongs in: one a partition, and within the years that rows still come to one a month.

A merge rewrites whole files. A morning's rows lie in one or two months, so it rewrites a twelfth of the year; once the
year is over, upkeep makes one file of its months, for readers are quicker with few files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import Table

from lake.duck.quoting import literal, names, partition_sql, quote
from lake.iceberg.bounds import bounds, open_since
from lake.iceberg.partitioning import PartitionTerm, partition_terms

Chunk = tuple[Any, ...]
"""A partition's values, and the first day of a month where the partition's files are by month, else None."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """How a table's rows are divided into files."""

    terms: list[PartitionTerm]
    dated: str | None = None
    """The date by whose year the table is partitioned, or else by which it is sorted."""
    open_since: date | None = None

    @classmethod
    def of(
        cls,
        connection: DuckDBPyConnection,
        relation: str,
        partitioned_by: list[str],
        sorted_by: list[str],
        known: date | None = None,
    ) -> Chunks:
        """Return the chunks of a table to which a relation's rows come; `known` is the newest date it has."""
        terms = partition_terms(partitioned_by)
        types = {row[0]: row[1] for row in connection.execute(f"describe select * from {relation}").fetchall()}
        candidates = [term.column for term in terms if term.function == "year"] + sorted_by[:1]
        dated = candidates[0] if candidates and types.get(candidates[0]) == "DATE" else None
        if dated is None:
            return cls(terms)
        newest = connection.execute(f"select max({quote(dated)}) from {relation}").fetchall()[0][0]
        return cls(terms, dated, open_since(max((day for day in (known, newest) if day), default=None)))

    def batches(self, connection: DuckDBPyConnection, relation: str, order: str) -> Iterator[pa.Table]:
        """Yield a relation's rows, sorted, one chunk at a time."""
        if not self.terms and not self.open_since:
            yield connection.execute(f"select * from {relation} order by {order}").to_arrow_table()
            return
        terms = [partition_sql(term) for term in self.terms]
        spans: list[str | None] = [term.function for term in self.terms]
        columns = [term.column for term in self.terms]
        if self.dated and self.open_since:
            day = quote(self.dated)
            terms.append(f"case when {day} >= date '{self.open_since}' then date_trunc('month', {day}) end")
            spans.append("month")
            columns.append(self.dated)
        listed = ", ".join(terms)
        for values in connection.execute(f"select distinct {listed} from {relation} order by {listed}").fetchall():
            parts = zip(terms, columns, spans, values, strict=True)
            where = " and ".join(_holds(*part) for part in parts)
            yield connection.execute(f"select * from {relation} where {where} order by {order}").to_arrow_table()

    def receiving(self, connection: DuckDBPyConnection, relation: str, table: Table) -> set[Chunk]:
        """Return the chunks to which rows of a relation belong."""
        columns = {term.column: None for term in self.terms} | ({self.dated: None} if self.dated else {})
        rows = connection.execute(f"select distinct {names(columns)} from {relation}").to_arrow_table()
        schema = table.schema()
        values = [_partition_values(schema, term, rows[term.column].combine_chunks(), table) for term in self.terms] + [
            [self._month(day) for day in rows[self.dated].to_pylist()] if self.dated else [None] * rows.num_rows
        ]
        return set(zip(*values, strict=True))

    def chunk_of(self, schema: Schema, file: DataFile) -> Chunk | None:
        """Return the chunk of a file; None for one that holds several months where files are by month."""
        partition = tuple(file.partition[place] for place in range(len(self.terms)))
        found = bounds(schema, file, self.dated) if self.dated else None
        months = {self._month(day) for day in found} if found else {None}
        return (*partition, *months) if len(months) == 1 else None

    def _month(self, day: date | None) -> date | None:
        return day.replace(day=1) if day and self.open_since and day >= self.open_since else None


def _holds(term: str, column: str, span: str | None, value: object) -> str:
    """Return the condition that a term has a value; of a span of time also as a range, which skips row groups."""
    said = "null" if value is None else literal(str(value))
    condition = f"{term} is not distinct from {said}"
    if span is None or value is None:
        return condition
    return f"{condition} and {quote(column)} >= date {said} and {quote(column)} < date {said} + interval 1 {span}"


def _partition_values(schema: Schema, term: PartitionTerm, column: pa.Array, table: Table) -> list[object]:
    transform = next(f.transform for f in table.spec().fields if f.name == term.name)
    apply = transform.pyarrow_transform(schema.find_field(term.column).field_type)
    return list(apply(column).to_pylist())
