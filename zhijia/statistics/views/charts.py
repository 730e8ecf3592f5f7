"""Figures as the page component draws them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from zhijia.core.charts import Bar, BarChart
from zhijia.statistics.selectors import Figure


def chart_of(months: Sequence[tuple[dt.date, Figure]], unit: Any, places: int) -> BarChart:
    """Return bars by month; a month without anything to count stays empty."""
    bars = [Bar(f"{first:%Y-%m}", figure.value) for first, figure in months]
    return BarChart(title=_("By month"), bars=bars, unit=unit, label=_("Month"), places=places)
