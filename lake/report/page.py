"""What the page shows, as plain data, and the page itself: one HTML file that needs nothing else. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lake.report.tables import UNKNOWN

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and how it looks: `mood` is a class of the style sheet, `is_code` for what one types into a terminal."""

    text: str
    mood: str = ""
    is_code: bool = False


Value = str | int | float | date | datetime | Cell | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. The first cell of a row names it; None is what is not known. `name` is unique on the page.

    `more` says how many rows are left out.
    """

    name: str
    caption: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    more: int = 0
    is_folded: bool = False

    @property
    def numbers(self) -> set[int]:
        """Which columns are numbers."""
        return {place for row in self.rows for place, value in enumerate(row) if isinstance(value, (int, float))}


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture as SVG, which comes from a drawing library, with what it shows in words."""

    name: str
    title: str
    words: str
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. `notes` are paragraphs before the charts and tables."""

    name: str
    title: str
    notes: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows: the verdict and what is wrong, then section after section."""

    made_at: datetime
    verdict: str
    state: str
    problems: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    sections: tuple[Section, ...] = field(default_factory=tuple)


def render(page: Page) -> str:
    """Return the page as HTML. Whatever comes from data is escaped; only the charts' SVG is taken as it is."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["text"] = text_of
    style = (HERE / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(page=page, style=style)


def text_of(value: Value) -> str:
    """Return a value as the page writes it: thousands apart, shares to a tenth, moments to the minute, in UTC."""
    if value is None:
        return UNKNOWN
    if isinstance(value, Cell):
        return value.text
    if isinstance(value, float):
        return f"{value:,.1f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
