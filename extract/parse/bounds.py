"""The one place where a value is held against the range of its column.

Two things are checked: that the engines can hold the value in the column's SQL type, and, where it is obvious, that it
is a figure of the sport at all. The bounds are wide on purpose: a true result of any year since 1988 must pass.
"""

from __future__ import annotations

from typing import Final

from extract.contract import RESULTS, Record
from extract.parse.fields import broken

BY_TYPE: Final[dict[str, tuple[float, float]]] = {
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "double": (-1e15, 1e15),
}
PLAUSIBLE: Final[dict[str, tuple[float, float]]] = {
    "distance_yards": (1, 20_000),
    "ran": (1, 99),
    "non_runners": (0, 200),
    "winning_time_secs": (0, 3600),
    "time_vs_standard_secs": (-3600, 3600),
    "total_sp_percent": (0, 10_000),
    "saddlecloth_number": (1, 999),
    "draw": (1, 60),
    "position": (1, 99),
    "finish_order": (1, 99),
    "beaten_lengths": (0, 10_000),
    "total_beaten_lengths": (-10_000, 10_000),
    "finishing_time_secs": (0, 9999),
    "sp_decimal": (1, 100_001),
    "jockey_claim_lbs": (0, 60),
    "age": (1, 40),
    "weight_lbs": (28, 300),
    "weight_for_age_lbs": (-99, 99),
    "extra_weight_lbs": (-99, 99),
    "overweight_lbs": (0, 99),
    "out_of_handicap_lbs": (0, 199),
    "official_rating": (-99, 299),
    "rpr": (-99, 299),
    "topspeed": (-199, 299),
    "prize": (0, 1e12),
}
NUMBER: Final = (int, float)
LIMITS: Final = {
    column.name: PLAUSIBLE.get(column.name, BY_TYPE[column.type]) for column in RESULTS if column.type in BY_TYPE
}


def check(record: Record, path: str) -> Record:
    """Return the record, whose numbers all fit their columns.

    Raises:
        ContractBroken: one does not; the message names the column and its range.
    """
    for name, (low, high) in LIMITS.items():
        value = record.get(name)
        if value is not None and not (isinstance(value, NUMBER) and low <= value <= high):
            raise broken(f"{path}, {name}", value, f"a number from {low:g} to {high:g}")
    return record
