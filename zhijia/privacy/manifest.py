"""What privacy contributes to the house."""

from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, MessageKind
from zhijia.core.rekeying import sealed_column
from zhijia.privacy import tasks
from zhijia.privacy.gauges import GAUGES
from zhijia.privacy.personal_data import CONSENTS, ERASER, KEEPING, PERSONAL_DATA
from zhijia.privacy.services import redo_erasures
from zhijia.privacy.workflow import TABLE

MANIFEST = Manifest(
    app="privacy",
    order=800,
    urls="zhijia.privacy.urls",
    prefix="privacy/",
    api_prefix="privacy",
    api_router="zhijia.privacy.api.router",
    menu=(
        MenuEntry(
            _("Privacy"), "privacy:notice", "public", icon="lock", order=90,
            hint=_("What we hold about people, why, how long, and your rights"),
        ),
        MenuEntry(_("What we hold about you"), "privacy:mine", "worker", icon="lock", order=880),
        MenuEntry(
            _("Requests about own data"), "privacy:queue", "officer", icon="lock", order=80,
            visible=tasks.may_decide,
        ),
    ),
    desk=tasks.desk,
    timers=tasks.TIMERS,
    workflows=(TABLE,),
    messages=(
        MessageKind(
            "privacy.asked", _("A request about own data"),
            _("Somebody asks about his own data. Please decide."), audience="officer",
        ),
        MessageKind(
            "privacy.answered", _("Answer to your request about your data"),
            _("Open it to read what was decided."),
        ),
        MessageKind(
            "privacy.copied", _("A copy of your data was made"),
            _("If this was not you, end all other sessions and change your password."),
        ),
        MessageKind(
            "privacy.warned", _("You were away for long"),
            _("Your account will be erased if you do not sign in within 30 days."),
        ),
    ),
    audit_labels=(
        ("consent.given", _("agreed to a purpose")),
        ("consent.withdrawn", _("took a consent back")),
        ("data.shared", _("gave data to another body")),
        ("data.copied", _("took a copy of own data")),
        ("hold.placed", _("asked to keep something for a law")),
        ("hold.confirmed", _("confirmed that a law forbids to erase something")),
        ("hold.ended", _("ended a hold")),
        ("privacy.asked", _("asked about own data")),
        ("privacy.granted", _("agreed to erase")),
        ("privacy.refused", _("refused a request about own data")),
        ("privacy.answered", _("answered a request about own data")),
        ("privacy.frozen", _("frozen, because a law forbids to erase it")),
        ("privacy.withdrawn", _("took a request about own data back")),
        ("privacy.erased", _("erased for good")),
        ("privacy.done", _("finished a request about own data")),
    ),
    personal_data=PERSONAL_DATA,
    keeping=KEEPING,
    consents=CONSENTS,
    erasers=(ERASER,),
    gauges=GAUGES,
    after_restore=(redo_erasures,),
    rekeys=(
        sealed_column("privacy.RightsRequest", "text", "privacy/request", lambda row: row.place("text")),
        sealed_column("privacy.RightsRequest", "answer", "privacy/request", lambda row: row.place("answer")),
        sealed_column("privacy.LegalHold", "reason", "privacy/hold", lambda row: row.place()),
    ),
)  # fmt: skip
