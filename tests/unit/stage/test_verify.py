"""Whatever is done to a staged file afterwards is found, by the file's name, with what to do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.contract import RACES, SLICES, names
from extract.errors import StagingError, UsageError
from extract.stage import layout
from extract.stage.dialect import decode, encode, render
from extract.stage.storage import Storage, open_storage
from extract.stage.verify import require_good, verify_run, verify_runs
from tests.conftest import examples
from tests.unit.stage.staged import DAY, RUN, commit_run

RESULTS_FILE = layout.results_path(RUN, "gb", DAY)
FILES = {"results": RESULTS_FILE, "races": layout.races_path(RUN), "slices": layout.slices_path(RUN)}


def swap_columns(data: bytes) -> bytes:
    lines = [line.split(b",") for line in data.splitlines()]
    return b"".join(b",".join([*line[:2], line[3], line[2], *line[4:]]) + b"\n" for line in lines)


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "emptied": (lambda data: b"", "is empty"),
    "cut in its last line": (lambda data: data[:-9], "is cut"),
    "cut at a line's end": (lambda data: data[: data[:-1].rindex(b"\n") + 1], r"rows where|its own checksum|names no"),
    "saved with CRLF": (lambda data: data.replace(b"\n", b"\r\n"), "CRLF"),
    "one CRLF": (lambda data: data[:-1] + b"\r\n", "CRLF"),
    "saved with a byte order mark": (lambda data: b"\xef\xbb\xbf" + data, "byte order mark"),
    "columns swapped": (swap_columns, "has the column .* where .* belongs"),
    "a value edited": (lambda data: data.replace(b'"126"', b'"127"').replace(b'"result"', b'"failed"'), "was edited"),
    "bytes added": (lambda data: data + b"\n", r"\d of \d+ values|has \d+ rows where"),
    "a row twice": (lambda data: data + data.splitlines(keepends=True)[-1], r"rows where|own checksum"),
    "quotes dropped": (
        lambda data: data.replace(b'"2025-11-11"', b"2025-11-11"),
        "another program|not what was written",
    ),
    "not UTF-8": (lambda data: data.replace(b'"gb"', b'"\xff"'), "not UTF-8|not what was written"),
}


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    url = str(tmp_path / "staging") if request.param == "folder" else f"s3://{request.getfixturevalue('bucket')}/x"
    return open_storage(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    commit_run(open_storage(str(tmp_path)))
    return tmp_path


def check(folder: Path) -> list[str]:
    return [str(finding) for finding in verify_run(open_storage(str(folder)), RUN.run_id).findings]


def test_a_run_as_it_was_written_is_good(storage: Storage) -> None:
    commit_run(storage)
    found = verify_run(storage, RUN.run_id)
    assert (found.findings, found.unchecked) == ([], [])
    gb, ire = (layout.results_path(RUN, country, DAY) for country in ("gb", "ire"))
    assert set(found.sha256_by_file) == {gb, ire, FILES["races"], FILES["slices"]}
    assert found.sha256_by_file[gb] == sha256(storage.read(gb)).hexdigest()
    require_good([found])


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_every_damage_is_found(folder: Path, kind: str, damage: str) -> None:
    file, (change, says) = folder / FILES[kind], DAMAGE[damage]
    before = verify_run(open_storage(str(folder)), RUN.run_id).content_sha256
    data = file.read_bytes()
    if (changed := change(data)) == data:  # a slices file holds no weight and no race status
        changed = data.replace(b'"5"', b'"6"')
    assert changed != data
    file.write_bytes(changed)
    after = verify_run(open_storage(str(folder)), RUN.run_id)
    assert FILES[kind] in {finding.file for finding in after.findings}
    text = " ".join(str(finding) for finding in after.findings if finding.file == FILES[kind])
    assert re.search(says, text), text
    assert "from a backup" in text
    assert after.content_sha256 != before
    with pytest.raises(StagingError, match=FILES[kind]):
        require_good([after])


@pytest.mark.parametrize("kind", FILES)
def test_a_missing_file_is_found(storage: Storage, kind: str) -> None:
    commit_run(storage)
    lost = FILES[kind]
    if storage.url.startswith("s3://"):
        storage.client.delete_object(Bucket=storage.bucket, Key=storage.prefix + lost)  # type: ignore[attr-defined]
    else:
        (Path(storage.url) / lost).unlink()
    (finding,) = verify_run(storage, RUN.run_id).findings
    assert (finding.file, finding.fault) == (lost, "is missing")


def test_a_folder_in_a_file_s_place_is_a_missing_file(folder: Path) -> None:
    (folder / RESULTS_FILE).unlink()
    (folder / RESULTS_FILE).mkdir()
    assert check(folder) == [
        f"{RESULTS_FILE} is missing. Put the file back from a backup, or, if you changed it on purpose, say: extract "
        f"reseal {RUN.run_id}. If there is no backup, scrape its dates again and withdraw run "
        f"{RUN.run_id}."
    ]


def test_a_copy_beside_the_files_is_found_because_it_would_be_read_too(folder: Path) -> None:
    copy = RESULTS_FILE.replace(".csv", " copy.csv")
    shutil.copy(folder / RESULTS_FILE, folder / copy)
    assert check(folder) == [
        f"{copy} is not named by the run's slices file. Move it out of staging: whoever reads the folder reads it with "
        f"the run {RUN.run_id}."
    ]


def test_a_file_of_another_run_under_this_run_s_name_is_found(folder: Path) -> None:
    later = layout.Run.of("20251118T070000000000Z")
    for name in ("slices", "races"):
        source = folder / FILES[name]
        shutil.copy(source, source.with_name(f"{later.run_id}.csv"))
    found = verify_run(open_storage(str(folder)), later.run_id).findings
    assert {finding.file for finding in found} >= {layout.slices_path(later), layout.races_path(later)}
    assert all("name another run" in finding.fault or "as the results file" in finding.fault for finding in found)


def reseal(folder: Path, change: Callable[[dict[str, object]], None], columns: int = len(SLICES)) -> None:
    """Write the slices file anew as some other writer would, without or with a checksum that fits."""
    from extract.stage.seal import sealed

    path = folder / FILES["slices"]
    rows = decode(SLICES, path.read_bytes())
    for row in rows:
        change(row)  # type: ignore[arg-type]
    path.write_bytes(encode(SLICES, sealed(SLICES, rows)))
    if columns < len(SLICES):
        kept = [[str(row[name]) if row[name] is not None else "" for name in names(SLICES)[:columns]] for row in rows]
        path.write_bytes(render(names(SLICES)[:columns], kept))


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("races_listed", 3, "comes to 2 races_listed where the slices file counts 3 in gb 2025-11-11"),
        ("races_failed", 1, "comes to 0 races_failed where the slices file counts 1"),
        ("rows_staged", 4, "has 5 rows where 4 were written"),
        ("results_file", None, "counts 5 rows for gb 2025-11-11 and names no results file"),
        ("results_file", "../../etc/passwd", "names '../../etc/passwd' as the results file"),
        ("country", "ire", "names the slice ire 2025-11-11 2 times"),
        ("races_rows", 9, "has 3 rows where 9 were written"),
    ],
)
def test_figures_must_agree_with_the_rows(folder: Path, column: str, value: object, says: str) -> None:
    def change(row: dict[str, object]) -> None:
        if row["country"] == "gb" or column == "races_rows":
            row[column] = value

    reseal(folder, change)
    assert any(says in line for line in check(folder)), check(folder)


def test_a_run_of_an_older_version_is_checked_as_far_as_it_can_be(folder: Path) -> None:
    reseal(folder, lambda row: None, columns=names(SLICES).index("races_sha256"))
    found = verify_run(open_storage(str(folder)), RUN.run_id)
    assert found.findings == []
    assert found.unchecked == [
        f"{FILES['slices']} carries no checksum of its own",
        f"{FILES['races']} has no checksum in the slices file",
    ]
    races = folder / FILES["races"]
    races.write_bytes(encode(RACES, decode(RACES, races.read_bytes())[:-1]))
    assert "comes to 0 races_result where the slices file counts 1 in ire" in check(folder)[0]


def test_a_file_of_a_newer_version_says_update(folder: Path) -> None:
    path = folder / FILES["races"]
    rows = [line.split(b",") for line in path.read_bytes().splitlines()]
    path.write_bytes(b"".join(b",".join([*row, b'"weather"']) + b"\n" for row in rows))
    assert "update the project" in check(folder)[0]


def test_only_the_runs_asked_about_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = open_storage(str(folder))
    commit_run(storage, layout.Run.of("20251119T060000000000Z"))
    read: list[str] = []
    chunks = storage.chunks
    monkeypatch.setattr(storage, "chunks", lambda path: read.append(path) or chunks(path))
    assert [found.findings for found in verify_runs(storage, [RUN.run_id])] == [[]]
    assert len(read) == len(set(read)) == 4
    assert all(RUN.run_id in path for path in read)


def test_what_is_no_run_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="not a run id"):
        verify_run(open_storage(str(folder)), "yesterday")
    (finding,) = verify_run(open_storage(str(folder)), "20250101T000000000000Z").findings
    assert finding.fault == "is missing"


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(list(FILES)), place=st.integers(0, 10**6), byte=st.binary(min_size=0, max_size=3))
def test_no_change_of_bytes_is_missed_and_none_is_a_traceback(folder: Path, kind: str, place: int, byte: bytes) -> None:
    file = folder / FILES[kind]
    data = file.read_bytes()
    at = place % len(data)
    changed = data[:at] + byte + data[at + 1 :]
    try:
        file.write_bytes(changed)
        assert (check(folder) == []) == (changed == data)
    finally:
        file.write_bytes(data)


def test_of_some_slices_only_their_results_are_read_and_the_other_files_are_no_strays(folder: Path) -> None:
    def findings(only: set[tuple[str, str]]) -> list[str]:
        (found,) = verify_runs(open_storage(str(folder)), [RUN.run_id], only)
        return [finding.file for finding in found.findings]

    (folder / RESULTS_FILE).write_bytes((folder / RESULTS_FILE).read_bytes().replace(b'"126"', b'"127"'))
    assert findings({("ire", str(DAY))}) == []
    assert findings({("gb", str(DAY))}) == [RESULTS_FILE]
