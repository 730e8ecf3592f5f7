"""Reads that open no seal of a record."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from zhijia.audit import selectors as audit
from zhijia.core.sealing import unseal_json
from zhijia.vault.enums import Purpose
from zhijia.vault.models import Disclosure, SealedPart


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


def parts_of(owner: str, *, tenant: int | None = None) -> QuerySet[SealedPart]:
    """Return the parts of a record, open or erased. Without ``tenant`` every tenant is searched."""
    return SealedPart.objects.filter(owner=owner, tenant__in=_tenants(tenant)).order_by("part")


def has_part(owner: str, part: str, *, tenant: int | None = None) -> bool:
    """Say whether something is sealed under this name and not erased."""
    return parts_of(owner, tenant=tenant).filter(part=part, erased_at__isnull=True).exists()


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


def _tenants(tenant: int | None) -> list[int]:
    return audit.tenants() if tenant is None else [tenant]


def _reason(row: Disclosure) -> str:
    return str(unseal_json(bytes(row.reason), purpose="vault/reason", place=row.place))
