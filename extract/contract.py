"""The contract of the staged CSV files: every column, in order, with its type and meaning.

This is the one home of a column. The CSV writer, the embedded engine's views and the Glue tables read it at
run time; what dbt says of the columns is written from it by `make generate`. New columns are only ever
appended at the end of a tuple: older files simply lack them and read as NULL.

Types are the names both engines share; every value is staged as text and cast in the staging models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

SqlType = Literal["bigint", "integer", "double", "boolean", "date", "timestamp", "varchar"]
RaceStatus = Literal["result", "void", "abandoned", "pending", "failed"]
SliceStatus = Literal["complete", "partial"]
WithdrawalAction = Literal["withdrawn", "restored"]

Value = str | int | float | bool | None
Record = dict[str, Value]
"""One row to stage: a value for each column of its file's contract (dates and timestamps as text)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One staged column: name, SQL type and meaning, and how it takes part in change detection."""

    name: str
    type: SqlType
    description: str
    role: Literal["fact", "rating", "volatile", "lineage"] = "fact"
    """`fact` columns feed `facts_hash`; `rating` columns keep their last known value and are compared one by
    one; `volatile` columns change without meaning (slugs, standard-time remarks) and never make a new
    version; `lineage` says where the row came from."""
    kept: str | None = None
    """Meaning in the log and the table, where it is not that of a staged file."""


