"""Curves and bars as SVG, drawn when the page is made. Needs the extra `report`; nothing is drawn without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from lake.report.page import Chart

INSTALL = "Charts are left out: pip install -e '.[report]' draws them. Their numbers are in the tables."
WIDTH, HEIGHT = 360, 200
COLOURS = ["#0a84c1", "#d1603d", "#2e9e5b", "#a05cc8", "#b07d00", "#7a8794"]
"""Of a middling lightness: to be told from white and from black."""
AXIS = "#8a929b"
Point = tuple[Any, float, str]
"""Where, how much, and of which series."""


def can_draw() -> bool:
    """Say whether the libraries that draw are installed."""
    return find_spec("altair") is not None and find_spec("vl_convert") is not None


def lines(name: str, title: str, words: str, points: Sequence[Point], x: str, y: str) -> list[Chart]:
    """Return a chart of lines over numbers, a percentage each; none without points, or without what draws.

    Args:
        name: Unique on the page.
        title: What it shows.
        words: The same for those who do not see it: what to read from it.
        points: Position, percentage and series.
        x: What the positions are, with their unit.
        y: What the percentages are.
    """
    if not points or not can_draw():
        return []
    import altair as alt

    chart = (
        alt.Chart(_data(points))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=x, axis=alt.Axis(tickMinStep=1, grid=False)),
            y=alt.Y("y:Q", title=y, scale=alt.Scale(domain=[0, 100])),
            strokeDash=alt.StrokeDash("series:N", legend=None),
            color=_colour(points),
        )
    )
    return [_draw(chart, name, title, words)]


def bars(name: str, title: str, words: str, points: Sequence[Point], x: str, y: str) -> list[Chart]:
    """Return a chart of stacked bars, one for each text position in the order given; see `lines`."""
    if not points or not can_draw():
        return []
    import altair as alt

    order = list(dict.fromkeys(point[0] for point in points))
    step = max(1, len(order) // 8)
    chart = (
        alt.Chart(_data(points))
        .mark_bar()
        .encode(
            x=alt.X("x:N", title=x, sort=order, axis=alt.Axis(values=order[::step], labelAngle=-40)),
            y=alt.Y("sum(y):Q", title=y),
            color=_colour(points),
        )
    )
    return [_draw(chart, name, title, words)]


def _data(points: Sequence[Point]) -> Any:  # noqa: ANN401 - a class of an extra that may not be installed
    import altair as alt

    return alt.InlineData(values=[{"x": x, "y": y, "series": series} for x, y, series in points])


def _colour(points: Sequence[Point]) -> Any:  # noqa: ANN401 - as above
    import altair as alt

    names = list(dict.fromkeys(point[2] for point in points))
    scale = alt.Scale(domain=names, range=[COLOURS[number % len(COLOURS)] for number in range(len(names))])
    columns = 2 if max(map(len, names)) > 10 else 5
    legend = alt.Legend(orient="bottom", columns=columns, labelLimit=220)
    return alt.Color("series:N", title=None, scale=scale, legend=legend)


def _draw(chart: Any, name: str, title: str, words: str) -> Chart:  # noqa: ANN401 - as above
    import vl_convert

    plain = (
        chart.properties(width=WIDTH, height=HEIGHT, background="transparent")
        .configure(aria=False, font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(gridColor=AXIS, gridOpacity=0.3, domainColor=AXIS, tickColor=AXIS, titleFontWeight="normal")
    )
    svg: str = vl_convert.vegalite_to_svg(plain.to_dict())
    return Chart(name, title, words, _own_names(svg, name))


def _own_names(svg: str, name: str) -> str:
    """Return a picture whose ids are no other picture's on the page; a screen reader is told in words instead."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
