"""Whatever bytes a staged file holds, each reader answers or raises an error of ours that names the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.contract import SLICES, names
from extract.errors import ExtractError
from extract.stage import layout
from extract.stage.dialect import render
from extract.stage.storage import open_storage
from extract.stage.strays import is_ours
from tests.conftest import examples
from tests.unit.stage.readers import READERS, REQUEST, stage_everything
from tests.unit.stage.staged import RUN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stage_everything(tmp_path / "staging")


FILES = [layout.slices_path(RUN), layout.races_path(RUN), layout.request_path(RUN.run_id)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(REQUEST)), inner, max_size=5),
    max_leaves=8,
)


def survive(folder: Path, path: str, content: bytes) -> None:
    """Every reader gives an answer or an error of ours on a file of that content."""
    file = folder / path
    before = file.read_bytes()
    file.write_bytes(content)
    storage = open_storage(str(folder))
    told = []
    try:
        for reader in READERS.values():
            try:
                reader(storage)
            except ExtractError as error:
                told.append(str(error))
    finally:
        file.write_bytes(before)
    assert all(path in text for text in told)


FUZZ = settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(path=st.sampled_from(FILES), content=st.binary(max_size=200))
def test_no_file_of_random_bytes_makes_a_traceback(folder: Path, path: str, content: bytes) -> None:
    survive(folder, path, content)


@FUZZ
@given(path=st.sampled_from(FILES), cuts=st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6)), max_size=4))
def test_no_mutated_file_makes_a_traceback(folder: Path, path: str, cuts: list[tuple[int, bytes]]) -> None:
    content = (folder / path).read_bytes()
    for place, new in cuts:
        at = place % (len(content) + 1)
        content = content[:at] + new + content[at + len(new) // 2 :]
    survive(folder, path, content)


@FUZZ
@given(value=JSON, key=st.sampled_from(sorted(REQUEST)))
def test_no_request_of_another_shape_makes_a_traceback(folder: Path, value: Any, key: str) -> None:
    survive(folder, FILES[2], json.dumps(value).encode())
    survive(folder, FILES[2], json.dumps(REQUEST | {key: value}).encode())


@FUZZ
@given(cells=st.lists(st.text(max_size=12), min_size=len(SLICES), max_size=len(SLICES)))
def test_no_values_make_a_traceback(folder: Path, cells: list[str]) -> None:
    survive(folder, FILES[0], render(names(SLICES), [[cell.encode(errors="replace").decode() for cell in cells]]))


@FUZZ
@given(st.text(max_size=80) | st.from_regex(r"(results|slices|pages/country=gb)/[a-z_=0-9TZ/.-]{0,60}"))
def test_no_path_makes_a_traceback(path: str) -> None:
    assert is_ours(path) in (True, False)


def test_deep_json_is_told(folder: Path) -> None:
    survive(folder, FILES[2], b"[" * 100_000)
    survive(folder, FILES[2], b'{"slices": [["2025-11-11", "gb"]], "course": 1e999}')
