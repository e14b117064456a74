"""The invented courses: what each stages, how its draw leans, and what its country's pages look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extract.source.sample.names import slug

Kind = Literal["flat", "jumps", "aw", "awjumps", "dirt", "arab", "ptp"]
JUMPING = {"jumps", "awjumps", "ptp"}


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """An invented course. `kind` says which racing it stages.

    `draw_bias` is what stall 1 gains on the middle, in lbs, in races of up to `bias_yards`; the highest loses as much.
    """

    id: int
    name: str
    country: str
    kind: Kind
    draw_bias: float = 0.0
    bias_yards: int = 0

    @property
    def key(self) -> str:
        """Slug in addresses."""
        return slug(self.name)

    @property
    def jumps(self) -> bool:
        """Whether races are run over obstacles here (or by jumpers on the flat)."""
        return self.kind in JUMPING

    @property
    def shown(self) -> str:
        """The name with its country, as the index shows it."""
        return self.name if self.country == "GB" else f"{self.name} ({self.country})"


COURSES = (
    Course(90001, "Ambleford", "GB", "flat"),
    Course(90002, "Brackenhurst", "GB", "flat"),
    Course(90003, "Caldermoor", "GB", "jumps"),
    Course(90004, "Dunsley Park", "GB", "jumps"),
    Course(90005, "Eastwold (AW)", "GB", "aw"),
    Course(90006, "Fenwick Heath (AW)", "GB", "aw", draw_bias=4.0, bias_yards=1400),
    Course(90007, "Garstone", "GB", "jumps"),
    Course(90008, "Hartlow", "GB", "flat", draw_bias=8.0, bias_yards=1400),
    Course(90021, "Ballymorrow", "IRE", "jumps"),
    Course(90022, "Clonferry", "IRE", "flat"),
    Course(90023, "Dromkeel", "IRE", "jumps"),
    Course(90024, "Kilbrannock (AW)", "IRE", "aw"),
    Course(90025, "Lisnavarra", "IRE", "ptp"),
    Course(90041, "Aubreval", "FR", "flat"),
    Course(90042, "Beaumarais", "FR", "jumps"),
    Course(90043, "Clairvigne", "FR", "flat"),
    Course(90044, "Sablonne (AW)", "FR", "awjumps"),
    Course(90061, "Redwater Downs", "USA", "dirt"),
    Course(90062, "Port Merrin", "JER", "flat"),
    Course(90063, "Oldstead (GB)", "ARO", "arab"),
    Course(90064, "Lantao Bay", "HK", "flat"),
    Course(90065, "Kirishima Park", "JPN", "flat"),
    Course(90066, "Wattle Flats", "AUS", "flat"),
)
ABROAD = ("USA", "USA", "JER", "ARO", "ARO", "HK", "JPN", "AUS")
"""Countries of the day's one meeting elsewhere; a country named twice comes twice as often."""
CURRENCY = {"IRE": "€", "USA": "$", "HK": "HK$", "JPN": "¥", "AUS": "A$"}
"""Sign of the prizes; pounds elsewhere, also in France, whose prizes the source converts."""
HOURS_AHEAD = {"FR": 1, "USA": -5, "HK": 8, "JPN": 9, "AUS": 10}
FIRST_OFF = {"USA": (17, 10), "HK": (6, 30), "JPN": (3, 30), "AUS": (3, 0)}
"""UK hour and minute of the first race of a card; 12:40 elsewhere, later on some all-weather evenings."""
