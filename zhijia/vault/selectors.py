"""Reads that open no seal of a record."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from zhijia.audit import selectors as audit
from zhijia.core.clock import local_date
from zhijia.core.errors import NotFound
from zhijia.core.sealing import unseal, unseal_json
from zhijia.unions import selectors as unions
from zhijia.unions.enums import Role
from zhijia.vault import keys, permissions
from zhijia.vault.enums import Purpose, RequestState
from zhijia.vault.errors import NoSuchPart
from zhijia.vault.models import Disclosure, IdentityRequest, KeyPair, PartKey, SealedPart


@dataclass(frozen=True)
class DisclosureLine:
    """One line of "who opened my data", for the worker."""

    at: dt.datetime
    part: str
    office: str
    opened_by: str
    purpose: Purpose
    reason: str

    @property
    def why(self) -> str:
        """Return the purpose in plain words."""
        return str(self.purpose.label)


@dataclass(frozen=True)
class RequestLine:
    """A request to learn a name, as the worker, who asked and who decides read it."""

    request: IdentityRequest
    reason: str
    answer: str
    is_yours: bool = False
    may_decide: bool = False

    @property
    def about(self) -> str:
        """Return how the record is called to somebody who sees neither text nor name."""
        keeper = permissions.keeper_of(self.request.owner)
        return keeper.about(self.request.owner) if keeper else ""


def parts_of(owner: str, *, tenant: int | None = None) -> QuerySet[SealedPart]:
    """Return the parts of a record, open or erased. Without ``tenant`` every tenant is searched."""
    return SealedPart.objects.filter(owner=owner, tenant__in=_tenants(tenant)).order_by("part")


def live_part(owner: str, part: str, *, tenant: int | None = None, locked: bool = False) -> SealedPart:
    """Return a part that is not erased; raise ``NoSuchPart``."""
    rows = parts_of(owner, tenant=tenant).filter(part=part, erased_at__isnull=True)
    found = (rows.select_for_update() if locked else rows).first()
    if found is None:
        raise NoSuchPart
    return found


def has_part(owner: str, part: str, *, tenant: int | None = None) -> bool:
    """Say whether something is sealed under this name and not erased."""
    return parts_of(owner, tenant=tenant).filter(part=part, erased_at__isnull=True).exists()


def public_of(owner: str, part: str, *, tenant: int | None = None) -> bytes:
    """Return the public half of a part's key, to which anybody may seal; raise ``NoSuchPart``."""
    return bytes(live_part(owner, part, tenant=tenant).public)


def disclosures_of(owner: str, *, tenant: int | None = None) -> list[DisclosureLine]:
    """Return who opened parts of a record, when, for which office and why; newest first."""
    rows = Disclosure.objects.filter(owner=owner, tenant__in=_tenants(tenant)).order_by(
        "-opened_at", "-audit_seq"
    )
    return [
        DisclosureLine(
            at=row.opened_at, part=row.part, office=row.office, opened_by=row.opened_by,
            purpose=Purpose(row.purpose), reason=_reason(row),
        )
        for row in rows
    ]  # fmt: skip


# Requests to learn a name ---------------------------------------------------------------------


def request_line(row: IdentityRequest) -> RequestLine:
    """Return a request with its texts."""
    return RequestLine(
        row, _request_text(row, "reason", bytes(row.reason)), _request_text(row, "answer", bytes(row.answer))
    )


def requests_about(owner: str, *, tenant: int | None = None) -> list[RequestLine]:
    """Return every request about a record, newest first."""
    rows = IdentityRequest.objects.filter(owner=owner, tenant__in=_tenants(tenant))
    return [request_line(r) for r in rows.select_related("body").order_by("-asked_at")]


def live_request(user: Any, owner: str, part: str, now: dt.datetime) -> RequestLine | None:
    """Return the person's own request that waits or is approved."""
    rows = IdentityRequest.objects.filter(owner=owner, part=part, asked_by=user, expires_at__gt=now)
    found = rows.filter(state__in=(RequestState.ASKED, RequestState.APPROVED)).first()
    return request_line(found) if found else None


def requests_for(user: Any, now: dt.datetime) -> list[RequestLine]:
    """Return what waits for a custodian's decision, oldest first, and what he decided of late."""
    on = local_date(now)
    scope = unions.scope(user, Role.CUSTODIAN, on)
    rows = IdentityRequest.objects.filter(scope.q("body__"), asked_at__gte=now - dt.timedelta(days=30))
    found = []
    for row in rows.select_related("body", "asked_by").order_by("asked_at")[:200]:
        if permissions.is_custodian(user, row, on):
            line = request_line(row)
            waits = row.state == RequestState.ASKED and row.expires_at > now
            may = waits and permissions.is_independent(user, row, on)
            found.append(RequestLine(row, line.reason, line.answer, may_decide=may))
    return found


def request_for(user: Any, public_id: Any, now: dt.datetime) -> RequestLine:
    """Return one request that the custodian may see; raise ``NotFound``."""
    row = IdentityRequest.objects.filter(public_id=public_id).select_related("body", "asked_by").first()
    on = local_date(now)
    if row is None or not permissions.is_custodian(user, row, on):
        raise NotFound
    line = request_line(row)
    may = row.state == RequestState.ASKED and permissions.is_independent(user, row, on)
    return RequestLine(row, line.reason, line.answer, may_decide=may)


# Figures --------------------------------------------------------------------------------------


def key_figures() -> dict[str, int]:
    """Return counts for the operator: parts, those without a group's key, openings, requests."""
    requests = dict(IdentityRequest.objects.values_list("state").annotate(n=Count("pk")))
    return {
        "parts": SealedPart.objects.filter(erased_at=None).count(),
        "kept_by_platform": PartKey.objects.filter(to=keys.PLATFORM).exclude(part__group="").count(),
        "group_keys": KeyPair.objects.filter(retired_at=None, holder__startswith="desk:").count(),
        "recovery_key": KeyPair.objects.filter(retired_at=None, holder=keys.RECOVERY).count(),
        "openings": Disclosure.objects.count(),
        "identity_openings": Disclosure.objects.filter(part="complainant")
        .exclude(opened_by="system")
        .count(),
        "requests_approved": requests.get(RequestState.APPROVED, 0) + requests.get(RequestState.EXPIRED, 0),
        "requests_waiting": requests.get(RequestState.ASKED, 0),
    }


def _request_text(row: IdentityRequest, name: str, sealed: bytes) -> str:
    if not sealed:
        return ""
    return unseal(sealed, purpose="vault/identity", place=row.place(name)).decode()


def _tenants(tenant: int | None) -> list[int]:
    return audit.tenants() if tenant is None else [tenant]


def _reason(row: Disclosure) -> str:
    return str(unseal_json(bytes(row.reason), purpose="vault/reason", place=row.place))
