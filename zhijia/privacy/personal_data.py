"""What privacy itself holds about people, why, how long, and which choices there are."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.accounts.services import update_profile
from zhijia.core.manifest import personal_fields
from zhijia.core.rights import ConsentKind, Eraser, Ground, keepings
from zhijia.privacy.services.forgetting import erase_words

PROOF = _("To prove what you agreed to, and when you took it back")
GIVEN = _("So that you can see who else received something about you, and why")
ANSWER = _("To answer your request and to prove that it was answered")

PERSONAL_DATA = (
    *personal_fields("privacy.ConsentText", "C0", _("Words that everybody is shown"), "keep", "*"),
    *personal_fields(
        "privacy.Consent", "C2", PROOF, "keep", "kind", "owner", thing=_("What you agreed to and took back")
    ),
    *personal_fields(
        "privacy.Sharing", "C2", GIVEN, "keep", "recipient", "contact", "purpose", "kinds", "article",
        "about_kind", thing=_("What was given to other bodies"),
    ),
    *personal_fields(
        "privacy.RightsRequest", "C3", ANSWER, "clear", "text", "answer",
        thing=_("Your requests about your data, and the answers"),
    ),
    *personal_fields(
        "privacy.RightsRequest", "C1", ANSWER, "keep", "about_kind", thing=_("That you asked something")
    ),
    *personal_fields(
        "privacy.LegalHold", "C3", _("To keep only for as long what a law forbids to erase"), "delete",
        "reason", thing=_("That a law forbids to erase something of yours for now"),
    ),
    *personal_fields(
        "privacy.LegalHold", "C1", _("To name the law"), "keep", "article", "about_kind",
        thing=_("That a law forbids to erase something of yours for now"),
    ),
    *personal_fields(
        "privacy.Erasure", "C1", _("To prove that something was erased; numbers only"), "keep",
        "reference", "mark", "request", "counts", thing=_("That something of yours was erased"),
    ),
)  # fmt: skip

KEEPING = (
    *keepings(
        "retention.consent", _("the day you took it back"), "privacy.forget", Ground.DUTY, "privacy.Consent"
    ),
    *keepings(
        "retention.sharing", _("the day it was given"), "privacy.forget", Ground.DUTY, "privacy.Sharing"
    ),
    *keepings(
        "retention.request", _("the answer"), "privacy.forget", Ground.DUTY,
        "privacy.RightsRequest", "privacy.LegalHold", "privacy.Erasure",
    ),
)  # fmt: skip


def _notices_by_email(user: Any, agrees: bool, now: dt.datetime) -> None:
    update_profile(user=user, changes={"notice_by_email": agrees}, by=user, now=now)


CONSENTS = (
    ConsentKind(
        key="notice_email", version=1, title=_("News by e-mail"),
        text=_(
            "You may send me an e-mail when there is news. It says only that there is news, never what it"
            " is about."
        ),
        without=_("You read your news here. Nothing else changes."), changed=_notices_by_email,
    ),
    ConsentKind(
        key="share_matter", version=1, title=_("Give my matter to another body"),
        text=_(
            "The union may give this matter to another body that I was told by name, with what it contains"
            " about me, so that this body can act on it."
        ),
        without=_("The union goes on with your matter itself and tells you where else you can go."),
        per_matter=True, to_others=True,
    ),
)  # fmt: skip

ERASER = Eraser(kind="user", erase=erase_words, order=60)
