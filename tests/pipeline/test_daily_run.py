"""The daily run, whole: scrape, build, again, later, rebuilt. One warehouse, step after step, in the order of the file."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from extract.source.sample import World
from lake.cli.app import lake as lake_command
from tests.pipeline.conftest import LISTS, ROOT, TABLES, Project, Truth, truth
from tests.pipeline.page import check_page
from tests.questions import QUESTIONS, WITHOUT_FORM, compiled

FIRST, LAST = date(2025, 4, 11), date(2025, 4, 17)
MORNING, LATER = datetime(2025, 4, 18, 6, tzinfo=UTC), datetime(2025, 4, 21, 6, tzinfo=UTC)
RATINGS = ["official_rating", "rpr", "topspeed"]


def as_truth(frame: pd.DataFrame) -> dict[tuple[int, int], tuple[object, ...]]:
    columns = ["race_id", "horse_id", "outcome_code", *RATINGS, "ran"]
    rows = frame[columns].astype(object).where(frame[columns].notna(), None).itertuples(index=False)
    return {(row[0], row[1]): tuple(int(v) if isinstance(v, float) else v for v in row[2:]) for row in rows}


@pytest.fixture(scope="module")
def before(world: World) -> Truth:
    return truth(world, FIRST, LAST, MORNING)


@pytest.fixture(scope="module")
def after(world: World) -> Truth:
    return truth(world, FIRST, LAST, LATER)


def test_the_week_is_one_that_proves_something(before: Truth, after: Truth) -> None:
    """Runners vanish, races turn void or leave the index, results are amended, ratings arrive."""
    gone = before.runners.keys() - after.runners.keys()
    assert {race for race in before.races if race not in after.races}
    assert {race for race, said in after.races.items() if said[0] == "void" and before.races[race][0] == "result"}
    assert any(key[0] in after.races and after.races[key[0]][0] == "result" for key in gone)
    known = [sum(said[2] is not None for said in seen.runners.values()) for seen in (before, after)]
    assert known[1] > known[0] + 500


def test_first_build_holds_what_the_world_says(project: Project, before: Truth) -> None:
    project.scrape(FIRST, LAST, MORNING)
    project.build()
    assert as_truth(project.frame("results")) == before.runners
    assert project.snapshots() == dict.fromkeys(TABLES, 1)
    races = project.frame("scraped_races")
    assert dict(zip(races["race_id"], races["status"], strict=True)) == {
        race: said[0] for race, said in before.races.items()
    }


def test_building_again_makes_no_snapshot_and_warns_of_nothing(project: Project) -> None:
    said = project.run("dbt", "build").stdout
    assert re.search(r"PASS=\d+ WARN=0 ERROR=0", said), said
    assert "WARN" not in said.replace("WARN=0", "")
    assert project.snapshots() == dict.fromkeys(TABLES, 1)


def test_the_same_scrape_again_makes_no_snapshot(project: Project) -> None:
    project.scrape(FIRST, LAST, MORNING)
    project.build()
    assert project.snapshots() == dict.fromkeys(TABLES, 1)


def test_a_later_scrape_makes_one_snapshot_with_the_world_s_counts(
    project: Project, before: Truth, after: Truth
) -> None:
    project.scrape(FIRST, LAST, LATER)
    project.build()
    assert project.snapshots() == dict.fromkeys(TABLES, 2)
    assert as_truth(project.frame("results")) == after.runners
    inserted = after.runners.keys() - before.runners.keys()
    deleted = before.runners.keys() - after.runners.keys()
    updated = {key for key in before.runners.keys() & after.runners.keys() if before.runners[key] != after.runners[key]}
    assert project.summary("results") == {"inserted": len(inserted), "updated": len(updated), "deleted": len(deleted)}
    assert project.summary("result_versions") == {
        "inserted": len(inserted | updated | deleted),
        "updated": 0,
        "deleted": 0,
    }


def test_the_run_history_says_what_each_run_did_to_each_slice(project: Project, before: Truth, after: Truth) -> None:
    asked = """select run_id, sum(rows_new), sum(rows_corrected), sum(rows_gone), sum(rows_moved_in - rows_moved_out)
        from racing.run_history group by run_id order by run_id"""
    with duckdb.connect(str(project.folder / "warehouse" / "lake.duckdb"), read_only=True) as con:
        first, *later = con.execute(asked).fetchall()
        last = con.execute(
            "select country, race_date, arg_max(rows_after, run_id) from racing.run_history group by all"
        ).fetchall()
    assert first[1:] == (len(before.runners), 0, 0, 0)
    log = project.frame("result_versions").query("run_id != @first[0]")["change"].value_counts()
    told = [sum(run[number] for run in later) for number in (1, 2, 3, 4)]
    assert told == [*(log.get(change, 0) for change in ("insert", "update", "delete")), 0]
    assert len(before.runners) + told[0] - told[2] == len(after.runners)
    now = project.frame("results").groupby(["country", "race_date"]).size()
    assert {(country, day): rows for country, day, rows in last if rows} == now.to_dict()


def test_every_number_of_the_page_is_the_lake_s(project: Project) -> None:
    said = project.run("lake", "report", "--to", str(project.folder / "page.html")).stdout
    assert project.run("lake", "check").stdout.splitlines()[-1] in said
    with duckdb.connect(str(project.folder / "warehouse" / "lake.duckdb"), read_only=True) as con:
        check_page(project.folder / "page.html", con)


def test_what_was_known_on_the_morning_is_still_known(project: Project, before: Truth) -> None:
    versions = project.frame("result_versions")
    known = versions[versions["scraped_at"] < pd.Timestamp("2025-04-19")]
    last = known.groupby(["race_id", "horse_id"]).tail(1)
    assert as_truth(last[last["change"] != "delete"]) == before.runners


def test_time_travel_shows_the_table_of_the_morning(project: Project, before: Truth) -> None:
    first = project.table("results").snapshots()[0]
    then = project.table("results").scan(snapshot_id=first.snapshot_id).to_pandas()
    assert as_truth(then) == before.runners


def test_a_full_refresh_gives_the_same_rows(project: Project) -> None:
    kept = {name: project.frame(name).drop(columns="loaded_at") for name in ("results", "result_versions")}
    project.build("--full-refresh")
    for name, frame in kept.items():
        pd.testing.assert_frame_equal(frame, project.frame(name).drop(columns="loaded_at"))
    assert project.snapshots() == dict.fromkeys(TABLES, 3)


def test_lake_shows_asks_and_goes_back(project: Project, before: Truth, after: Truth) -> None:
    assert str(len(after.runners)) in project.run("lake", "status").stdout
    entries = project.run("lake", "history", "results").stdout.splitlines()
    assert len(entries) == 4
    first = entries[1].split()[0]
    count = ("lake", "query", "--output", "csv", "select count(*) as n from racing.results")
    project.run("lake", "rollback", "results", "--to", first, "--yes")
    assert project.run(*count).stdout.split() == ["n", str(len(before.runners))]
    project.build()
    assert project.run(*count).stdout.split() == ["n", str(len(after.runners))]
    assert project.run(*count[:-1], "select count(*) as n from results").stdout.split()[1] == str(len(after.runners))
    assert "no Iceberg table" in project.run("lake", "history", "nothing", expect=2).stderr


def test_every_table_and_mart_is_published_for_people(project: Project, after: Truth) -> None:
    with duckdb.connect(str(project.folder / "warehouse" / "racing.duckdb"), read_only=True) as people:
        assert people.execute("select count(*) from racing.results").fetchall() == [(len(after.runners),)]
        assert people.execute("select count(*) from fct_runners").fetchall() == [(len(after.runners),)]
        names = {row[0] for row in people.execute("select view_name from duckdb_views() where not internal").fetchall()}
        for name in names:
            people.execute(f"from {name} limit 1").fetchall()
    with duckdb.connect(str(project.folder / "warehouse" / "lake.duckdb"), read_only=True) as lake:
        built = lake.execute("select view_name from duckdb_views() where schema_name = 'racing'").fetchall()
    assert names == {name for (name,) in built if not name.startswith("stg_")}


def test_the_hint_beside_each_table_names_the_catalog_s_metadata(project: Project) -> None:
    for name in (*TABLES, *LISTS):
        location = project.table(name).metadata_location
        folder, _, file = location.removeprefix("file://").rpartition("/")
        assert Path(folder, "version-hint.text").read_text(encoding="utf-8") == file.removesuffix(".metadata.json")


def test_the_readme_s_python_runs_as_it_stands(project: Project, after: Truth) -> None:
    snippet = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippet) == 1
    told = "print(len(frame), con.sql('select count(*) from results').fetchall()[0][0])"
    code = snippet[0].replace("2025-11-01", "2025-04-17") + told
    shown = project.run("python", "-c", code).stdout.split()
    assert int(shown[1]) == len(after.runners)
    assert 0 < int(shown[0]) < int(shown[1])


def test_the_readme_s_lake_commands_run_as_printed(project: Project) -> None:
    """One after the other, where the reader of `make demo` stands; the recipes of docs/reading.md need the export."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## Query it") : text.index("What is there:")]
    commands = [shlex.split(line, comments=True) for line in re.findall(r"^    (lake .*)$", section, re.MULTILINE)]
    assert {command[1] for command in commands} == {"query", "diff", "shell", "export", "status", "check", "report"}
    said: dict[str, str] = {}
    with pytest.MonkeyPatch.context() as there:
        there.chdir(project.folder)
        for name, value in project.environment.items():
            there.setenv(name, value)
        Path("form.sql").write_text("select horse from results limit 1; from day_status limit 1", encoding="utf-8")
        for command in commands:
            done = CliRunner().invoke(lake_command, command[1:], catch_exceptions=False)
            assert done.exit_code == 0, (command, done.output)
            said[" ".join(command[1:3])] = done.output
    assert 0 < int(said["query --as-of"].split()[-1]) < int(project.frame("results")["rpr"].notna().sum())
    assert {"day_status.xlsx", "export"} <= {path.name for path in project.folder.iterdir()}


