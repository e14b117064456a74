"""The column lists between marks, in files that are otherwise written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import yaml

from extract.contract import Column
from tools.generate.columns import ORIGIN, PARTITION, Contract, GenerateError, kept_description, sql_type

MARK: Final = re.compile(r" *(?:#|--) >>> (?P<list>\w+ columns of \w+).*")
"""The line before a list, in a yml or a sql file; it names the list."""
END: Final = re.compile(r" *(?:#|--) <<<.*")


def fill(text: str, contract: Contract, where: str) -> str:
    """Return a file's text with every list between marks as the contract has it now.

    Raises:
        GenerateError: a mark names a list that there is not, or has no end.
    """
    lines = iter(text.splitlines())
    filled: list[str] = []
    for line in lines:
        filled.append(line)
        if mark := MARK.fullmatch(line):
            indent, sign = line[: len(line) - len(line.lstrip())], line.split()[0]
            filled[-1] = f"{indent}{sign} >>> {mark['list']}, {ORIGIN}"
            filled += [indent + item for item in _list(mark["list"], contract, where)]
            filled.append(_end_of(mark["list"], lines, where))
        elif END.fullmatch(line):
            raise GenerateError(f"{where} has the end of a generated list without its beginning; add or remove a mark.")
    return "".join(f"{line}\n" for line in filled)


def lists_in(text: str) -> set[str]:
    """Return the names of the lists that a file asks for."""
    return {mark["list"] for line in text.splitlines() if (mark := MARK.fullmatch(line))}


def _end_of(name: str, lines: Iterator[str], where: str) -> str:
    """Skip the list as it stands and return its last mark."""
    for line in lines:
        if END.fullmatch(line):
            return line
        if MARK.fullmatch(line):
            break
    raise GenerateError(f"{where} has no end of '{name}'; add a line with <<< after it.")


def _list(name: str, contract: Contract, where: str) -> list[str]:
    shape, _, _, kind = name.split()
    if shape not in SHAPES or kind not in contract:
        raise GenerateError(
            f"{where} asks for '{name}', which there is not. "
            f"Known are {', '.join(SHAPES)} columns of {', '.join(contract)}; correct the mark."
        )
    return SHAPES[shape](kind, contract[kind])


def _yml(column: Column, data_type: str, doc: str) -> str:
    name = column.name if yaml.safe_load(column.name) == column.name else f'"{column.name}"'
    return f"- {{name: {name}, data_type: {data_type}, description: \"{{{{ doc('{doc}') }}}}\"}}"


def _text(kind: str, columns: tuple[Column, ...]) -> list[str]:
    """For the sources: staged files hold nothing but text."""
    return [_yml(column, "varchar", f"{kind}__{column.name}") for column in (*columns, PARTITION)]


def _typed(kind: str, columns: tuple[Column, ...]) -> list[str]:
    """For the staging models."""
    return [_yml(column, sql_type(column), f"{kind}__{column.name}") for column in (*columns, PARTITION)]


def _kept(kind: str, columns: tuple[Column, ...]) -> list[str]:
    """For the tables that keep staged rows."""
    return [
        _yml(column, sql_type(column), f"{'kept_' if kept_description(column) else ''}{kind}__{column.name}")
        for column in columns
    ]


def _cast(kind: str, columns: tuple[Column, ...]) -> list[str]:
    """For the SQL of the staging models: everything from text to its type, an empty string to NULL."""
    lineage = [_cast_one(column) for column in columns if column.role == "lineage"]
    content = [_cast_one(column) for column in columns if column.role != "lineage"]
    partition = f"cast(source.{PARTITION.name} as varchar) as {PARTITION.name}"
    return ["---------- lineage", *lineage, "---------- content", *content, "---------- partition", partition]


def _cast_one(column: Column) -> str:
    value = f"nullif(source.{column.name}, '')"
    typed = value if column.type == "varchar" else f"cast({value} as {sql_type(column)})"
    return f"{typed} as {column.name},"


SHAPES: Final[dict[str, Callable[[str, tuple[Column, ...]], list[str]]]] = {
    "text": _text,
    "typed": _typed,
    "kept": _kept,
    "cast": _cast,
}
