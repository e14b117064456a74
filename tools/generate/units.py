"""The unit of a column, told from its name and type, as the names of this project promise it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from tools.generate.columns import GenerateError

NUMBERS: Final = {"bigint", "integer", "double"}

# The first pattern that is found in the name holds.
UNITS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), unit)
    for pattern, unit in (
        (r"(^|_)id$", "id"),
        (r"rate(_|$)|coverage|probability|share|(^|_)prb(_|$)|percent_rivals_beaten", "0 to 1"),
        (r"actual_over_expected", "ratio"),
        (r"^expected_wins|^actual_wins|^win_share", "wins"),
        (r"profit", "stakes"),
        (r"(^|_)draw$", "stall"),
        (r"(^|_)rank(_|$)|position|finish_order|places_paid", "place"),
        (r"yards_per_sec", "yards/s"),
        (r"yards|^dist_y$", "yards"),
        (r"furlongs", "furlongs"),
        (r"metres|^dist_m$", "metres"),
        (r"lbs", "lb"),
        (r"secs|^time$", "seconds"),
        (r"lengths|btn$", "lengths"),
        (r"hours", "hours"),
        (r"percent", "percent"),
        (r"days", "days"),
        (r"^age(_|$)|_age$", "years"),
        (r"year$", "year"),
        (r"^(races|rows|rated|dates|meetings|fields)(_|$)|(^|_)races(_|$)", "count"),
        (r"(^|_)(runs|runners|wins|winners|places|bets|finishers|rivals)(_|$)|^ran$|field_size", "count"),
        (r"corrections|arrivals|read_anew|changes|versions", "count"),
        (r"sp_decimal|^dec$|odds", "decimal odds"),
        (r"prize", "prize_currency"),
        (r"^tote_", "tote_currency"),
        (r"class", "class"),
        (r"rpr|topspeed|rating|^or$|^ts$", "rating, lb"),
        (r"number|^num$", "number"),
    )
)


def unit(table: str, column: Mapping[str, Any]) -> str:
    """Return the unit of a column: what its `meta` says, else what its name does; empty where it needs none.

    Args:
        table: name of the model or seed, for the message.
        column: its entry in the yml file.

    Raises:
        GenerateError: a number whose unit nothing tells.
    """
    said = ((column.get("config") or {}).get("meta") or {}).get("unit")
    type_ = str(column.get("data_type", ""))
    if said is not None or not (type_ in NUMBERS or type_.startswith("decimal")):
        return str(said or ("UTC" if type_.startswith("timestamp") and "local" not in column["name"] else ""))
    for pattern, found in UNITS:
        if pattern.search(str(column["name"])):
            return found
    raise GenerateError(
        f"Nothing says what unit column {column['name']} of {table} has; add `config: {{meta: {{unit: …}}}}` to it."
    )
