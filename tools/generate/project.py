"""The dbt project as it should be, and where it differs from that."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from tools.generate import files, form_files
from tools.generate.blocks import fill, lists_in
from tools.generate.columns import ORIGIN, Contract, GenerateError
from tools.generate.described import tables
from tools.generate.dictionary import dictionary

MODELS: Final = Path("dbt_project/models")
MACROS: Final = Path("macros")
DICTIONARY: Final = Path("docs/dictionary.md")

Plan = dict[Path, str | None]
"""Files that are not as they should be, relative to the root, and the text they should have; None: none at all."""


def plan(root: Path, contract: Contract) -> Plan:
    """Compare a project with the contract.

    Args:
        root: folder with `dbt_project/` and `macros/`.
        contract: the columns of every kind of staged file.

    Raises:
        GenerateError: a mark or a hand-written file stands in the way; the message says what to do.
    """
    expected = _whole_files(root, contract) | form_files.files() | _filled_files(root, contract)
    expected[MACROS / "unit_tests" / "fixture_columns.sql"] = files.fixture_columns(_tables(root, expected), contract)
    expected[DICTIONARY] = dictionary(tables(root, expected))
    stale: Plan = {path: text for path, text in sorted(expected.items()) if _read(root / path) != text}
    return stale | dict.fromkeys(_left_over(root, expected))


def write(root: Path, stale: Plan) -> None:
    """Make the files as the plan says."""
    for path, text in stale.items():
        if text is None:
            (root / path).unlink()
        else:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")


def _whole_files(root: Path, contract: Contract) -> dict[Path, str]:
    expected = {
        MODELS / "staging" / f"stg_racing_post__{kind}.md": files.dictionary(kind, contract) for kind in contract
    }
    expected[MACROS / "result_columns.sql"] = files.result_columns(contract)
    for path in expected:
        found = _read(root / path)
        if found is not None and files.HEADER not in found.partition("\n")[0]:
            raise GenerateError(f"{path} is to be written, but what is there is not ours; move it away.")
    return expected


def _filled_files(root: Path, contract: Contract) -> dict[Path, str]:
    texts = {
        path.relative_to(root): path.read_text(encoding="utf-8")
        for path in sorted((root / MODELS).rglob("*"))
        if path.suffix in {".yml", ".sql"}
    }
    marked = {path: text for path, text in texts.items() if " >>> " in text or " <<<" in text}
    filled = {path: fill(text, contract, str(path)) for path, text in marked.items()}
    asked_for = set().union(*(lists_in(text) for text in filled.values()))
    for kind in contract:
        for shape, home in (
            ("text", "__sources.yml"),
            ("typed", f"stg_racing_post__{kind}.yml"),
            ("cast", f"stg_racing_post__{kind}.sql"),
        ):
            if f"{shape} columns of {kind}" not in asked_for:
                sign = "--" if home.endswith("sql") else "#"
                raise GenerateError(
                    f"No model lists the {shape} columns of {kind}. Write two lines where they belong in "
                    f"{MODELS / 'staging' / home}: {sign} >>> {shape} columns of {kind}, {ORIGIN}; and: {sign} <<<"
                )
    return filled


def _tables(root: Path, expected: dict[Path, str]) -> dict[str, Any]:
    """Return the yml entry of every model in lake, as its file will be."""
    tables: dict[str, Any] = {}
    for path in sorted((root / MODELS / "lake").glob("*.yml")):
        text = expected.get(path.relative_to(root)) or path.read_text(encoding="utf-8")
        try:
            content = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise GenerateError(
                f"{path.relative_to(root)} is no YAML; mend it: {' '.join(str(error).split())}"
            ) from error
        tables |= {model["name"]: model for model in content.get("models", [])}
    return tables


def _left_over(root: Path, expected: dict[Path, str]) -> list[Path]:
    """Return the files that were written whole once, for something that is no more."""
    found = [*(root / MODELS).rglob("*.md"), *(root / MACROS).rglob("*.sql")]
    ours = [path.relative_to(root) for path in found if files.HEADER in (_read(path) or "").partition("\n")[0]]
    return sorted(path for path in ours if path not in expected)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
