"""The notebook as it is committed: small, executed, and without a word about the machine that executed it."""

from __future__ import annotations

import json
import re

from tests.questions import ROOT
from tests.unit.dbt.conftest import Parsed

PATH = ROOT / "docs" / "notebooks" / "first_look.ipynb"


def test_the_notebook_is_small_and_tells_no_paths() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert len(text) < 60_000
    assert not re.search(r"/(home|Users|root|tmp|work|usr|opt)/|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text)


def test_its_exposure_names_what_it_reads(parsed: Parsed) -> None:
    exposure = parsed.manifest["exposures"]["exposure.racing_lakehouse.first_look"]
    named = {node.rpartition(".")[2] for node in exposure["depends_on"]["nodes"]}
    assert named == set(re.findall(r"racing\.(\w+)", PATH.read_text(encoding="utf-8"))) - {"duckdb"}


def test_its_outputs_are_of_one_run_from_top_to_end_without_an_error() -> None:
    cells = [cell for cell in json.loads(PATH.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert {output["output_type"] for cell in cells for output in cell["outputs"]} == {"execute_result", "stream"}
    assert not [
        line
        for cell in cells
        for output in cell["outputs"]
        if output.get("name") == "stderr"
        for line in output["text"]
    ]
