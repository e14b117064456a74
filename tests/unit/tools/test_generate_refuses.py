"""What generation cannot write it refuses, in one line that says what to do, and writes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from extract.contract import CONTRACT, Column
from tools.generate.columns import Contract, GenerateError
from tools.generate.project import plan, write

LEDGER: Contract = {
    "ledger": (Column("run_id", "varchar", "Run of `extract`.", "lineage"), Column("no", "bigint", "N."))
}
ROOT = Path(__file__).parents[3]
STAGING = Path("dbt_project/models/staging")
LISTS = {
    "__sources.yml": "text",
    "stg_racing_post__ledger.yml": "typed",
    "stg_racing_post__ledger.sql": "cast",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that asks for the lists of one small kind, and of the results that the macro needs."""
    for folder in (STAGING, Path("dbt_project/models/lake"), Path("macros/unit_tests")):
        (tmp_path / folder).mkdir(parents=True)
    for room in ("insights", "marts"):  # what the form marts, which are always written, name
        (tmp_path / "dbt_project/models" / room).mkdir()
        for path in (ROOT / "dbt_project/models" / room).glob("*.md"):
            shutil.copy(path, tmp_path / "dbt_project/models" / room)
    for name, shape in LISTS.items():
        sign = "--" if name.endswith("sql") else "#"
        text = "".join(f"  {sign} >>> {shape} columns of {kind}\n  {sign} <<<\n" for kind in ("ledger", "results"))
        (tmp_path / STAGING / name).write_text(text, encoding="utf-8")
    return tmp_path


CONTRACT_WITH_LEDGER: Contract = {"results": CONTRACT["results"], **LEDGER}


def test_a_new_kind_needs_only_its_marks(project: Path) -> None:
    write(project, plan(project, CONTRACT_WITH_LEDGER))
    assert plan(project, CONTRACT_WITH_LEDGER) == {}
    ledger = (project / STAGING / "stg_racing_post__ledger.sql").read_text(encoding="utf-8").partition("  -- <<<")[0]
    assert ledger.splitlines()[1:] == [
        "  ---------- lineage",
        "  nullif(source.run_id, '') as run_id,",
        "  ---------- content",
        "  cast(nullif(source.no, '') as bigint) as no,",
        "  ---------- partition",
        "  cast(source.scraped_on as varchar) as scraped_on",
    ]
    listed = (project / STAGING / "stg_racing_post__ledger.yml").read_text(encoding="utf-8")
    assert """  - {name: "no", data_type: bigint, description: "{{ doc('ledger__no') }}"}""" in listed


@pytest.mark.parametrize(("name", "shape"), LISTS.items())
def test_a_kind_that_no_model_lists_is_refused_with_the_lines_to_write(project: Path, name: str, shape: str) -> None:
    path = project / STAGING / name
    path.write_text(path.read_text(encoding="utf-8").replace("of ledger", "of results"), encoding="utf-8")
    with pytest.raises(GenerateError, match=f"No model lists the {shape} columns of ledger. Write two lines .*{name}"):
        plan(project, CONTRACT_WITH_LEDGER)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# >>> typed columns of leger\n# <<<\n", "asks for 'typed columns of leger', which there is not"),
        ("# >>> types columns of ledger\n# <<<\n", "Known are text, typed, kept, cast columns of results, ledger"),
        ("# >>> kept columns of ledger\n", "has no end of 'kept columns of ledger'; add a line with <<<"),
        ("# >>> kept columns of ledger\n# >>> kept columns of ledger\n# <<<\n", "has no end of"),
        ("columns:\n  # <<<\n", "has the end of a generated list without its beginning"),
    ],
)
def test_a_wrong_mark_is_refused(project: Path, text: str, message: str) -> None:
    (project / "dbt_project" / "models" / "wrong.yml").write_text(text, encoding="utf-8")
    with pytest.raises(GenerateError, match=f"wrong.yml.*{message}"):
        plan(project, CONTRACT_WITH_LEDGER)


def test_a_file_that_is_not_ours_is_not_overwritten(project: Path) -> None:
    (project / STAGING / "stg_racing_post__ledger.md").write_text("Our own notes.\n", encoding="utf-8")
    with pytest.raises(GenerateError, match="not ours; move it away"):
        plan(project, CONTRACT_WITH_LEDGER)


def test_a_description_that_dbt_would_read_as_jinja_is_refused(project: Path) -> None:
    braces: Contract = {**CONTRACT_WITH_LEDGER, "ledger": (Column("run_id", "varchar", "Run {{ x }}."),)}
    with pytest.raises(GenerateError, match="ledger__run_id has a brace"):
        plan(project, braces)


def test_a_table_s_column_without_a_type_is_refused(project: Path) -> None:
    yml = project / "dbt_project" / "models" / "lake" / "oddities.yml"
    yml.write_text("models:\n  - name: oddities\n    columns:\n      - {name: race_id}\n", encoding="utf-8")
    with pytest.raises(GenerateError, match="Column race_id of model oddities has no data_type"):
        plan(project, CONTRACT_WITH_LEDGER)


def test_a_broken_yml_file_is_named(project: Path) -> None:
    (project / "dbt_project" / "models" / "lake" / "oddities.yml").write_text("models: [\n", encoding="utf-8")
    with pytest.raises(GenerateError, match=r"lake/oddities\.yml is no YAML; mend it: while parsing"):
        plan(project, CONTRACT_WITH_LEDGER)


def test_the_descriptions_of_a_kind_that_is_no_more_are_removed(project: Path) -> None:
    write(project, plan(project, CONTRACT_WITH_LEDGER))
    for name in LISTS:
        path = project / STAGING / name
        path.write_text(path.read_text(encoding="utf-8").replace("of ledger", "of results"), encoding="utf-8")
    stale = plan(project, {"results": CONTRACT["results"]})
    assert stale[STAGING / "stg_racing_post__ledger.md"] is None
    write(project, stale)
    assert not (project / STAGING / "stg_racing_post__ledger.md").exists()
    assert plan(project, {"results": CONTRACT["results"]}) == {}
