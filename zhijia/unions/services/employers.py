"""Employers: adding, checking, merging."""

import datetime as dt
from typing import Any

from django.db import transaction

from zhijia.audit import services as audit
from zhijia.core.actors import Actor
from zhijia.core.clock import local_date
from zhijia.core.identifiers import clean_credit_code, is_union_credit_code
from zhijia.core.services import load_locked, require
from zhijia.core.text import grams, tidy
from zhijia.unions.enums import Industry, SizeBand
from zhijia.unions.errors import EmployerExists, NameMissing, SameEmployer, UnionCodeForEmployer
from zhijia.unions.models import Employer, EmployerGram, UnionBody
from zhijia.unions.permissions import require_edit_employer
from zhijia.unions.services.bodies import check_place

CHANGEABLE = ("name", "credit_code", "place", "industry", "size_band", "is_active")


@transaction.atomic
def add_employer(
    *,
    name: str,
    place: str,
    tenant: int | None = None,
    credit_code: str = "",
    industry: str = Industry.UNKNOWN,
    size_band: str = SizeBand.UNKNOWN,
    is_confirmed: bool = False,
    by: Actor,
    now: dt.datetime,
) -> Employer:
    """Add an employer; anybody may name one nobody knows, only an officer's entry counts as confirmed.

    The tenant is the province of ``place`` unless given. Raise ``NameMissing``, ``BadPlace``,
    ``BadCreditCode``, ``UnionCodeForEmployer``, ``EmployerExists``.
    """
    if is_confirmed:
        require(by, "unions.add_employer")
    employer = Employer(
        name=_name(name), place=check_place(place), credit_code=check_employer_code(credit_code),
        industry=industry, size_band=size_band, is_confirmed=is_confirmed, created_at=now,
        tenant=_province(place) if tenant is None else tenant,
    )  # fmt: skip
    _refuse_double(employer)
    employer.save(force_insert=True)
    _index(employer)
    audit.record("employer.added", obj=employer, by=by, now=now, tenant=employer.tenant)
    return employer


def name_employer(*, name: str, place: str, by: Actor, now: dt.datetime) -> Employer:
    """Return the employer with exactly this name in the province, or add the name to be checked later.

    For a worker whose employer nobody knows: five people naming it the same way name one entry.
    """
    same = Employer.objects.current().filter(tenant=_province(check_place(place)), name=_name(name))
    return same.order_by("-is_confirmed", "id").first() or add_employer(
        name=name, place=place, by=by, now=now
    )


def _province(place: str) -> int:
    return int(place[:2]) if place else 0


def _name(text: str) -> str:
    name = tidy(text)[:120]
    if not name:
        raise NameMissing
    return name


def check_employer_code(text: str) -> str:
    """Return a checked unified social credit code of an employer, or "" for none."""
    if not text.strip():
        return ""
    code = clean_credit_code(text)
    if is_union_credit_code(code):
        raise UnionCodeForEmployer
    return code


def _refuse_double(employer: Employer) -> None:
    if not employer.credit_code:
        return
    same = Employer.objects.filter(tenant=employer.tenant, credit_code=employer.credit_code)
    other = same.exclude(pk=employer.pk).first()
    if other is not None:
        raise EmployerExists(name=other.name)


def _index(employer: Employer) -> None:
    """Keep the pieces of the name by which it is found."""
    employer.grams.all().delete()
    pieces = sorted({g[:40] for g in grams(employer.name)})
    EmployerGram.objects.bulk_create(
        EmployerGram(tenant=employer.tenant, gram=piece, employer=employer) for piece in pieces
    )


@transaction.atomic
def change_employer(*, employer_id: int, by: Actor, now: dt.datetime, **changes: Any) -> Employer:
    """Correct an entry; the correction of an officer of its place confirms it. Raise as ``add_employer``."""
    employer = load_locked(Employer.objects.all(), pk=employer_id)
    require_edit_employer(by, employer, local_date(now))
    if unknown := set(changes) - set(CHANGEABLE):
        raise TypeError(f"not a detail of an employer: {sorted(unknown)}")
    for field, clean in (("name", _name), ("credit_code", check_employer_code), ("place", check_place)):
        if field in changes:
            changes[field] = clean(changes[field])
    changes["is_confirmed"] = True
    changed = [field for field, value in changes.items() if getattr(employer, field) != value]
    for field in changed:
        setattr(employer, field, changes[field])
    _refuse_double(employer)
    if changed:
        employer.save(update_fields=changed)
        audit.record(
            "employer.changed", obj=employer, by=by, now=now, tenant=employer.tenant, data={"fields": changed}
        )
    if "name" in changed:
        _index(employer)
    return employer


@transaction.atomic
def merge_employers(*, keep_id: int, gone_id: int, by: Actor, now: dt.datetime) -> Employer:
    """Merge one entry into another of the same province: its union bodies and declared employments follow.

    The merged entry stays in the table, out of use, so that what refers to it still finds its way.
    """
    if keep_id == gone_id:
        raise SameEmployer
    pair = {pk: load_locked(Employer.objects.all(), pk=pk) for pk in sorted((keep_id, gone_id))}
    keep, gone = pair[keep_id], pair[gone_id]
    for entry in (keep, gone):
        require_edit_employer(by, entry, local_date(now))
    if not keep.is_active or gone.merged_into_id or keep.tenant != gone.tenant:
        raise SameEmployer
    _hand_over(keep, gone)
    data = {"into": keep.pk}
    audit.record("employer.merged", obj=gone, by=by, now=now, tenant=gone.tenant, data=data)
    return keep


def _hand_over(keep: Employer, gone: Employer) -> None:
    Employer.objects.filter(merged_into=gone).update(merged_into=keep)
    UnionBody.objects.filter(employer=gone).update(employer=keep)
    gone.is_active, gone.merged_into = False, keep
    gone.save(update_fields=["is_active", "merged_into"])
    if gone.credit_code and not keep.credit_code:
        keep.credit_code, gone.credit_code = gone.credit_code, ""
        gone.save(update_fields=["credit_code"])
        keep.save(update_fields=["credit_code"])
