import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.core.manifest import Manifest, MenuEntry, Timer, personal_fields
from zhijia.core.rekeying import sealed_column
from zhijia.vault import keys, matching, rights
from zhijia.vault.gauges import GAUGES
from zhijia.vault.http import is_custodian_today
from zhijia.vault.services import adopt_parts, drop_stale_grants, expire_requests
from zhijia.vault.workflow import TABLE

OPEN_TEXT = _("So that whoever works on your matter can reach you; each opening is written down")

MANIFEST = Manifest(
    app="vault",
    order=30,
    prefix="vault/",
    urls="zhijia.vault.urls",
    menu=(
        MenuEntry(
            _("Requests for names"), "vault:requests", "officer", icon="key", order=20,
            visible=is_custodian_today,
        ),
    ),
    audit_labels=(
        ("vault.sealed", _("sealed personal data")),
        ("vault.updated", _("changed sealed personal data")),
        ("vault.opened", _("opened sealed personal data")),
        ("vault.erased", _("erased sealed personal data")),
        ("vault.key_made", _("set up an own key")),
        ("vault.key_rewrapped", _("put the own key under a new password")),
        ("vault.group_key_made", _("set up the key of an office")),
        ("vault.key_handed_on", _("handed on the key of an office")),
        ("vault.key_taken_back", _("took back the key of an office")),
        ("vault.recovery_made", _("made the recovery key")),
        ("vault.recovery_rehearsed", _("rehearsed the recovery key")),
        ("vault.recovered", _("used the recovery key")),
        ("identity.asked", _("asked to learn a name")),
        ("identity.approved", _("agreed that a name is opened")),
        ("identity.refused", _("refused to open a name")),
        ("identity.withdrawn", _("took back a request for a name")),
        ("identity.expired", _("a request for a name ran out")),
    ),
    workflows=(TABLE,),
    audit_checks=(matching.check,),
    keeping=rights.KEEPING,
    erasers=(rights.ERASER,),
    timers=(
        Timer("vault.expire_requests", expire_requests),
        Timer("vault.adopt_parts", adopt_parts),
        Timer("vault.forget_disclosures", rights.forget_disclosures, dt.timedelta(days=1)),
        Timer("vault.drop_stale_grants", drop_stale_grants, dt.timedelta(hours=1)),
    ),
    gauges=GAUGES,
    rekeys=(
        sealed_column(
            "vault.PartKey", "box", "part-key", lambda row: keys.part_place(row.part, row.to),
            Q(to=keys.PLATFORM),
        ),
        sealed_column("vault.Disclosure", "reason", "vault/reason", lambda row: row.place),
        sealed_column("vault.IdentityRequest", "reason", "vault/identity", lambda row: row.place("reason")),
        sealed_column("vault.IdentityRequest", "answer", "vault/identity", lambda row: row.place("answer")),
    ),
    personal_data=(
        *personal_fields(
            "vault.SealedPart", "C3", OPEN_TEXT, "shred", "content",
            thing=_("Who you are, how to reach you, and what you wrote"),
        ),
        *personal_fields(
            "vault.SealedPart", "C1", _("To find the sealed data that belong to a matter"), "keep",
            "owner", "part", "group", "public", thing=_("Which matter the sealed data belong to"),
        ),
        *personal_fields(
            "vault.PartKey", "C3", _("So that only those named can open a sealed part"), "delete",
            "to", "box", thing=_("Who holds a key to your sealed data"),
        ),
        *personal_fields(
            "vault.KeyPair", "C1", _("So that things can be sealed to you or your office"), "delete",
            "holder", "public", thing=_("That you have a key of your own"),
        ),
        *personal_fields(
            "vault.KeyGrant", "C1", _("So that only you, or your office, can use a key"), "delete",
            "to", "box", thing=_("Your key, under your password"),
        ),
        *personal_fields(
            "vault.Disclosure", "C3", _("So that you can see why your data were opened"), "keep",
            "reason", thing=_("The reason that an officer gave"),
        ),
        *personal_fields(
            "vault.Disclosure", "C1", _("So that you can see who opened your data"), "keep",
            "owner", "part", "opened_by", "office",
            thing=_("Which data were opened, by whom, for which union body"),
        ),
        *personal_fields(
            "vault.IdentityRequest", "C3", _("So that you can see who asked for your name, and why"), "keep",
            "reason", "answer", thing=_("The reasons for opening your name, or for refusing it"),
        ),
        *personal_fields(
            "vault.IdentityRequest", "C1", _("So that nobody learns your name without a second person"),
            "keep", "owner", "part", "state", thing=_("Requests to learn your name"),
        ),
    ),
)  # fmt: skip
