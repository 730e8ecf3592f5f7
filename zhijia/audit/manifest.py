import datetime as dt

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services
from zhijia.audit.boot_checks import clock_went_back, no_witness, signing_key_missing
from zhijia.audit.gauges import GAUGES
from zhijia.audit.heads import heads
from zhijia.audit.services.replaying import replay_entry, replay_head
from zhijia.core.manifest import Manifest, Replay, Timer, personal_fields

LINKS = _("Ties the entries together, so that none can be changed unseen")

OTHERS = _("Seals of another union's server, kept so that it cannot rewrite its audit")

MANIFEST = Manifest(
    app="audit",
    order=10,
    urls="zhijia.audit.urls",
    prefix="audit/",
    boot_checks=(clock_went_back, signing_key_missing, no_witness),
    gauges=GAUGES,
    timers=(
        Timer("audit.sign_heads", lambda now: services.sign_heads(now=now), dt.timedelta(hours=1)),
        Timer("audit.tell_witnesses", lambda now: services.tell_witnesses(now=now)),
    ),
    backup_facts=heads,
    audit_labels=(
        ("audit.key_changed", _("changed the key that signs the audit")),
        ("audit.peer_added", _("began to keep the seals of another server")),
    ),
    personal_data=(
        *personal_fields(
            "audit.Entry", "C1", _("Evidence of who did what; numbers and codes, no names"), "keep",
            "actor", "action", "object", "data", "purpose", thing=_("What was done with your records"),
        ),
        *personal_fields("audit.Entry", "C0", LINKS, "keep", "hash", "previous"),
        *personal_fields("audit.Head", "C0", LINKS, "keep", "hash"),
        *personal_fields("audit.SignedHead", "C0", LINKS, "keep", "*"),
        *personal_fields("audit.SigningKey", "C0", LINKS, "keep", "*"),
        *personal_fields("audit.PeerHead", "C0", OTHERS, "keep", "*"),
        *personal_fields("audit.PeerKey", "C0", OTHERS, "keep", "*"),
        *personal_fields("audit.Peer", "C0", OTHERS, "keep", "*"),
        *personal_fields("audit.WitnessState", "C0", _("Who was shown the seals of the audit"), "keep", "*"),
    ),
    replays=(Replay("audit.Entry", replay_entry), Replay("audit.Head", replay_head)),
)  # fmt: skip
