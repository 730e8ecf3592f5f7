"""How long the vault keeps what it holds, and how it lets go of it."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.core.rights import Eraser, Ground, keepings
from zhijia.regulations.selectors import let_go_before
from zhijia.vault.models import Disclosure, IdentityRequest, KeyPair, PartKey

KEEPING = (
    *keepings(
        "appeal.retention.web", _("the day you handed the matter in"), "appeals.erase_expired", Ground.DUTY,
        "vault.SealedPart", "vault.PartKey",
    ),
    *keepings(
        "retention.disclosure", _("the opening"), "vault.forget_disclosures", Ground.DUTY,
        "vault.Disclosure", "vault.IdentityRequest",
    ),
    *keepings(
        "retention.account", _("your last sign-in"), "privacy.erase_inactive", Ground.SECURITY,
        "vault.KeyPair", "vault.KeyGrant",
    ),
)  # fmt: skip


def forget_disclosures(now: dt.datetime) -> int:
    """Timer: delete who opened what, and requests to learn a name, past their period; return how many."""
    limit = let_go_before("retention.disclosure", now)
    gone = Disclosure.objects.filter(opened_at__lt=limit).delete()[0]
    return gone + IdentityRequest.objects.filter(asked_at__lt=limit).delete()[0]


def erase(reference: str, *, now: dt.datetime) -> dict[str, int]:
    """Destroy a person's own keys: what was sealed to him alone opens never again."""
    lent = PartKey.objects.filter(to=reference).delete()[0]
    return {"keys": lent + KeyPair.objects.filter(holder=reference).delete()[0]}


ERASER = Eraser(kind="user", erase=erase, order=20)
