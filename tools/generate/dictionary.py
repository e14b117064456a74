"""docs/dictionary.md: every table, its grain, and every column with type, unit and meaning; and how the tables meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tools.generate.described import Link, Table
from tools.generate.units import unit

HEADER: Final = "<!-- Do not edit: generated from the yml files of dbt_project by make generate. -->"
FOLDERS: Final = {
    "marts": "For analysts",
    "insights": "Form, as known that morning",
    "lake": "The tables",
    "seeds": "Lists kept by hand",
    "staging": "Staged files, typed",
}
"""Title of each folder's part, in order."""


def dictionary(tables: Sequence[Table]) -> str:
    """Return the whole file."""
    parts = [(title, [table for table in tables if table.folder == folder]) for folder, title in FOLDERS.items()]
    others = [table for table in tables if table.folder not in FOLDERS]
    parts = [(title, found) for title, found in [*parts, ("Others", others)] if found]
    lines = [
        HEADER,
        "",
        "# Dictionary",
        "",
        "Every table, what one row of it is, and every column. NULL means not known, never 0. Probabilities, rates and",
        "shares are between 0 and 1; profit is in stakes of 1; where the unit names a column, that holds the currency.",
        "Sources (schema `staging`) have the columns of the tables under *Staged files*, all as text.",
        "",
        *_contents(parts),
        "## How the tables meet",
        "",
        "Each line is a column that a test proves to name a row of the other table.",
        "",
        *entity_diagram(tables),
        "",
    ]
    for title, found in parts:
        lines += [f"## {title}", ""]
        for table in found:
            lines += [*_section(table), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def entity_diagram(tables: Sequence[Table]) -> list[str]:
    """Return a mermaid diagram of the tables that relationships tests connect, with their keys."""
    links = sorted({link for table in tables for link in table.links}, key=_order)
    met = {name for link in links for name in (link.child, link.parent)}
    lines = ["```mermaid", "erDiagram"]
    lines += [f"    {link.parent} ||--o{{ {link.child} : {link.column}" for link in links]
    for table in tables:
        if table.name in met:
            foreign = [link.column for link in links if link.child == table.name]
            lines += [f"    {table.name} {{", *_keys(table, foreign), "    }"]
    return [*lines, "```"]


def _keys(table: Table, foreign: Sequence[str]) -> Iterator[str]:
    for column in table.columns:
        name = column["name"]
        marks = [mark for mark, named in (("PK", table.key), ("FK", foreign)) if name in named]
        if marks:
            yield f"        {str(column['data_type']).partition('(')[0]} {name} {', '.join(marks)}"


def _order(link: Link) -> tuple[str, str, str]:
    return link.child, link.parent, link.column


def _contents(parts: Sequence[tuple[str, Sequence[Table]]]) -> list[str]:
    rows = [f"| [{table.name}](#{table.name}) | {table.grain} |" for _, found in parts for table in found]
    return ["| Table | Grain |", "|---|---|", *rows, ""]


def _section(table: Table) -> list[str]:
    rows = [
        [
            column["name"],
            column.get("data_type", ""),
            unit(table.name, column),
            column["description"].replace("|", "\\|"),
        ]
        for column in table.columns
    ]
    head = [f"### {table.name}", "", table.description, "", "| Column | Type | Unit | Meaning |", "|---|---|---|---|"]
    return head + [f"| {' | '.join(row)} |" for row in rows]
