"""What the yml files of the dbt project say of its tables, with doc blocks filled in; read without dbt, in a blink."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from tools.generate.columns import GenerateError

FOLDER: Final = Path("dbt_project")
BLOCK: Final = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
NAMED: Final = re.compile(r"{{ *doc\('(\w+)'\) *}}")
GRAIN: Final = re.compile(r"(One row per .*?)(?:[.;:](?= |$)|$)")

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Link:
    """A column that names a row of another table, as a relationships test proves."""

    child: str
    column: str
    parent: str
    parent_column: str


@dataclass(frozen=True)
class Table:
    """A model or seed."""

    name: str
    folder: str
    description: str
    columns: list[dict[str, Any]]
    key: tuple[str, ...] = ()
    links: list[Link] = field(default_factory=list)

    @property
    def grain(self) -> str:
        """What one row is.

        Raises:
            GenerateError: the description does not say.
        """
        found = GRAIN.search(self.description)
        if found is None:
            raise GenerateError(f"The description of {self.name} does not say its grain; add 'One row per …'.")
        return found[1]


def tables(root: Path, expected: Mapping[Path, str | None]) -> list[Table]:
    """Return every model and seed of the project, in order of folder and name.

    Args:
        root: folder with `dbt_project/`.
        expected: texts that files will have, where they are to be written, by path relative to the root.

    Raises:
        GenerateError: a file is no YAML, or names a doc block that there is not.
    """
    texts = {
        path.relative_to(root): path.read_text(encoding="utf-8")
        for path in sorted((root / FOLDER).rglob("*"))
        if path.suffix in {".yml", ".md"}
    } | {path: text for path, text in expected.items() if text is not None and path.is_relative_to(FOLDER)}
    blocks = {
        name: " ".join(text.split())
        for path, content in texts.items()
        if path.suffix == ".md"
        for name, text in BLOCK.findall(content)
    }
    found = [
        _table(entry, path, blocks)
        for path, text in texts.items()
        if path.suffix == ".yml" and re.search(r"^(models|seeds):", text, re.MULTILINE)
        for entry in _entries(path, text)
    ]
    return sorted(found, key=lambda table: (table.folder, table.name))


def _entries(path: Path, text: str) -> Iterator[dict[str, Any]]:
    try:
        content = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader either way
    except yaml.YAMLError as error:
        raise GenerateError(f"{path} is no YAML; mend it: {' '.join(str(error).split())}") from error
    for kind in ("models", "seeds"):
        yield from content.get(kind) or []


def _table(entry: Mapping[str, Any], path: Path, blocks: Mapping[str, str]) -> Table:
    name = str(entry["name"])

    def block(found: re.Match[str]) -> str:
        if found[1] not in blocks:
            raise GenerateError(f"{path} names the doc block '{found[1]}', which there is not; correct the name.")
        return blocks[found[1]]

    def filled(text: object) -> str:
        return " ".join(NAMED.sub(block, str(text or "")).split())

    columns = [{**column, "description": filled(column.get("description"))} for column in entry.get("columns") or []]
    tests = list(_tests(entry))
    keys = [said["columns"] for test, said in tests if test == "unique_combination"]
    keys += [[said["column_name"]] for test, said in tests if test == "unique"]
    links = [_link(name, said) for test, said in tests if test == "relationships"]
    return Table(name, path.parts[1] if len(path.parts) == 3 else path.parts[2], filled(entry.get("description")),
                 columns, tuple(keys[0]) if keys else (), links)  # fmt: skip


def _tests(entry: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and arguments of every generic test of a table and of its columns."""
    places: list[tuple[dict[str, Any], Mapping[str, Any]]] = [({}, entry)] + [
        ({"column_name": column["name"]}, column) for column in entry.get("columns") or []
    ]
    for given, place in places:
        for test in place.get("data_tests") or []:
            named = {test: {}} if isinstance(test, str) else test
            kind = named.get("test_name") or next(iter(named))
            said = named if "test_name" in named else named[kind] or {}
            yield str(kind), given | (said.get("arguments") or {})


def _link(child: str, said: Mapping[str, Any]) -> Link:
    parent = re.sub(r"^ref\(['\"](\w+)['\"]\)$", r"\1", str(said["to"]))
    return Link(child, str(said["column_name"]), parent, str(said["field"]))
