"""`make generate` on a copy of the project: a column that is added to the contract reaches every file that names it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NEW_COLUMN = '    Column("stable_cat", "timestamp", "When the yard\'s cat was last seen, UTC.", "rating"),\n'
FILES_THAT_NAME_A_RESULT_COLUMN = {
    "dbt_project/models/lake/result_versions.yml",
    "dbt_project/models/lake/results.yml",
    "dbt_project/models/staging/__sources.yml",
    "dbt_project/models/staging/stg_racing_post__results.md",
    "dbt_project/models/staging/stg_racing_post__results.sql",
    "dbt_project/models/staging/stg_racing_post__results.yml",
    "docs/dictionary.md",
    "macros/result_columns.sql",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of all that generation reads."""
    for folder in ("dbt_project", "macros", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "extract").mkdir()
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "dictionary.md", tmp_path / "docs" / "dictionary.md")
    for name in ("__init__.py", "contract.py"):
        shutil.copy(ROOT / "extract" / name, tmp_path / "extract" / name)
    return tmp_path


def generate(project: Path, *options: str, expect: int = 0) -> tuple[set[str], str]:
    """Run the command in a process of its own, where the copied contract is the contract; return paths named and errors."""
    command = [sys.executable, "-m", "tools.generate", *options]
    done = subprocess.run(
        command, cwd=project, env={"PYTHONPATH": str(project)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == expect, done.stdout + done.stderr
    said = (done.stdout + done.stderr).splitlines()
    return {
        line.partition(": ")[2] for line in said if line.startswith(("stale", "written", "left", "removed"))
    }, done.stderr


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path} has {text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_column(project: Path) -> None:
    silks = '    Column("silk_url", "varchar", "Address of the silks picture.", "volatile"),\n'
    edit(project / "extract" / "contract.py", silks, silks + NEW_COLUMN)


def test_what_is_in_the_repository_is_not_stale() -> None:
    assert generate(ROOT, "--check") == (set(), "")


def test_an_added_column_makes_stale_and_then_reaches_every_file_that_lists_columns(project: Path) -> None:
    add_column(project)
    stale, errors = generate(project, "--check", expect=1)
    assert stale == FILES_THAT_NAME_A_RESULT_COLUMN
    assert errors.splitlines()[-1] == "Error: Not as extract/contract.py and the yml files say. Run: make generate"
    written, _ = generate(project)
    assert written == stale
    lists = {
        path: [line for line in (project / path).read_text().splitlines() if "stable_cat" in line] for path in written
    }
    kept = (
        """      - {name: stable_cat, data_type: timestamp(6), description: "{{ doc('kept_results__stable_cat') }}"}"""
    )
    meaning = "When the yard's cat was last seen, UTC"
    keeps = "; keeps its last known value when a later scrape finds none."
    assert lists == {
        "dbt_project/models/lake/result_versions.yml": [kept],
        "dbt_project/models/lake/results.yml": [kept],
        "dbt_project/models/staging/__sources.yml": [
            """          - {name: stable_cat, data_type: varchar, description: "{{ doc('results__stable_cat') }}"}"""
        ],
        "dbt_project/models/staging/stg_racing_post__results.md": [
            f"{{% docs results__stable_cat %}}{meaning}.{{% enddocs %}}",
            f"{{% docs kept_results__stable_cat %}}{meaning}{keeps}{{% enddocs %}}",
        ],
        "dbt_project/models/staging/stg_racing_post__results.sql": [
            "        cast(nullif(source.stable_cat, '') as timestamp(6)) as stable_cat,"
        ],
        "dbt_project/models/staging/stg_racing_post__results.yml": [
            """      - {name: stable_cat, data_type: timestamp(6), description: "{{ doc('results__stable_cat') }}"}"""
        ],
        "docs/dictionary.md": [
            f"| stable_cat | timestamp(6) | UTC | {meaning}{kept_too} |" for kept_too in (keeps, keeps, ".")
        ],
        "macros/result_columns.sql": ["        'stable_cat': 'timestamp(6)',"],
    }


def test_generating_again_changes_nothing(project: Path) -> None:
    add_column(project)
    generate(project)
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.suffix in {".yml", ".sql", ".md"}}
    assert generate(project) == (set(), "")
    assert generate(project, "--check") == (set(), "")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_check_writes_nothing(project: Path) -> None:
    add_column(project)
    before = {path: path.read_bytes() for path in project.rglob("*.*") if path.suffix in {".yml", ".sql", ".md"}}
    generate(project, "--check", expect=1)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("path", sorted(FILES_THAT_NAME_A_RESULT_COLUMN))
def test_an_edit_by_hand_of_what_is_generated_is_found_and_undone(project: Path, path: str) -> None:
    text = (project / path).read_text(encoding="utf-8")
    (project / path).write_text(text.replace("silk_url", "silk_uri"), encoding="utf-8")
    stale, _ = generate(project, "--check", expect=1)
    assert stale >= {path}
    generate(project)
    assert (project / path).read_text(encoding="utf-8") == text


def test_what_is_written_by_hand_around_a_list_stays(project: Path) -> None:
    yml = project / "dbt_project" / "models" / "lake" / "results.yml"
    edit(yml, "    data_tests:\n", "    # a remark of ours\n    data_tests:\n")
    assert generate(project, "--check") == (set(), "")
    add_column(project)
    generate(project)
    assert "    # a remark of ours\n" in yml.read_text(encoding="utf-8")


def test_a_new_table_gives_its_types_to_the_fixtures_of_unit_tests(project: Path) -> None:
    (project / "dbt_project" / "models" / "lake" / "oddities.yml").write_text(
        "models:\n  - name: oddities\n    description: One row per race.\n    columns:\n"
        "      - {name: race_id, data_type: bigint}\n",
        encoding="utf-8",
    )
    assert generate(project)[0] == {"docs/dictionary.md", "macros/unit_tests/fixture_columns.sql"}
    macro = (project / "macros" / "unit_tests" / "fixture_columns.sql").read_text(encoding="utf-8")
    assert "        'oddities': {\n            'race_id': 'bigint',\n        },\n" in macro
