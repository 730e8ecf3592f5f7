"""What the statistics contribute to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, Timer, personal_fields
from zhijia.statistics import services

MANIFEST = Manifest(
    app="statistics",
    order=900,
    urls="zhijia.statistics.urls",
    api_prefix="statistics",
    api_router="zhijia.statistics.api.router",
    menu=(
        MenuEntry(
            _("Open figures"),
            "statistics:open",
            "public",
            icon="chart",
            order=80,
            hint=_("How fast the union answers, and how satisfied people are"),
        ),
        MenuEntry(_("Figures"), "statistics:index", "officer", icon="chart", order=70),
    ),
    timers=(
        Timer("statistics.publish_due", lambda now: services.publish_due(now=now), dt.timedelta(hours=6)),
    ),
    audit_labels=(("figures.published", _("Figures published")),),
    personal_data=personal_fields(
        "statistics.Release",
        "C0",
        _("Published figures about groups, never about one person"),
        "keep",
        "indicator",
        "rows",
    ),
    demo="zhijia.statistics.demo.load",
)
