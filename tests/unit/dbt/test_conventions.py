"""The rules of dbt-project-evaluator, as its pages tell them, on our manifest: what breaks one is listed, and docs/dbt.md says why.

Rules that test_described.py asks for already are left out: descriptions, access, contracts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.unit.dbt.conftest import ROOT, Parsed

Nodes = dict[str, dict[str, Any]]
HARD_CODED = re.compile(r"\b(?:from|join)\s+(\w+\.\w+)", re.IGNORECASE)
COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.DOTALL)
NO_KEY = {"rating_coverage", "rating_looks", "stg_racing_post__results", "stg_racing_post__withdrawals"}
"""Models without a key, or with one that may be partly NULL."""


class Graph:
    """Who reads whom, by name, among models, seeds and sources."""

    def __init__(self, parsed: Parsed) -> None:
        self.models: Nodes = {node["name"]: node for node in parsed.nodes("model")}
        self.tests = [node for node in parsed.nodes("test") if node.get("test_metadata")]
        self.sources = {f"source {source['name']}": source for source in parsed.manifest["sources"].values()}
        self.exposures = list(parsed.manifest["exposures"].values())
        self.parents = {
            name: {
                ("source " if parent.startswith("source.") else "") + parent.rpartition(".")[2]
                for parent in node["depends_on"]["nodes"]
            }
            for name, node in self.models.items()
        }
        self.children: dict[str, set[str]] = defaultdict(set)
        for name, parents in self.parents.items():
            for parent in parents:
                self.children[parent].add(name)

    def folder(self, name: str) -> str:
        return Path(self.models[name]["path"]).parts[0]

    def sources_of(self, name: str) -> set[str]:
        return self.parents[name] & set(self.sources)

    def views_below(self, name: str) -> int:
        """How many views stand one on the other under a model."""
        over = [self.views_below(p) + 1 for p in self.parents[name] if self.is_view(p)]
        return max(over, default=0)

    def is_view(self, name: str) -> bool:
        return name in self.models and self.models[name]["config"]["materialized"] == "view"


@pytest.fixture(scope="module")
def graph(parsed: Parsed) -> Graph:
    return Graph(parsed)


def test_every_key_is_promised_and_tested(graph: Graph) -> None:
    tested = {
        test["attached_node"].rpartition(".")[2]: test["test_metadata"]["kwargs"]["columns"]
        for test in graph.tests
        if test["test_metadata"]["name"] == "unique_combination"
        and not test["test_metadata"]["kwargs"].get("may_be_null")
    }
    promised = {
        name: constraint["columns"]
        for name, model in graph.models.items()
        for constraint in model["constraints"]
        if constraint["type"] == "primary_key"
    }
    assert len(promised) > 30
    assert promised == tested
    assert set(graph.models) - set(promised) == NO_KEY


def test_a_promised_key_says_nothing_in_a_build(graph: Graph) -> None:
    """No engine of ours enforces one, and the tests do: dbt need not warn of it on every build."""
    constraints = [said for model in graph.models.values() for said in model["constraints"]]
    assert [said for said in constraints if said["warn_unsupported"] or said["warn_unenforced"]] == []


def test_only_staging_reads_sources(graph: Graph) -> None:
    assert {name for name in graph.models if graph.sources_of(name)} == {
        name for name in graph.models if graph.folder(name) == "staging"
    }
    assert [
        name for name in graph.models if graph.folder(name) == "staging" and graph.parents[name] & set(graph.models)
    ] == []
    assert [name for name in graph.sources if not graph.children[name]] == []
    relations = [source["relation_name"] for source in graph.sources.values()]
    assert len(relations) == len(set(relations))


def test_models_that_read_two_sources(graph: Graph) -> None:
    several = {name for name in graph.models if len(graph.sources_of(name)) > 1}
    assert several == {"stg_racing_post__races", "stg_racing_post__results"}
    assert {name for name in graph.sources if len(graph.children[name]) > 1} == {"source slices"}


def test_nothing_is_read_by_a_name_written_out(graph: Graph) -> None:
    code = {name: COMMENT.sub("", model["raw_code"]) for name, model in graph.models.items()}
    assert {name: found for name, sql in code.items() if (found := HARD_CODED.findall(sql))} == {}
    assert HARD_CODED.findall("select * from racing.results join b.c on true") == ["racing.results", "b.c"]


def test_the_shape_of_the_graph(graph: Graph) -> None:
    leaves = {name for name in graph.models if not graph.children[name]}
    fans_out = {name for name in graph.models if len(graph.children[name] & leaves) > 3}
    assert fans_out == {
        "fct_runner_form", "int_runners_to_judge", "int_runs_as_known", "listed_races", "result_versions", "results",
        "slice_decisions",
    }  # fmt: skip
    assert {name for name, parents in graph.parents.items() if not parents} == {"dim_dates"}
    assert {name for name, parents in graph.parents.items() if len(parents) >= 7} == {"int_runs_as_known"}
    rejoined = {
        (parent, between)
        for parent in list(graph.children)
        for between in graph.children[parent]
        if len(graph.children[between]) == 1 and graph.children[between] <= graph.children[parent]
    }
    assert rejoined == {("slice_decisions", "settling_ages")}
    assert [name for name in graph.models if graph.views_below(name) > 4] == []


def test_names_and_places(graph: Graph) -> None:
    prefixes = {"staging": ("stg_",), "marts": ("fct_", "dim_"), "insights": ("fct_", "int_"), "lake": ("int_",)}
    unusual = {name for name in graph.models if not name.startswith(prefixes[graph.folder(name)])}
    assert {name for name in unusual if graph.folder(name) == "lake"} == {
        "listed_races", "result_versions", "results", "run_slices", "scraped_races", "slice_decisions",
    }  # fmt: skip
    assert {name for name in unusual if graph.folder(name) != "lake"} == {
        "corrections_daily", "day_status", "rating_coverage", "rating_looks", "rpscrape", "run_history", "settling_ages",
    }  # fmt: skip
    for name, model in graph.models.items():
        described_in = Path(model["patch_path"].partition("://")[2])
        assert described_in == Path(model["original_file_path"]).with_suffix(".yml"), name


def test_tests_and_freshness(graph: Graph) -> None:
    untested = set(graph.models) - {(test["attached_node"] or "").rpartition(".")[2] for test in graph.tests}
    assert untested == {"stg_racing_post__results"}
    fresh = {
        name for name, said in graph.sources.items() if said["freshness"] and said["freshness"]["warn_after"]["count"]
    }
    assert fresh == {"source slices"}
    assert {source["loader"] for source in graph.sources.values()} == {"extract"}


def test_what_exposures_read(graph: Graph) -> None:
    read = {node.rpartition(".")[2] for exposure in graph.exposures for node in exposure["depends_on"]["nodes"]}
    assert [name for name in read if graph.models[name]["access"] != "public"] == ["int_runners_to_judge"]
    assert {name for name in read if graph.is_view(name)} == {
        "day_status", "dim_horses", "fct_corrections", "fct_runners", "rating_coverage",
    }  # fmt: skip


def test_the_page_names_what_breaks_a_rule() -> None:
    page = (ROOT / "docs" / "dbt.md").read_text(encoding="utf-8")
    named = NO_KEY | {
        "dim_dates",
        "int_runs_as_known",
        "settling_ages",
        "slice_decisions",
        "fct_runner_form",
        "rpscrape",
    }
    assert [name for name in sorted(named) if f"`{name}`" not in page] == []
