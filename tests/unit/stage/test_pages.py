"""Stored pages: damaged ones are told, unknown ones are kept apart and bounded."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.errors import ExtractError, StagingError, UsageError
from extract.run.replay import replay_request
from extract.stage import layout, pages, unknown_pages
from extract.stage.pages import PageStore
from extract.stage.storage import open_storage
from extract.stage.unknown_pages import UnknownPages
from tests.conftest import examples
from tests.unit.stage.staged import DAY, RUN

PAGE = layout.page_path("gb", DAY, 7, RUN.run_id)
INDEX = layout.index_page_path(DAY, RUN.run_id)
ADDRESS = "/results/90/somewhere-aw/2025-11-11/7"
BAD: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[:-5],
    "cut in its header": lambda data: data[:6],
    "garbage": lambda data: b"this is not gzip",
    "a byte changed": lambda data: data[:15] + bytes([data[15] ^ 255]) + data[16:],
    "bytes added": lambda data: data + b"x",
    "a second member": lambda data: data + data,
}


@pytest.mark.parametrize("damage", BAD)
def test_a_damaged_page_is_told_by_its_name_with_what_to_do(tmp_path: Path, damage: str) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    store.save(PAGE, random.Random(7).randbytes(100))
    (tmp_path / PAGE).write_bytes(BAD[damage]((tmp_path / PAGE).read_bytes()))
    with pytest.raises(StagingError, match=rf"{PAGE} .*from a backup, or remove it and scrape its date again"):
        store.load(PAGE)


def test_a_page_never_grows_beyond_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    monkeypatch.setattr(pages, "LARGEST", 1000)
    (tmp_path / PAGE).parent.mkdir(parents=True)
    (tmp_path / PAGE).write_bytes(gzip.compress(bytes(10**6)))
    with pytest.raises(StagingError, match="holds more than 1000 bytes"):
        store.load(PAGE)
    store.save(INDEX, bytes(1000))
    assert store.load(INDEX) == bytes(1000)
    with pytest.raises(StagingError, match="at most 1000 are kept"):
        store.save(layout.page_path("gb", DAY, 8, RUN.run_id), bytes(1001))


@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), place=st.integers(0, 200), byte=st.binary(max_size=4))
def test_no_bytes_make_a_traceback(tmp_path: Path, data: bytes, place: int, byte: bytes) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    good = gzip.compress(data, mtime=0)
    at = place % len(good)
    (tmp_path / PAGE).parent.mkdir(parents=True, exist_ok=True)
    for content in (data, good[:at] + byte + good[at + 1 :]):
        (tmp_path / PAGE).write_bytes(content)
        try:
            loaded = store.load(PAGE)
        except ExtractError:
            continue
        assert loaded == data


def test_strays_among_the_pages_are_passed_over(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    store = PageStore(storage)
    for path in (PAGE, INDEX):
        store.save(path, b"{}")
    UnknownPages(storage).keep(RUN.run_id, ADDRESS, b"<html>")
    folder = tmp_path / layout.page_folder("gb", DAY)
    for name in (
        ".DS_Store",
        "._7",
        "notes.txt",
        "7_yesterday.json.gz",
        "8_20251399T000000000000Z.json.gz",
        "9.json.gz",
    ):
        (folder / name).write_bytes(b"")
    (folder / f"9_{RUN.run_id}.json.gz").mkdir()
    (tmp_path / "pages" / "country=gb" / "date=someday").mkdir()
    (tmp_path / "pages" / "country=gb" / "date=someday" / f"7_{RUN.run_id}.json.gz").write_bytes(b"")
    (tmp_path / "pages" / "readme.txt").write_text("")
    assert store.latest("gb", DAY) == {"7": PAGE}
    assert store.slices() == {(DAY, "gb"), (DAY, "all")}
    assert replay_request(storage, None, None, None).selection.slices == [(DAY, "gb")]


def test_an_unknown_page_is_kept_raw_and_found_by_its_address(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    kept = UnknownPages(storage)
    body = b"<html>\xff a new layout</html>"
    path = kept.keep(RUN.run_id, ADDRESS, body)
    assert path is not None
    assert gzip.decompress((tmp_path / path).read_bytes()) == body
    later = layout.Run.of("20251119T060000000000Z").run_id
    kept.keep(later, ADDRESS, b"another")
    page = kept.newest(ADDRESS)
    assert page is not None
    assert (page.run_id, page.address, page.is_cut, kept.load(page)) == (later, ADDRESS, False, b"another")
    assert [item.run_id for item in kept.list()] == [RUN.run_id, later]
    assert kept.newest("/elsewhere") is None
    with pytest.raises(UsageError, match="No page is stored"):
        replay_request(storage, None, None, None)


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unknown_pages, "LARGEST", 10)
    monkeypatch.setattr(unknown_pages, "MOST", 5)
    kept = UnknownPages(open_storage(str(tmp_path)))
    first = kept.keep(RUN.run_id, "/0", b"0123456789abc")
    assert kept.keep(RUN.run_id, "/0", b"what came on the second try") == first
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda n: kept.keep(RUN.run_id, f"/{n}", b"x"), range(1, 20)))
    assert sum(path is not None for path in paths) == 4
    listed = kept.list(RUN.run_id)
    assert len(listed) == 5
    (cut,) = [page for page in listed if page.is_cut]
    assert (cut.address, kept.load(cut)) == ("/0", b"0123456789")


@pytest.mark.parametrize("address", ["", "/", "/a b?c=d&e=%2F#x", "/../../etc/passwd", "/ü/日本", "/" + "x" * 5000])
def test_any_address_is_a_file_name(tmp_path: Path, address: str) -> None:
    kept = UnknownPages(open_storage(str(tmp_path)))
    assert kept.keep(RUN.run_id, address, b"body")
    (page,) = kept.list()
    assert kept.load(page) == b"body"
    assert address.startswith(page.address) or address == ""
    assert [path.parent.name for path in tmp_path.rglob("*.gz")] == [f"run={RUN.run_id}"]


def test_a_damaged_unknown_page_is_told(tmp_path: Path) -> None:
    kept = UnknownPages(open_storage(str(tmp_path)))
    path = kept.keep(RUN.run_id, ADDRESS, b"body")
    (tmp_path / str(path)).write_bytes(b"\x1f\x8b")
    with pytest.raises(StagingError, match=r"is cut.*extract --from"):
        kept.load(kept.list()[0])


def test_dates_of_pages_are_dates() -> None:
    assert pages.place_of(PAGE) == (date(2025, 11, 11), "gb", "7", RUN.run_id)
    assert pages.place_of(PAGE.replace("2025-11-11", "2025-13-41")) is None