# One column, one line, however long.
# fmt: off
RESULTS: Final[tuple[Column, ...]] = (
    Column("run_id", "varchar", "Run of `extract` that staged the row.", "lineage", kept="Run of `extract` that first saw this state of the row."),
    Column("scraped_at", "timestamp", "UTC time of the run that staged the row.", "lineage", kept="UTC time of the run that first saw this state of the row."),
    Column("fetched_at", "timestamp", "UTC time at which the page was fetched (earlier than `scraped_at` when replayed).", "lineage", kept="UTC time at which the page behind this state was fetched; of a delete, the page behind the state that it ends."),
    Column("facts_hash", "varchar", "SHA-256 over the fact columns of this row.", "lineage"),
    # the race
    Column("country", "varchar", "Country of the course, lower case as the source codes it (gb, ire, fr and so on; aro for Arabian fixtures)."),
    Column("race_date", "date", "UK date of the race."),
    Column("race_id", "bigint", "The source's id of the race."),
    Column("course_id", "bigint", "The source's id of the course (all-weather tracks have ids of their own)."),
    Column("course", "varchar", "Course name without country suffix.", "volatile"),
    Column("course_key", "varchar", "The course's slug in the source's URLs.", "volatile"),
    Column("off_time", "varchar", "Scheduled off, UK time, 24-hour HH:MM."),
    Column("off_at", "timestamp", "Scheduled off, UTC."),
    Column("off_at_local", "timestamp", "Scheduled off on the course's own clock."),
    Column("actual_off_time", "varchar", "Actual off, UK time, 24-hour HH:MM:SS."),
    Column("race_name", "varchar", "Race title as published."),
    Column("race_type_code", "varchar", "The source's type code: F, X, A, S, H, Y, C, U, Z, B, W, N or P."),
    Column("race_type", "varchar", "Flat, Hurdle, Chase, NH Flat or Point-to-Point."),
    Column("surface", "varchar", "Turf, AW (all-weather) or Dirt."),
    Column("race_class", "integer", "British class 1 (highest) to 7, the letters A to H before 2006 as 1 to 7; NULL elsewhere."),
    Column("pattern", "varchar", "Group 1 to 3, Grade 1 to 3, Grade A to C, or Listed."),
    Column("rating_band", "varchar", "Official rating band such as 0-70; not on result pages, NULL until a racecard supplies it."),
    Column("age_band", "varchar", "Ages allowed, such as 3yo+."),
    Column("sex_restriction", "varchar", "Sexes allowed, such as F & M; NULL when open."),
    Column("distance", "varchar", "Distance as displayed, such as 2m½f."),
    Column("distance_yards", "integer", "Exact distance in yards."),
    Column("going", "varchar", "Official going."),
    Column("obstacles", "varchar", "Obstacles jumped, such as 12 hurdles.", "volatile"),
    Column("ran", "integer", "Runners declared by the page's own header; equals the rows of the race. NULL where an import has other rows than it says ran."),
    Column("non_runners", "integer", "Number of horses withdrawn after declaration; reserves that got no run do not count."),
    Column("winning_time_secs", "double", "Seconds of the first past the post, as published, also where it was disqualified."),
    Column("time_vs_standard_secs", "double", "Seconds slower (+) or faster (-) than standard.", "volatile"),
    Column("total_sp_percent", "double", "Sum of the starting-price probabilities, percent."),
    Column("race_comments", "varchar", "Stewards' and race remarks."),
    Column("rule4", "varchar", "Rule 4 deduction text."),
    Column("tote_currency", "varchar", "Currency of the tote dividends, ISO 4217; a dividend in another currency is NULL."),
    Column("tote_win", "double", "Tote win dividend to a unit stake."),
    Column("tote_exacta", "double", "Tote exacta dividend to a unit stake."),
    Column("tote_csf", "double", "Computer straight forecast dividend to a unit stake."),
    Column("tote_tricast", "double", "Tricast dividend to a unit stake."),
    Column("tote_trifecta", "double", "Tote trifecta dividend to a unit stake."),
    # the runner
    Column("horse_id", "bigint", "The source's id of the horse."),
    Column("horse", "varchar", "Horse name without country suffix."),
    Column("horse_country", "varchar", "Country of foaling, such as IRE; GB when the source shows none, NULL when it does not say."),
    Column("saddlecloth_number", "integer", "Saddlecloth number, without the letter of a coupled entry; NULL at courses without."),
    Column("draw", "integer", "Stall drawn; NULL over jumps and wherever not published."),
    Column("outcome_code", "varchar", "Published outcome: a finishing position, 0 (unplaced, position not recorded), WO (walked over) or a code such as " "PU, F, UR, BD, DSQ."),
    Column("position", "integer", "Official finishing position, 1 for a walkover; NULL for a non-finisher, a disqualified horse, or when not recorded."),
    Column("finish_order", "integer", "Row order of the source, as passed the post, from 1; it shifts as fields change.", "volatile"),
    Column("is_disqualified", "boolean", "Whether the horse was disqualified."),
    Column("is_dead_heat", "boolean", "Whether another runner of the race shares this position."),
    Column("beaten_distance", "varchar", "Distance behind the horse in front, as published (shd, nk, 1¾, dht, dist)."),
    Column("beaten_lengths", "double", "Distance behind the horse in front, lengths; 0 for the winner."),
    Column("total_beaten_lengths", "double", "Lengths behind the official winner, 0 for the winner; negative for a horse that passed the post before it and was " "disqualified or put back."),
    Column("finishing_time_secs", "double", "Seconds: the winning time plus the lengths behind the first past the post at the usual lengths per second; NULL " "without a position."),
    Column("sp_fractional", "varchar", "Starting price as a fraction, without favourite mark; Evens is 1/1."),
    Column("sp_decimal", "double", "Starting price as decimal odds, stake included."),
    Column("favourite_mark", "varchar", "F favourite, J joint favourite, C co-favourite; NULL otherwise."),
    Column("is_favourite", "boolean", "Whether favourite, joint or co-favourite; NULL without a price or a mark."),
    Column("jockey_id", "bigint", "The source's id of the jockey."),
    Column("jockey", "varchar", "Jockey name.", "volatile"),
    Column("jockey_claim_lbs", "integer", "Allowance claimed by the jockey, lbs."),
    Column("trainer_id", "bigint", "The source's id of the trainer."),
    Column("trainer", "varchar", "Trainer name.", "volatile"),
    Column("owner_id", "bigint", "The source's id of the owner."),
    Column("owner", "varchar", "Owner name.", "volatile"),
    Column("age", "integer", "Age in years."),
    Column("sex", "varchar", "G, F, M, C, H or R."),
    Column("colour", "varchar", "Coat colour, abbreviated (b, ch, gr and so on)."),
    Column("weight_lbs", "integer", "Weight carried, lbs."),
    Column("weight_for_age_lbs", "integer", "Weight-for-age adjustment, lbs."),
    Column("extra_weight_lbs", "integer", "Penalty carried, lbs."),
    Column("overweight_lbs", "integer", "Overweight carried, lbs."),
    Column("out_of_handicap_lbs", "integer", "Pounds out of the handicap."),
    Column("headgear", "varchar", "Headgear letters (b blinkers, v visor, h hood, t tongue-tie, p cheekpieces, e or e/s eyeshields, e/c eyecover)."),
    Column("is_first_time_headgear", "boolean", "Whether this headgear is worn for the first time."),
    Column("is_first_time_wind_surgery", "boolean", "Whether the first run since a first wind operation."),
    Column("is_second_time_wind_surgery", "boolean", "Whether the second run since a wind operation."),
    Column("official_rating", "integer", "Official rating.", "rating"),
    Column("official_rating_unit", "varchar", "Scale of the official rating: OR, or ARO for Arabians."),
    Column("rpr", "integer", "Racing Post Rating; published days after the race.", "rating"),
    Column("topspeed", "integer", "Topspeed rating; published days after the race.", "rating"),
    Column("prize", "double", "Prize won, in `prize_currency`; NULL when unplaced."),
    Column("prize_currency", "varchar", "Currency of the prize, ISO 4217 (GBP, EUR, USD and so on); NULL only without a prize."),
    Column("sire_id", "bigint", "The source's id of the sire."),
    Column("sire", "varchar", "Name of the sire."),
    Column("sire_country", "varchar", "Sire's country; GB when none is shown, NULL without a sire."),
    Column("dam_id", "bigint", "The source's id of the dam."),
    Column("dam", "varchar", "Name of the dam."),
    Column("dam_country", "varchar", "Dam's country; GB when none is shown, NULL without a dam."),
    Column("damsire_id", "bigint", "The source's id of the dam's sire."),
    Column("damsire", "varchar", "Name of the dam's sire."),
    Column("comment", "varchar", "Race-reader's comment on the run."),
    Column("betting_movements", "varchar", "Betting movements before the off."),
    Column("silk_url", "varchar", "Address of the silks picture.", "volatile"),
    # added later: a new column goes to the end
    Column("is_handicap", "boolean", "Whether the weights were set by rating, as title and grade say; NULL without a title."),
    Column("race_code", "varchar", "Code of racing: flat, hurdle, chase, bumper or point-to-point."),
    Column("saddlecloth_letter", "varchar", "Letter of a coupled entry's number, the A of 1A; NULL otherwise."),
)

