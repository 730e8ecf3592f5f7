"""What notifications contribute to the house."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, PersonalField, Timer
from zhijia.notifications import services

MANIFEST = Manifest(
    app="notifications",
    order=30,
    urls="zhijia.notifications.urls",
    menu=(
        MenuEntry(_("Messages"), "notifications:inbox", "worker", icon="bell", order=40),
        MenuEntry(_("Messages"), "notifications:inbox", "officer", icon="bell", order=40),
        MenuEntry(
            _("Outbox (trial)"),
            "notifications:outbox",
            "public",
            icon="bell",
            order=990,
            visible=lambda user: settings.DEVELOPMENT,
        ),
    ),
    timers=(
        Timer("notifications.resend", lambda now: services.attempt_waiting(now=now), dt.timedelta(minutes=1)),
        Timer("notifications.forget", lambda now: services.forget_old(now=now), dt.timedelta(days=1)),
    ),
    personal_data=(
        PersonalField(
            "notifications.Notification",
            "data",
            "C2",
            _("To tell you what happened in your matters"),
            "delete",
        ),
        PersonalField(
            "notifications.Delivery", "address_sealed", "C3", _("To reach you outside the platform"), "delete"
        ),
        PersonalField(
            "notifications.OutboxMessage", "address", "C2", _("Only in trial installations"), "delete"
        ),
    ),
)