def test_the_recipes_for_reading_run_as_they_stand(project: Project) -> None:
    text = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text[: text.index("## Written only")], re.DOTALL)
    assert len(blocks) == 3
    shown = project.run("python", "-c", "\n".join([*blocks, "print(len(frame), len(polar), table.num_rows)"])).stdout
    assert len(set(shown.split()[-3:])) == 1


def test_docs_are_generated_without_a_warning(project: Project) -> None:
    said = project.run("dbt", "docs", "generate", "--no-partial-parse", "--show-all-deprecations").stdout
    assert not re.search("warn|deprecat", said, re.IGNORECASE), said
    catalog = json.loads((project.folder / "target" / "catalog.json").read_text(encoding="utf-8"))
    manifest = json.loads((project.folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    for name, node in catalog["nodes"].items():
        assert node["columns"].keys() == manifest["nodes"][name]["columns"].keys(), name
    assert len(catalog["nodes"]) > 15


def test_every_question_is_answered(project: Project) -> None:
    asked = compiled(project.folder / "target")
    assert asked.keys() == QUESTIONS.keys()
    with duckdb.connect(str(project.folder / "warehouse" / "lake.duckdb"), read_only=True) as lake:
        for name, question in WITHOUT_FORM.items():
            answer = lake.execute(asked[name])
            assert [column[0] for column in answer.description or []] == question.columns, name
            assert answer.fetchall(), f"{name} has no answer"


def test_a_question_is_asked_with_variables_as_the_readme_says(project: Project) -> None:
    shown = project.run(
        "dbt", "--quiet", "show", "--select", "completeness_by_day", "--limit", "1", "--output", "json",
        "--vars", "{day: 2025-04-12, days: 1}",
    ).stdout  # fmt: skip
    assert '"race_date": "2025-04-12"' in shown
