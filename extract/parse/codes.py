"""The source's own code tables. A code that is not in its table fails its race: a guess would be worse.

Codes are short words from a closed list, which change what a row means: race types, outcomes, currencies, favourite
marks, sexes and words for a beaten distance. Free text (going, headgear letters, remarks) never fails a race, nor does
a class we do not know: nothing else is read from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from extract.errors import UnknownCode


@dataclass(frozen=True, slots=True)
class RaceType:
    """What a race type code means: the type as shown, the code of the race, and whether the code says all-weather."""

    name: str
    race_code: str
    all_weather: bool = False


RACE_TYPES: Final = {
    "F": RaceType("Flat", "flat"),
    "X": RaceType("Flat", "flat", all_weather=True),
    "A": RaceType("Flat", "flat"),
    "S": RaceType("Flat", "flat"),
    "H": RaceType("Hurdle", "hurdle"),
    "Y": RaceType("Hurdle", "hurdle", all_weather=True),
    "C": RaceType("Chase", "chase"),
    "U": RaceType("Chase", "chase"),  # hunters' chase
    "Z": RaceType("Chase", "chase", all_weather=True),
    "B": RaceType("NH Flat", "bumper"),
    "W": RaceType("NH Flat", "bumper"),
    "N": RaceType("NH Flat", "bumper"),
    "P": RaceType("Point-to-Point", "point-to-point"),
}
NON_FINISHERS: Final = frozenset(
    {"PU", "F", "UR", "BD", "RR", "RO", "SU", "REF", "CO", "LFT", "DSQ", "VOI", "HR", "DNF", "WDU", "REM"}
)
VOID: Final = "VOI"
DISQUALIFIED: Final = "DSQ"
UNPLACED: Final = "0"
"""Finished, but the position was not recorded."""
WALKOVER: Final = "WO"
"""Walked over: the only horse left, and the winner."""
WITHDRAWN: Final = frozenset({"NR", "WDN"})
"""Did not run, though it is listed among the runners."""
POSITIONS: Final = {str(place): place for place in range(1, 100)} | {WALKOVER: 1}
CURRENCIES: Final = {
    "£": "GBP", "€": "EUR", "$": "USD", "US$": "USD", "¥": "JPY", "A$": "AUD", "AU$": "AUD", "HK$": "HKD", "NZ$": "NZD",
    "C$": "CAD", "CA$": "CAD", "CAN$": "CAD", "S$": "SGD", "SG$": "SGD", "R$": "BRL", "R": "ZAR", "₩": "KRW",
    "₹": "INR", "₺": "TRY", "IR£": "IEP", "FF": "FRF", "DM": "DEM", "Dh": "AED", "Dhs": "AED",
} | {
    code: code
    for code in (
        "AED", "ARS", "AUD", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "CZK", "DEM", "DKK", "EUR", "FRF", "GBP", "HKD",
        "HUF", "IEP", "INR", "ITL", "JPY", "KRW", "KWD", "MAD", "MOP", "MYR", "NOK", "NZD", "OMR", "PEN", "PLN", "QAR",
        "SAR", "SEK", "SGD", "TRY", "USD", "UYU", "ZAR",
    )
}  # fmt: skip
FAVOURITE_MARKS: Final = frozenset("FJC")
SEXES: Final = frozenset("CFGHMR")


def race_type(code: str | None) -> RaceType | None:
    """Return what a race type code means; None when the page gives none.

    Raises:
        UnknownCode: it is not in the table.
    """
    if code is None:
        return None
    if code not in RACE_TYPES:
        raise UnknownCode("race type", code, "header.raceTypeCode")
    return RACE_TYPES[code]


def position(outcome: str, path: str) -> int | None:
    """Return the finishing position that an outcome code gives; None for one without.

    Raises:
        UnknownCode: it is not in the table.
    """
    place = POSITIONS.get(outcome)
    if place is None and outcome not in NON_FINISHERS and outcome not in WITHDRAWN and outcome != UNPLACED:
        raise UnknownCode("outcome", outcome, f"{path}.outcomeCode")
    return place


def sex_and_colour(published: str | None, path: str) -> tuple[str | None, str | None]:
    """Return (sex, colour) of `b g`; a single word is a sex where it is one, else a colour.

    Raises:
        UnknownCode: a single letter stands where the sex does and is none.
    """
    words = (published or "").split()
    if not words:
        return None, None
    *before, last = words
    if last.upper() in SEXES:
        return last.upper(), " ".join(before) or None
    if before and len(last) == 1 and last != "b":
        raise UnknownCode("sex", last, f"{path}.colourSex")
    return None, " ".join(words)
