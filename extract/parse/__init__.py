"""Pages become records: pure functions, no I/O, no clock."""

from extract.parse.index import DayIndex, ListedRace, Oddity, index_payload, parse_index, parse_index_payload
from extract.parse.result import (
    RaceResult,
    loaded_result,
    parse_data,
    parse_payload,
    parse_result,
    result_payload,
)

__all__ = [
    "DayIndex",
    "ListedRace",
    "Oddity",
    "RaceResult",
    "index_payload",
    "loaded_result",
    "parse_data",
    "parse_index",
    "parse_index_payload",
    "parse_payload",
    "parse_result",
    "result_payload",
]
