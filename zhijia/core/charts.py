"""Charts drawn on the server: geometry only, no JavaScript, no inline style.

A chart is data with a title; its component draws it with the figures beside or behind it, so
that a reader of a screen, a printout or a text-only page has the same facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

Figure = int | float | Decimal | None


def _text(value: Figure, places: int) -> str:
    return (
        "—" if value is None else str(number_format(round(float(value), places), places, force_grouping=True))
    )


@dataclass(frozen=True)
class Bar:
    """One bar; ``tone`` is "", ``blue``, ``green``, ``amber`` or ``grey``."""

    label: Any
    value: Figure
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class DrawnBar:
    """A bar with its width in hundredths and its figure as text."""

    label: Any
    text: str
    width: float
    href: str
    tone: str


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars: long Chinese labels stay readable on a phone. Bars begin at zero."""

    title: Any
    bars: Sequence[Bar]
    unit: Any = ""
    label: Any = ""
    """What the bars are of: head of the first column."""
    note: Any = ""
    places: int = 0
    """Decimal places of the figures."""

    @cached_property
    def drawn(self) -> list[DrawnBar]:
        """Bars scaled to the largest one."""
        largest = max((float(bar.value or 0) for bar in self.bars), default=0) or 1
        return [
            DrawnBar(
                label=bar.label,
                text=_text(bar.value, self.places),
                width=round(max(float(bar.value or 0), 0) / largest * 100, 2),
                href=bar.href,
                tone=bar.tone,
            )
            for bar in self.bars
        ]


@dataclass(frozen=True)
class Series:
    """One line: a value, or None for "no figure", at each label of the chart."""

    label: Any
    values: Sequence[Figure]


@dataclass(frozen=True)
class Tick:
    """A horizontal line with its figure."""

    x: int
    y: float
    text_y: float
    text: str


@dataclass(frozen=True)
class Mark:
    """A label under the axis."""

    x: float
    text: Any
    anchor: str


@dataclass(frozen=True)
class Dot:
    """A point of a line."""

    x: float
    y: float


@dataclass(frozen=True)
class DrawnLine:
    """A line as an SVG path; a missing figure breaks it."""

    label: Any
    css: str
    path: str
    dots: list[Dot]


@dataclass(frozen=True)
class Row:
    """A row of the table behind a line chart."""

    label: Any
    texts: list[str]


@dataclass(frozen=True)
class LineChart:
    """Up to four lines over the same labels, from zero, with the figures as a table."""

    title: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    unit: Any = ""
    label: Any = ""
    note: Any = ""
    places: int = 0
    width: int = field(default=400, init=False)
    height: int = field(default=220, init=False)
    left: int = field(default=46, init=False)
    right: int = field(default=392, init=False)
    top: int = field(default=14, init=False)
    bottom: int = field(default=190, init=False)
    label_y: int = field(default=210, init=False)

    @cached_property
    def _figures(self) -> list[float]:
        return [float(v) for line in self.series for v in line.values if v is not None]

    @property
    def has_values(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self._figures)

    @cached_property
    def ceiling(self) -> float:
        """The top of the axis: 1, 2, 4, 5 or 8 times a power of ten, at or above the largest figure."""
        largest = max(self._figures, default=0)
        if largest <= 0:
            return 1.0
        power = 10.0 ** (len(str(int(largest))) - 1) if largest >= 1 else 0.1
        return next(step * power for step in (1, 2, 4, 5, 8, 10, 20) if step * power >= largest)

    def _x(self, position: int) -> float:
        steps = max(len(self.labels) - 1, 1)
        return round(self.left + (self.right - self.left) * position / steps, 1)

    def _y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - self.top) * value / self.ceiling, 1)

    @property
    def ticks(self) -> list[Tick]:
        """Four lines from zero to the ceiling."""
        places = 1 if self.ceiling < 4 else 0
        values = [self.ceiling * n / 4 for n in range(5)]
        return [Tick(self.left - 6, self._y(v), self._y(v) + 4, _text(v, places)) for v in values]

    @property
    def marks(self) -> list[Mark]:
        """First, middle and last label: more would overlap on a phone."""
        last = len(self.labels) - 1
        chosen = sorted({0, last // 2, last})
        anchors = {0: "start", last: "end"}
        return [Mark(self._x(n), self.labels[n], anchors.get(n, "middle")) for n in chosen if n >= 0]

    @property
    def drawn(self) -> list[DrawnLine]:
        """Lines with their path and points; points only while they stay apart."""
        return [self._draw(n, line) for n, line in enumerate(self.series)]

    def _draw(self, number: int, line: Series) -> DrawnLine:
        path, dots, pen_down = [], [], False
        for n, value in enumerate(line.values):
            if value is None:
                pen_down = False
                continue
            x, y = self._x(n), self._y(float(value))
            path.append(f"{'L' if pen_down else 'M'}{x} {y}")
            dots.append(Dot(x, y))
            pen_down = True
        shown = dots if len(self.labels) <= 31 else []
        return DrawnLine(line.label, f"chart-{number % 4 + 1}", "".join(path), shown)

    @property
    def rows(self) -> list[Row]:
        """The figures behind the lines."""
        return [
            Row(label, [_text(line.values[n], self.places) for line in self.series])
            for n, label in enumerate(self.labels)
        ]

    @property
    def summary(self) -> str:
        """One sentence for those who do not see the lines."""
        return _("lowest %(lowest)s, highest %(highest)s; the table below holds all figures") % {
            "lowest": _text(min(self._figures), self.places),
            "highest": _text(max(self._figures), self.places),
        }
