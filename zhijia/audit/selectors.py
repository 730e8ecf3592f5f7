"""Reading the chain."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from zhijia.audit.models import (
    Entry,
    FinalQuerySet,
    Head,
    Peer,
    PeerHead,
    SignedHead,
    SigningKey,
    WitnessState,
)
from zhijia.audit.references import reference_of
from zhijia.audit.verify_audit import GENESIS
from zhijia.core.errors import NotFound
from zhijia.core.manifest import contributions


def tenants() -> list[int]:
    """Return every tenant that has a chain."""
    return list(Head.objects.order_by("tenant").values_list("tenant", flat=True))


def entries_about(obj: Any, *, tenant: int | None = None) -> FinalQuerySet:
    """Return the entries about a thing, oldest first.

    Without ``tenant`` a row's own tenant is searched, or, for a ``type:id`` string, every tenant.
    """
    tenant = tenant if tenant is not None else getattr(obj, "tenant", None)
    found = Entry.objects.filter(object=reference_of(obj)).order_by("tenant", "seq")
    return found.filter(tenant__in=tenants() if tenant is None else [tenant])


def data_of(entry: Entry) -> dict[str, Any]:
    """Return the ids and codes that an entry holds."""
    return dict(json.loads(entry.data))


def label_of(action: str) -> Any:
    """Return what an action is called, from the manifests; the action itself when none names it."""
    return dict(contributions("audit_labels")).get(action, action)


def head_of(tenant: int) -> dict[str, Any]:
    """Return the head of a chain as a receipt states it: tenant, row and hash; row 0 before the first."""
    head = Head.objects.filter(tenant=tenant).first()
    return {"tenant": tenant, "seq": head.seq if head else 0, "hash": head.hash if head else GENESIS}


def newest_signed_heads() -> list[SignedHead]:
    """Return the newest signed head of each tenant."""
    found = (SignedHead.objects.filter(tenant=tenant).order_by("-pk").first() for tenant in tenants())
    return [head for head in found if head is not None]


def signing_keys() -> QuerySet[SigningKey]:
    """Return the public keys, oldest first."""
    return SigningKey.objects.order_by("number")


@dataclass(frozen=True)
class Witness:
    """How far one of the witnesses in the settings was told."""

    address: str
    head_at: dt.datetime | None
    """When the newest head that it confirmed was signed; None before the first."""
    delivered_at: dt.datetime | None
    failures: int
    next_at: dt.datetime | None
    trouble: str
    waiting: int
    """Heads that were signed and not yet confirmed."""

    @property
    def kind(self) -> str:
        """``file``, ``mailto`` or ``https``."""
        return self.address.partition(":")[0]

    def age(self, now: dt.datetime) -> dt.timedelta | None:
        """Return how old the newest head is that it holds."""
        return now - self.head_at if self.head_at else None


def witnesses() -> list[Witness]:
    """Return the witnesses that the settings name, in their order."""
    known = {state.address: state for state in WitnessState.objects.all()}
    return [
        _witness(known.get(address) or WitnessState(address=address)) for address in settings.ZHIJIA_WITNESSES
    ]


def _witness(state: WitnessState) -> Witness:
    waiting = SignedHead.objects.filter(pk__gt=state.delivered).count()
    return Witness(
        state.address,
        state.head_at,
        state.delivered_at,
        state.failures,
        state.next_at,
        state.trouble,
        waiting,
    )


@dataclass(frozen=True)
class Exposure:
    """What could still be rewritten unseen: what came after the newest head that a witness holds."""

    rows: int
    since: dt.datetime | None
    """When that head was signed; None when no witness holds any."""

    def age(self, now: dt.datetime) -> dt.timedelta | None:
        """Return how long ago that was."""
        return now - self.since if self.since else None


def exposure() -> Exposure:
    """Return what no outsider vouches for yet."""
    told = [
        state for state in WitnessState.objects.filter(address__in=settings.ZHIJIA_WITNESSES) if state.head_at
    ]
    last = max((state.delivered for state in told), default=0)
    held = {
        head.tenant: head.seq
        for head in SignedHead.objects.filter(pk__lte=last, pk__gt=last - 1000).order_by("pk")
    }
    rows = sum(head.seq - held.get(head.tenant, 0) for head in Head.objects.all())
    return Exposure(rows, max((state.head_at for state in told if state.head_at), default=None))


def peers() -> QuerySet[Peer]:
    """Return the servers for which this one is the witness."""
    return Peer.objects.order_by("name").prefetch_related("keys")


def peer_statements(name: str) -> list[str]:
    """Return what we hold of a peer, in order: each key's announcement, then the heads."""
    peer = Peer.objects.filter(name=name).first()
    if peer is None:
        raise NotFound
    told = [key.announcement for key in peer.keys.order_by("pk") if key.announcement]
    return told + list(PeerHead.objects.filter(peer=peer).order_by("pk").values_list("statement", flat=True))
