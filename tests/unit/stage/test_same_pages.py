"""A page that is the same as an earlier one is stored once, and reads as if it were stored whole."""

from __future__ import annotations

import gzip
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.errors import StagingError
from extract.stage import layout
from extract.stage.gz import compress
from extract.stage.page_note import Note, Said
from extract.stage.pages import PageStore, StoredPage
from extract.stage.storage import Storage, open_storage
from extract.stage.strays import strays
from tests.conftest import examples
from tests.unit.stage.staged import DAY

RUNS = [f"2025111{number}T060000000000Z" for number in range(1, 5)]
PAGES = [layout.page_path("gb", DAY, 7, run_id) for run_id in RUNS]
TIMES = [datetime(2025, 11, number, 6, 5, tzinfo=UTC) for number in range(11, 15)]
SAID = Said("/results/90/somewhere/2025-11-11/7", "1.0", etag='W/"abc"')
PAYLOAD = random.Random(7).randbytes(3000)


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    where = f"s3://{request.getfixturevalue('bucket')}/staging" if request.param == "s3" else tmp_path
    return open_storage(str(where))


def save(
    store: PageStore, number: int, payload: bytes = PAYLOAD, said: Said | None = SAID, *, is_unchanged: bool = False
) -> StoredPage:
    earlier = store.read(PAGES[number - 1]) if number else None
    store.save(PAGES[number], payload, TIMES[number], said=said, earlier=earlier, is_unchanged=is_unchanged)
    found = store.read(PAGES[number])
    assert found is not None
    return found


def test_each_page_keeps_its_time_and_the_first_holds_the_payload(storage: Storage) -> None:
    store = PageStore(storage)
    for number in range(3):
        is_unchanged = number == 2
        had_by = RUNS[min(number, 1)]  # the second was sent, and came to the same; the third was not sent
        found = save(store, number, is_unchanged=is_unchanged)
        assert found == StoredPage(PAYLOAD, TIMES[number], PAGES[0], had_by, SAID)
    changed = save(store, 3, b"changed", None)
    assert changed == StoredPage(b"changed", TIMES[3], PAGES[3], RUNS[3], None)
    sizes = [len(storage.read(path)) for path in PAGES]
    assert sizes[0] > 3000 > 500 > max(sizes[1:])
    assert store.latest("gb", DAY) == {"7": PAGES[3]}
    assert store.latest("gb", DAY, RUNS[2:]) == {"7": PAGES[1]}
    assert strays(storage) == []


def test_a_page_that_came_back_to_what_it_was_is_stored_anew_beside_a_change(tmp_path: Path) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    for number, payload in enumerate((b"one", b"two", b"one", b"one")):
        held = save(store, number, payload)
        assert (held.payload, held.held_by) == (payload, PAGES[min(number, 2)])


def test_anybody_can_read_a_page_file(tmp_path: Path) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    save(store, 0)
    save(store, 1)
    assert gzip.decompress((tmp_path / PAGES[0]).read_bytes()) == PAYLOAD
    assert json.loads(gzip.decompress((tmp_path / PAGES[1]).read_bytes())) == {"same_as": PAGES[0]}


def test_pages_of_another_race_and_those_of_older_versions_are_taken_as_they_are(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path))
    store = PageStore(storage)
    storage.write_new(PAGES[0], compress(PAYLOAD, TIMES[0]))  # as older versions wrote it
    old = store.read(PAGES[0])
    assert old == StoredPage(PAYLOAD, TIMES[0], PAGES[0], RUNS[0], None)
    assert save(store, 1).held_by == PAGES[0]
    other = layout.page_path("gb", DAY, 8, RUNS[1])
    store.save(other, PAYLOAD, TIMES[1], earlier=old)
    assert store.read(other) == StoredPage(PAYLOAD, TIMES[1], other, RUNS[1], None)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda place: place.unlink(), f"is the same as {PAGES[0]}, which is missing"),
        (lambda place: place.write_bytes(place.read_bytes()[:-9]), f"is the same as {PAGES[0]}, which is cut"),
        (lambda place: place.write_bytes(compress(b"another")), "is not what was stored: its SHA-256 differs"),
        (
            lambda place: place.write_bytes(compress(b"", comment=Note(None, PAGES[2], "0").text())),
            f"is the same as {PAGES[0]}, which holds no page",
        ),
    ],
)
def test_where_the_file_with_the_payload_is_gone_or_another_the_page_is_damaged(
    tmp_path: Path, spoil: object, told: str
) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    save(store, 0)
    save(store, 1)
    assert callable(spoil)
    spoil(tmp_path / PAGES[0])
    with pytest.raises(StagingError, match=rf"{PAGES[1]} {told}.* scrape its date again"):
        store.read(PAGES[1])


@pytest.mark.parametrize(
    "same_as",
    [
        "/etc/passwd",
        "../x",
        layout.page_path("gb", DAY, 8, RUNS[0]),
        layout.index_page_path(DAY, RUNS[0]),
        "",
    ],
)
def test_a_page_names_none_but_its_own(tmp_path: Path, same_as: str) -> None:
    storage = open_storage(str(tmp_path))
    storage.write_new(PAGES[1], compress(b"", TIMES[1], Note(None, same_as, "0").text()))
    told = "names a file that is no earlier page of its own" if same_as else "is not what was stored"
    with pytest.raises(StagingError, match=f"The stored page {PAGES[1]} {told}"):
        PageStore(storage).read(PAGES[1])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "x",
        "[]",
        "null",
        "7",
        '{"same_as": 7, "sha256": "0"}',
        '{"same_as": "x"}',
        '{"had_by": ["x"]}',
        "[" * 4000,
        "x" * 5000,
    ],
)
def test_a_note_that_cannot_be_read_is_damage(tmp_path: Path, note: str) -> None:
    storage = open_storage(str(tmp_path))
    storage.write_new(PAGES[0], compress(PAYLOAD, TIMES[0], note))
    with pytest.raises(StagingError, match="that cannot be read"):
        PageStore(storage).read(PAGES[0])


def test_what_would_make_a_note_too_long_is_left_out(tmp_path: Path) -> None:
    store = PageStore(open_storage(str(tmp_path)))
    said = Said("/" + "x" * 5000, "1.0", etag='"abc"')
    assert save(store, 0, said=said).said is None
    assert save(store, 1, said=said) == StoredPage(PAYLOAD, TIMES[1], PAGES[0], RUNS[1], None)


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 400), byte=st.binary(max_size=3), number=st.integers(0, 1))
def test_damage_never_makes_another_payload(tmp_path: Path, place: int, byte: bytes, number: int) -> None:
    storage = open_storage(str(tmp_path))
    store = PageStore(storage)
    if not storage.exists(PAGES[0]):
        save(store, 0)
        save(store, 1)
    path = tmp_path / PAGES[number]
    good = path.read_bytes()
    try:
        path.write_bytes(good[:place] + byte + good[place + 1 :])
        found = store.read(PAGES[1])
        assert found is not None
        assert found.payload == PAYLOAD
    except StagingError:
        pass
    finally:
        path.write_bytes(good)
