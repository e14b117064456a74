"""Bring a table's schema and documentation in step with its model."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
from pyiceberg.table import Table, Transaction

from lake.errors import MergeRefused
from lake.iceberg.commit import schema_of


def append_columns(transaction: Transaction, table: Table, columns: pa.Schema, on_schema_change: str) -> None:
    """Follow dbt's `on_schema_change` for a merge: append new columns, ignore them, or fail.

    Raises:
        MergeRefused: the setting is `fail` and the columns differ, or it is one that a merge cannot honour.
    """
    known = {field.name for field in table.schema().fields}
    added = [field for field in schema_of(columns).fields if field.name not in known]
    missing = known - {field.name for field in columns}
    if on_schema_change == "fail" and (added or missing):
        names = ", ".join(sorted({field.name for field in added} | missing))
        raise MergeRefused(
            f"The model and {table.name()[-1]} differ in {names}. Set on_schema_change, or --full-refresh."
        )
    if on_schema_change == "sync_all_columns" and missing:
        raise MergeRefused(f"Columns {', '.join(sorted(missing))} left the model. Run dbt build --full-refresh.")
    if missing:
        raise MergeRefused(
            f"The model lacks {', '.join(sorted(missing))}. Keep the column, or run dbt build --full-refresh."
        )
    if on_schema_change in {"append_new_columns", "sync_all_columns"} and added:
        with transaction.update_schema() as update:
            for field in added:
                update.add_column(field.name, field.field_type, doc=field.doc)


def replace_columns(transaction: Transaction, table: Table, columns: pa.Schema) -> None:
    """Make the table's columns those of the model, for a full refresh.

    Raises:
        MergeRefused: a column changed to a type that Iceberg cannot promote to.
    """
    wanted = {field.name: field for field in schema_of(columns).fields}
    known = {field.name: field for field in table.schema().fields}
    if {name: field.field_type for name, field in wanted.items()} == {name: f.field_type for name, f in known.items()}:
        return
    try:
        with transaction.update_schema() as update:
            for name in known.keys() - wanted.keys():
                update.delete_column(name)
            for name, field in wanted.items():
                if name not in known:
                    update.add_column(name, field.field_type)
                elif known[name].field_type != field.field_type:
                    update.update_column(name, field_type=field.field_type)
    except ValueError as error:
        name = ".".join(table.name())
        raise MergeRefused(
            f"{name} cannot take the model's new types: {error}. Run `lake drop {name}`, then build."
        ) from error


def persist_docs(table: Table, comment: str | None, columns: Mapping[str, str]) -> None:
    """Write the model's descriptions into the table's metadata, if they changed. Makes no snapshot."""
    stale = {
        field.name: columns[field.name]
        for field in table.schema().fields
        if columns.get(field.name) and field.doc != columns[field.name]
    }
    new_comment = comment if comment and table.properties.get("comment") != comment else None
    if not stale and not new_comment:
        return
    with table.transaction() as transaction:
        if stale:
            with transaction.update_schema() as update:
                for name, text in stale.items():
                    update.update_column(name, doc=text)
        if new_comment:
            transaction.set_properties(comment=new_comment)
