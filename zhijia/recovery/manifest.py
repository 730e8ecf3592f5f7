"""What recoveries contribute to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, MessageKind, Timer, personal_fields
from zhijia.core.rekeying import sealed_column
from zhijia.recovery import rights, services
from zhijia.recovery.http import has_counter_today
from zhijia.recovery.models import PURPOSE
from zhijia.recovery.workflow import RECOVERY

MANIFEST = Manifest(
    app="recovery",
    order=35,
    urls="zhijia.recovery.urls",
    prefix="recovery/",
    menu=(
        MenuEntry(
            _("Lost telephones"), "recovery:open", "officer", icon="phone", order=70,
            visible=has_counter_today,
        ),
    ),
    timers=(
        Timer("recovery.finish", lambda now: services.finish_due(now=now), dt.timedelta(minutes=1)),
        Timer("recovery.lapse", lambda now: services.lapse_waiting(now=now), dt.timedelta(minutes=10)),
        Timer("recovery.forget", rights.forget, dt.timedelta(days=1)),
    ),
    messages=(
        MessageKind(
            "recovery.begun",
            _("Somebody asks to give your account to another number"),
            _("Two officers saw a person with papers. If that was you, you need do nothing: in two days the "
              "new number takes the place of this one. If it was not you, open this message and stop it."),
        ),
        MessageKind(
            "recovery.stopped",
            _("The change of your number was stopped"),
            _("Nothing was changed. If it was not you who stopped it, come to any station with your papers."),
        ),
        MessageKind(
            "recovery.done",
            _("Your account has its new number"),
            _("Sign in with a one-time code to the new number and set a new password within seven days. "
              "Everything else in your account is as it was."),
        ),
    ),
    audit_labels=(
        ("recovery.opened", _("recovery of an account opened")),
        ("recovery.confirmed", _("recovery of an account confirmed by a second officer")),
        ("recovery.refused", _("recovery of an account refused")),
        ("recovery.stopped", _("recovery of an account stopped by its owner")),
        ("recovery.finished", _("recovery of an account finished")),
        ("recovery.lapsed", _("recovery of an account lapsed")),
    ),
    personal_data=(
        *personal_fields(
            "recovery.Recovery", "C3", _("To give your account to your new number"), "clear",
            "new_phone_sealed", thing=_("Your new mobile number, while a recovery runs"),
        ),
        *personal_fields(
            "recovery.Recovery", "C2", _("To give your account to your new number"), "clear",
            "new_phone_index", thing=_("Digest of your new number, while a recovery runs"),
        ),
    ),
    keeping=rights.KEEPING,
    held=rights.held,
    erasers=(rights.ERASER,),
    rekeys=(sealed_column("recovery.Recovery", "new_phone_sealed", PURPOSE, lambda row: row.place),),
    workflows=(RECOVERY,),
)  # fmt: skip
