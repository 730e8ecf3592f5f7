"""What accounts contribute to the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.accounts import rights, services
from zhijia.accounts.personal_data import PERSONAL_DATA
from zhijia.accounts.rekeying import REKEYS
from zhijia.core.manifest import Manifest, MenuEntry, Timer

DAY = dt.timedelta(days=1)

MANIFEST = Manifest(
    app="accounts",
    order=20,
    urls="zhijia.accounts.urls",
    prefix="me/",
    menu=(
        MenuEntry(_("My account"), "accounts:profile", "worker", icon="person", order=900),
        MenuEntry(_("My account"), "accounts:profile", "officer", icon="person", order=900),
    ),
    timers=(
        Timer("accounts.forget_failed_sign_ins", lambda now: services.forget_failed_sign_ins(now=now), DAY),
        Timer("accounts.forget_tokens", rights.forget_tokens, DAY),
        Timer("accounts.forget_sessions", lambda now: services.forget_sessions(now=now), DAY),
    ),
    audit_labels=(
        ("account.created", _("account made")),
        ("account.changed", _("account changed")),
        ("account.password_set", _("password set")),
        ("account.codes_made", _("printed codes made")),
        ("account.moved", _("account given to a new number")),
        ("account.closed", _("account closed")),
        ("account.reopened", _("account opened again")),
        ("account.session_ended", _("session ended")),
        ("account.sessions_ended", _("all sessions ended")),
        ("token.created", _("token made")),
        ("token.revoked", _("token revoked")),
    ),
    personal_data=PERSONAL_DATA,
    keeping=rights.KEEPING,
    rekeys=REKEYS,
    held=rights.held,
    erasers=(rights.ERASER,),
)
