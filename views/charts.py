"""Bars for the reports, laid out on the server: numbers in, rectangles out. A table stands behind each chart."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34
WIDEST = 140
"""So much room a group has at most: two bars across a whole page say no more than two of this width."""
STEPS = (1, 2, 2.5, 5, 10)
LOOKS = ("c1", "c2", "c3", "c4")


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    look: str
    words: str
    """What a pointer or a screen reader is told."""


@dataclass(frozen=True)
class Mark:
    """A line with a label: of the scale, or a group's name under the axis."""

    place: float
    words: str


@dataclass(frozen=True)
class Chart:
    title: str
    bars: list[Bar]
    scale: list[Mark]
    groups: list[Mark]
    series: list[tuple[str, str]]
    """(look, words) of the legend."""
    limit: float | None = None
    """Where the line of the limit is drawn, if there is one."""


Series = Sequence[tuple[str, Sequence[float | None]]]


def bars(
    title: str,
    groups: Sequence[str],
    series: Series,
    *,
    stacked: bool = False,
    unit: str = "",
    top: float | None = None,
    limit: float | None = None,
) -> Chart:
    """A bar for each group and series, side by side or stacked; None draws nothing. `top`: a fixed end of the scale.

    `limit` draws a line across, in the unit of the values.
    """
    columns = list(zip(*(values for _, values in series), strict=True))
    heights = [
        sum(each or 0 for each in column) if stacked else max((each or 0) for each in column) for column in columns
    ]
    step, end = _scale(top or max([*heights, limit or 0]))
    room = min((WIDTH - LEFT - RIGHT) / max(len(groups), 1), WIDEST)
    drawn: list[Bar] = []
    for place, (group, column) in enumerate(zip(groups, columns, strict=True)):
        drawn += _column(group, column, [words for words, _ in series], (LEFT + place * room, room), end, stacked, unit)
    scale = [Mark(_y(step * n, end), f"{step * n:g}") for n in range(round(end / step) + 1)]
    every = max(1, round(len(groups) / 12))
    names = [Mark(LEFT + (n + 0.5) * room, name) for n, name in enumerate(groups) if n % every == 0]
    legend = [(LOOKS[n], words) for n, (words, _) in enumerate(series)]
    return Chart(title, drawn, scale, names, legend, None if limit is None else _y(limit, end))


def _column(
    group: str,
    column: Sequence[float | None],
    words: Sequence[str],
    place: tuple[float, float],
    end: float,
    stacked: bool,
    unit: str,
) -> list[Bar]:
    begin, room = place
    inner = room * 0.7
    width = inner if stacked else inner / len(column)
    drawn, below = [], 0.0
    for n, value in enumerate(column):
        if not value:
            continue
        x = begin + room * 0.15 + (0 if stacked else n * width)
        y = _y(below + value, end)
        told = f"{group}, {words[n]}: {value:g}{unit}"
        drawn.append(Bar(round(x, 1), y, round(width, 1), round(_y(below, end) - y, 1), LOOKS[n], told))
        below += value if stacked else 0
    return drawn


def _scale(most: float) -> tuple[float, float]:
    """A round step and a round end for a scale from 0 to `most`, in at most five steps."""
    if most <= 0:
        return 1, 4
    power = 1.0
    while most / (10 * power) > 5:
        power *= 10
    while most / power < 1:
        power /= 10
    step = next((each * power for each in STEPS if most / (each * power) <= 5), 10 * power)
    return step, step * -(-most // step)


def _y(value: float, end: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / end), 1)
