"""Files of any bytes: an account that adds up, or one line that says what is wrong; never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from extract.errors import ExtractError
from tests.conftest import examples
from tests.unit.importing.support import import_, write

BEGINNINGS = [
    b"date,race_id,horse_id,horse,pos\n",
    b"date,race_id,horse,pos\n",
    b"\xff\xfe\x00",
    b"",
    b"PAR1",
    b"PK\x03\x04",
]
NAMES = ["gb/a.csv", "a.csv", "a.csv.gz", "a.zip", "a.parquet", "a.csv.GZ"]


@pytest.mark.parametrize("seed", range(examples(40)))
def test_any_bytes(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    noise = bytes(chance.randrange(256) for _ in range(chance.randrange(400)))
    good = b"\n2025-01-02,5,7,A Horse (GB),1\n"
    write(tmp_path / "data" / chance.choice(NAMES), chance.choice(BEGINNINGS) + noise + good)
    refused = ""
    try:
        import_(
            tmp_path / "staging", tmp_path / "data", encoding=chance.choice(["utf-8", "latin-1", "utf-16"])
        ).tally.check()
    except ExtractError as error:
        refused = str(error)
    assert refused == "" or refused.endswith(".")
    assert len(refused.splitlines()) <= 1
