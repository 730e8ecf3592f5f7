"""What notifications contribute to the house."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, Timer, personal_fields
from zhijia.core.rekeying import sealed_column
from zhijia.core.rights import Ground, keepings
from zhijia.notifications import rights, services
from zhijia.notifications.gauges import GAUGES

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
    rekeys=(
        sealed_column("notifications.Notification", "sealed", "notification", lambda row: row.place),
        sealed_column(
            "notifications.Delivery", "address_sealed", "delivery", lambda row: f"delivery|address|{row.key}"
        ),
        sealed_column(
            "notifications.Delivery", "text_sealed", "delivery", lambda row: f"delivery|text|{row.key}"
        ),
    ),
    gauges=GAUGES,
    timers=(
        Timer("notifications.resend", lambda now: services.attempt_waiting(now=now), dt.timedelta(minutes=1)),
        Timer("notifications.forget", lambda now: services.forget_old(now=now), dt.timedelta(days=1)),
    ),
    keeping=(
        *keepings(
            "retention.message", _("the day it was written"), "notifications.forget", Ground.SERVICE,
            "notifications.Notification",
        ),
        *keepings(
            "retention.delivery", _("the sending"), "notifications.forget", Ground.SERVICE,
            "notifications.Delivery",
        ),
        *keepings(
            "retention.trial_message", _("the sending"), "notifications.forget", Ground.SERVICE,
            "notifications.OutboxMessage",
        ),
    ),
    held=rights.held,
    erasers=(rights.ERASER,),
    audit_labels=(("messages.moved", _("messages moved along with the account")),),
    personal_data=(
        *personal_fields(
            "notifications.Notification",
            "C2",
            _("To tell you what happened in your matters"),
            "delete",
            "kind",
            "data",
            "url",
            "sealed",
            thing=_("Messages in your inbox"),
        ),
        *personal_fields(
            "notifications.Delivery",
            "C3",
            _("To reach you outside the platform"),
            "delete",
            "address_sealed",
            "text_sealed",
            thing=_("Text messages and e-mails to you, with number or address"),
        ),
        *personal_fields(
            "notifications.Delivery",
            "C1",
            _("So that a message arrives, and only once"),
            "delete",
            "key",
            "last_error",
            thing=_("Whether a message has left the house"),
        ),
        *personal_fields(
            "notifications.OutboxMessage",
            "C2",
            _("Only in trial installations"),
            "delete",
            "address",
            "text",
            thing=_("Text messages that were not sent but kept"),
        ),
    ),
)  # fmt: skip