RACES: Final[tuple[Column, ...]] = (
    Column("run_id", "varchar", "Run of `extract`.", "lineage"),
    Column("scraped_at", "timestamp", "UTC time of the run.", "lineage"),
    Column("country", "varchar", "Country of the slice."),
    Column("race_date", "date", "UK date of the slice."),
    Column("race_id", "bigint", "The source's id of the race."),
    Column("course_id", "bigint", "The source's id of the course."),
    Column("course", "varchar", "Course name without country suffix."),
    Column("off_time", "varchar", "Scheduled off, UK time, 24-hour HH:MM."),
    Column("race_name", "varchar", "Race title on the index."),
    Column("status", "varchar", "result, void, abandoned, pending or failed."),
    Column("reason", "varchar", "Why the race is pending, failed or doubtful, in words."),
    Column("index_runners", "integer", "Runners according to the index; of an import, according to its `ran`, else its rows."),
    Column("declared_runners", "integer", "Runners according to the result page's header; NULL when it could not be read. Of an import, its rows."),
    Column("rows_staged", "integer", "Runner rows staged for the race by this run."),
    Column("page_file", "varchar", "Stored page of the race, relative to the staging area."),
    Column("content_hash", "varchar", "SHA-256 over the facts and ratings of the race's staged rows; NULL without rows."),
    Column("is_doubtful", "boolean", "Whether the page, fetched twice, shows fewer runners than the index lists."),
)

SLICES: Final[tuple[Column, ...]] = (
    Column("run_id", "varchar", "Run of `extract`.", "lineage"),
    Column("scraped_at", "timestamp", "UTC time of the run.", "lineage"),
    Column("country", "varchar", "Country of the slice."),
    Column("race_date", "date", "UK date of the slice."),
    Column("status", "varchar", "complete or partial."),
    Column("reason", "varchar", "Why the slice is partial, or that there was no racing, in words."),
    Column("selection", "varchar", "all, the filter that left races out (such as course=7), or import: rows that others scraped, which say nothing of what they leave out."),
    Column("races_listed", "integer", "Races the source's index lists for the slice."),
    Column("races_result", "integer", "Races with a published result."),
    Column("races_void", "integer", "Void races."),
    Column("races_abandoned", "integer", "Abandoned races."),
    Column("races_pending", "integer", "Races with no result published yet."),
    Column("races_failed", "integer", "Races that could not be had."),
    Column("rows_staged", "integer", "Runner rows staged for the slice."),
    Column("results_file", "varchar", "Results CSV of the slice, relative to the staging area; NULL when no rows."),
    Column("results_sha256", "varchar", "SHA-256 of the results CSV."),
    Column("source", "varchar", "Where the pages came from: live, sample, replay or a URL; import for rows that others scraped."),
    Column("extract_version", "varchar", "Version of `extract` that wrote the run."),
    Column("is_doubtful", "boolean", "Whether the index lacks what earlier runs or the calendar expect, seen but once."),
    Column("index_fetched_at", "timestamp", "UTC time at which the index was fetched; NULL without one."),
    Column("races_sha256", "varchar", "SHA-256 of the run's races CSV; NULL in runs of older versions."),
    Column("races_rows", "integer", "Rows of the run's races CSV; NULL in runs of older versions."),
    Column("slices_sha256", "varchar", "SHA-256 of this file as it reads without this column; NULL in runs of older versions."),
    Column("rows_with_rpr", "integer", "Of the staged runner rows, those with an RPR; NULL in runs of older versions."),
    Column("rows_with_topspeed", "integer", "Of the staged runner rows, those with a Topspeed; NULL in runs of older versions."),
)

WITHDRAWALS: Final[tuple[Column, ...]] = (
    Column("run_id", "varchar", "Committed run that the decision is about.", "lineage"),
    Column("action", "varchar", "withdrawn (the run counts for nothing) or restored; a run's latest decision holds."),
    Column("decided_at", "timestamp", "UTC time of the decision, later than every decision before it."),
    Column("reason", "varchar", "Why, in words."),
)

# fmt: on
CONTRACT: Final[dict[str, tuple[Column, ...]]] = {
    "results": RESULTS,
    "races": RACES,
    "slices": SLICES,
    "withdrawals": WITHDRAWALS,
}


def names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the column names in file order."""
    return tuple(column.name for column in columns)
