"""The countries the source knows, by its own codes. A code it does not know lists no race, which is not 'no racing'."""

from __future__ import annotations

from difflib import get_close_matches

from extract.errors import UsageError

COUNTRIES = {
    "arg": "Argentina", "aro": "Arabian races, wherever run", "aus": "Australia", "aut": "Austria", "bar": "Barbados",
    "bel": "Belgium", "bhr": "Bahrain", "brz": "Brazil", "bul": "Bulgaria", "can": "Canada", "chi": "Chile",
    "chn": "China", "cyp": "Cyprus", "cze": "Czech Republic", "den": "Denmark", "fr": "France", "gb": "Great Britain",
    "ger": "Germany", "gr": "Greece", "gue": "Guernsey", "hk": "Hong Kong", "hol": "Netherlands", "hun": "Hungary",
    "ind": "India", "ire": "Ireland", "isr": "Israel", "ity": "Italy", "jer": "Jersey", "jpn": "Japan",
    "kor": "South Korea", "ksa": "Saudi Arabia", "mac": "Macau", "mal": "Malaysia", "mau": "Mauritius",
    "mor": "Morocco", "nor": "Norway", "nz": "New Zealand", "omn": "Oman", "pan": "Panama", "per": "Peru",
    "pol": "Poland", "pr": "Puerto Rico", "qa": "Qatar", "rus": "Russia", "saf": "South Africa", "sin": "Singapore",
    "slo": "Slovakia", "spa": "Spain", "svn": "Slovenia", "swe": "Sweden", "swi": "Switzerland", "tur": "Turkey",
    "uae": "United Arab Emirates", "uru": "Uruguay", "usa": "United States", "yug": "Yugoslavia",
}  # fmt: skip
OTHER_NAMES = {
    "uk": "gb", "gbr": "gb", "eng": "gb", "sco": "gb", "wal": "gb", "irl": "ire", "ie": "ire", "ni": "ire", "fra": "fr",
    "us": "usa", "de": "ger", "deu": "ger", "ita": "ity", "it": "ity", "esp": "spa", "es": "spa", "rsa": "saf",
    "zaf": "saf", "za": "saf", "hkg": "hk", "jp": "jpn", "au": "aus", "nzl": "nz", "ned": "hol", "nl": "hol",
    "sui": "swi", "che": "swi", "bra": "brz", "mas": "mal", "sgp": "sin", "sau": "ksa", "are": "uae", "arab": "aro",
}  # fmt: skip
"""What people write instead, from ISO codes and habit, and the source's code for it."""


def known_country(code: str) -> str:
    """Return a country code as the source writes it, lower case.

    Raises:
        UsageError: the source has no such code; the message names the likely one, and all.
    """
    code = code.strip().lower()
    if code in COUNTRIES:
        return code
    likely = [OTHER_NAMES[code]] if code in OTHER_NAMES else get_close_matches(code, COUNTRIES, n=2)
    by_name = [key for key, name in COUNTRIES.items() if code and name.lower().startswith(code)]
    hint = " or ".join(likely or by_name)
    asked = f"Did you mean {hint}? " if hint else ""
    raise UsageError(f"{code!r} is not a country code of the source. {asked}It knows {', '.join(COUNTRIES)}.")
