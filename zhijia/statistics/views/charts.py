"""Figures as the page component draws them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhijia.core.charts import Bar, BarChart
from zhijia.statistics.periods import Period
from zhijia.statistics.selectors import Figure


def chart_of(
    parts: Sequence[tuple[Period, Figure]], unit: Any, places: int, *, by_year: bool = False
) -> BarChart:
    """Return bars by month or by year; one without anything to count stays empty."""
    pattern = "%Y" if by_year else "%Y-%m"
    title, label = (_("By year"), _("Year")) if by_year else (_("By month"), _("Month"))
    bars = [Bar(f"{part.first:{pattern}}", figure.value) for part, figure in parts]
    return BarChart(title=title, bars=bars, unit=unit, label=label, places=places)
