"""What each column of others' files means here, and what cannot be known from it; docs/migrating.md shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column as the scrapers write it, with its other names, and the columns of the contract that come from it."""

    theirs: str
    ours: tuple[str, ...]
    meaning: str
    lost: str = ""
    also: tuple[str, ...] = ()


# One column, one line, however long.
# fmt: off
MAPPING: Final[tuple[Mapped, ...]] = (
    Mapped("date", ("race_date",), "UK date: 2025-11-11, 2025/11/11, 11/11/2025 (day first) or 11 Nov 2025; a time behind it is passed over.", also=("race_date", "event_dt")),
    Mapped("region", ("country",), "Country code. Else a folder or file name says it (`gb/2025_11_11.csv`), a suffix of the course, or `--country`. Arabian fixtures are `aro`.", also=("country",)),
    Mapped("course_id", ("course_id",), "The source's id.", "Files without it: NULL, unless `--ids-from` knows the course."),
    Mapped("course", ("course",), "Name without suffix of country; a slug becomes a name.", "The source's slug."),
    Mapped("race_id", ("race_id",), "The source's id; required."),
    Mapped("off", ("off_time", "off_at", "off_at_local"), "UK time. 2:10 is of a 12-hour clock, 14:10 of 24 hours: in gb, ire, fr and aro both are an afternoon's, and so is 02:10.", "2:10 elsewhere: NULL. The course's own clock outside gb and ire.", also=("off_time",)),
    Mapped("race_name", ("race_name", "is_handicap"), "Title; whether a handicap, as it says.", "Class, grade and punctuation that the scraper took out of it.", also=("race", "title")),
    Mapped("type", ("race_type", "race_code"), "Flat, Hurdle, Chase or NH Flat.", "The source's type code.", also=("race_type",)),
    Mapped("class", ("race_class",), "Class 1 to 7, letters A to H as 1 to 7; British races only.", "Whether the scraper read it off the page, the title or the ratings.", also=("race_class",)),
    Mapped("pattern", ("pattern",), "Group, Grade or Listed."),
    Mapped("rating_band", ("rating_band",), "As it stands, such as 0-70.", also=("band",)),
    Mapped("age_band", ("age_band",), "As it stands, such as 3yo+."),
    Mapped("sex_rest", ("sex_restriction",), "As it stands; without the column, as the title says.", also=("sex_restriction",)),
    Mapped("dist", ("distance", "distance_yards"), "As displayed, such as 2m½f; yards from it only without the columns below.", also=("distance",)),
    Mapped("dist_y", ("distance_yards",), "Yards, in gb, ire, usa and can.", "The exact yard: the scraper rounds.", also=("distance_yards",)),
    Mapped("dist_m", ("distance_yards",), "Metres, as yards; elsewhere 200 metres stand for a furlong.", "The exact yard."),
    Mapped("dist_f", ("distance_yards",), "Furlongs of 220 yards.", "The exact yard."),
    Mapped("going", ("going", "surface"), "Official going; the surface it names."),
    Mapped("surface", ("surface",), "Where the going does not name one. Dirt in gb, ire and fr is all-weather."),
    Mapped("ran", ("ran",), "Kept where it equals the rows of the race; else NULL, and the claim is the race's `index_runners`."),
    Mapped("num", ("saddlecloth_number", "saddlecloth_letter"), "Number, and the letter of a coupled entry.", also=("saddlecloth_number",)),
    Mapped("pos", ("outcome_code", "position", "is_disqualified", "is_dead_heat"), "Position or code; a shared position is a dead heat. VOI and non-runners are not staged.", "A position that stewards amended after the scrape.", also=("position",)),
    Mapped("draw", ("draw",), "Stall."),
    Mapped("ovr_btn", ("total_beaten_lengths",), "Lengths behind the winner.", "Horses put back behind the winner: the scraper counts from the first past the post."),
    Mapped("btn", ("beaten_lengths",), "Lengths behind the horse in front.", "The words of the source (nk, shd)."),
    Mapped("horse_id", ("horse_id",), "The source's id; required. `--ids-from` fills it by name, country, sire and dam where one horse fits."),
    Mapped("horse", ("horse", "horse_country"), "`Name (IRE)` is a name and a country.", "Apostrophes, where the scraper took them out."),
    Mapped("age", ("age",), "Years."),
    Mapped("sex", ("sex",), "G, F, M, C, H or R.", "The colour."),
    Mapped("wgt", ("weight_lbs",), "Stones and pounds, without `lbs`.", "Claims, penalties, overweight.", also=("weight",)),
    Mapped("lbs", ("weight_lbs",), "Pounds.", also=("weight_lbs",)),
    Mapped("hg", ("headgear", "is_first_time_headgear"), "Letters; a 1 at the end is a first time.", "Wind operations.", also=("headgear", "gear")),
    Mapped("time", ("finishing_time_secs", "winning_time_secs"), "Minutes and seconds, without `secs`; the winner's is the race's.", "All but the winner's are the scraper's estimate."),
    Mapped("secs", ("finishing_time_secs", "winning_time_secs"), "Seconds; the winner's is the race's.", "All but the winner's are the scraper's estimate."),
    Mapped("sp", ("sp_fractional", "sp_decimal", "favourite_mark", "is_favourite"), "Price and favourite mark, such as 7/5F."),
    Mapped("dec", ("sp_decimal",), "Decimal price, without `sp`.", "Fraction and favourites."),
    Mapped("jockey_id", ("jockey_id",), "The source's id."),
    Mapped("jockey", ("jockey",), "Name.", "Apostrophes; the claim."),
    Mapped("trainer_id", ("trainer_id",), "The source's id."),
    Mapped("trainer", ("trainer",), "Name.", "Apostrophes."),
    Mapped("prize", ("prize", "prize_currency"), "Amount; without a sign it is pounds.", "Whether a prize in pounds was converted, as French ones were."),
    Mapped("or", ("official_rating", "official_rating_unit"), "Official rating; `–`, `-` and blank are none.", also=("official_rating", "ofr")),
    Mapped("rpr", ("rpr",), "Racing Post Rating.", "Revisions after the scrape."),
    Mapped("ts", ("topspeed",), "Topspeed.", "Revisions after the scrape.", also=("topspeed",)),
    Mapped("sire_id", ("sire_id",), "The source's id."),
    Mapped("sire", ("sire", "sire_country"), "`Name (IRE)` is a name and a country."),
    Mapped("dam_id", ("dam_id",), "The source's id."),
    Mapped("dam", ("dam", "dam_country"), "`Name (IRE)` is a name and a country."),
    Mapped("damsire_id", ("damsire_id",), "The source's id."),
    Mapped("damsire", ("damsire",), "Name."),
    Mapped("owner_id", ("owner_id",), "The source's id."),
    Mapped("owner", ("owner",), "Name.", "Punctuation and case, where taken from an address."),
    Mapped("silk_url", ("silk_url",), "Address of the silks picture."),
    Mapped("comment", ("comment", "betting_movements"), "Remark; brackets with `op` or `tchd` at its end are the betting.", "Commas, where the scraper wrote ` -`."),
)
# fmt: on
PASSED_OVER: Final = ("id", "year", "horse_cleaned", "created_at", "course_detail", "code")
"""Columns of others that say nothing of their own."""
NEVER_KNOWN: Final = (
    "course_key", "actual_off_time", "race_type_code", "obstacles", "non_runners", "time_vs_standard_secs",
    "total_sp_percent", "race_comments", "rule4", "tote_currency", "tote_win", "tote_exacta", "tote_csf",
    "tote_tricast", "tote_trifecta", "finish_order", "beaten_distance", "jockey_claim_lbs", "colour",
    "weight_for_age_lbs", "extra_weight_lbs", "overweight_lbs", "out_of_handicap_lbs", "is_first_time_wind_surgery",
    "is_second_time_wind_surgery",
)  # fmt: skip
"""Columns of the contract that no such file has: NULL until a scrape of ours."""
RACE_COLUMNS: Final = (
    "date", "region", "course_id", "course", "race_id", "off", "race_name", "type", "class", "pattern", "rating_band",
    "age_band", "sex_rest", "dist", "dist_y", "dist_m", "dist_f", "going", "surface", "ran",
)  # fmt: skip
"""Their columns that all runners of a race share."""
TEXT_COLUMNS: Final = frozenset({"course", "race_name", "horse", "jockey", "trainer", "sire", "dam", "damsire", "owner", "comment"})  # fmt: skip
"""Their columns in which a comma can have been meant."""


def as_markdown() -> str:
    """Return the table as docs/migrating.md shows it."""
    lines = ["| Their column | Becomes | Meaning | What cannot be known |", "|---|---|---|---|"]
    for column in MAPPING:
        names = ", ".join(f"`{name}`" for name in (column.theirs, *column.also))
        ours = ", ".join(f"`{name}`" for name in column.ours)
        lines.append(f"| {names} | {ours} | {column.meaning} | {column.lost} |")
    return "\n".join(lines)
