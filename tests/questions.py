"""The questions in dbt_project/analyses, as their headers tell them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "dbt_project" / "analyses"
FORM: Final = {path.stem for path in (ROOT / "dbt_project" / "models" / "insights").glob("*.sql")}
PARTS: Final = ("Question", "Answer", "Caveats", "Vars", "Columns")


@dataclass(frozen=True)
class Question:
    """One file: what its header says, and its SQL."""

    name: str
    parts: dict[str, str]
    sql: str

    @property
    def columns(self) -> list[str]:
        """Names of the columns that the header promises, in order."""
        return [name.strip() for name in self.parts["Columns"].split(",")]

    @property
    def vars(self) -> set[str]:
        """Names of the variables that the header offers."""
        return set(re.findall(r"(\w+) \(", self.parts.get("Vars", "")))

    @property
    def needs_form(self) -> bool:
        """Whether it reads the form marts, which not every lake has."""
        return bool(FORM & set(re.findall(r"ref\('(\w+)'\)", self.sql)))


def read(path: Path) -> Question:
    """Read a file; its header is the comment that it begins with."""
    lines = path.read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("-- ")][
        : next(i for i, s in enumerate(lines) if s[:3] != "-- ")
    ]
    parts: dict[str, str] = {}
    for line in header:
        told = re.fullmatch(rf"-- ({'|'.join(PARTS)}): (.*)", line)
        if told:
            parts[told[1]] = told[2]
        else:
            parts[list(parts)[-1]] += " " + line.removeprefix("--").strip()
    return Question(path.stem, parts, "\n".join(lines[len(header) :]))


def compiled(target: Path) -> dict[str, str]:
    """Return the SQL of every question that dbt compiled into a target folder, by name."""
    folder = target / "compiled" / "racing_lakehouse" / "dbt_project" / "analyses"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.sql"))}


QUESTIONS: Final = {path.stem: read(path) for path in sorted(FOLDER.rglob("*.sql"))}
WITHOUT_FORM: Final = {name: question for name, question in QUESTIONS.items() if not question.needs_form}
