"""Every question in dbt_project/analyses says what it asks, how to read its answer, and what it takes."""

from __future__ import annotations

import re

import pytest

from tests.questions import QUESTIONS, ROOT, Question
from tests.unit.dbt.conftest import Parsed

MACRO_VARS = {"asked_day": {"day"}, "in_last_days": {"day", "days"}}
"""What the macros that questions call take from --vars."""


def test_there_are_many_questions() -> None:
    assert len(QUESTIONS) >= 15


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_header_is_whole(question: Question) -> None:
    assert [part for part in question.parts if part != "Vars"] == ["Question", "Answer", "Caveats", "Columns"]
    assert question.parts["Question"].endswith("?")
    assert len(question.columns) == len(set(question.columns)) > 1
    assert all(re.fullmatch(r"[a-z_]+", name) for name in question.columns)
    assert max(map(len, question.sql.splitlines())) <= 120


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_header_offers_the_variables_that_the_sql_takes(question: Question) -> None:
    taken = set(re.findall(r"\bvar\(['\"](\w+)", question.sql))
    for macro, names in MACRO_VARS.items():
        taken |= names if macro in question.sql else set()
    assert question.vars == taken


def test_every_question_is_in_the_manifest_and_its_exposure_names_what_they_read(parsed: Parsed) -> None:
    analyses = {node["name"]: node for node in parsed.nodes("analysis")}
    assert analyses.keys() == QUESTIONS.keys()
    read = {model for node in analyses.values() for model in node["depends_on"]["nodes"]}
    exposure = parsed.manifest["exposures"]["exposure.racing_lakehouse.questions_people_ask"]
    assert set(exposure["depends_on"]["nodes"]) == read


def test_the_readme_leads_to_the_questions() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "dbt_project/analyses" in readme
    named = re.findall(r"dbt show --select (\w+)", readme)
    assert named
    assert set(named) <= QUESTIONS.keys()
