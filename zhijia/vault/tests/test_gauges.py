"""Figures of opened names: how many, how many of them by two, and what of it everybody is shown."""

import datetime as dt

import pytest

from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import PostFactory, Tree
from zhijia.vault import gauges
from zhijia.vault.models import Disclosure, IdentityRequest, SealedPart

NOW = dt.datetime(2026, 8, 20, 4, 0, tzinfo=dt.UTC)
QUARTER = dt.datetime(2026, 3, 31, 16, 0, tzinfo=dt.UTC)
"""1 April in China: the beginning of the quarter before the running one."""
pytestmark = pytest.mark.django_db


def matters(count: int, at: dt.datetime, first: int = 0) -> None:
    told = {
        "tenant": 13,
        "part": "narrative",
        "public": b"p",
        "content": b"c",
        "sealed_at": at,
        "changed_at": at,
    }
    SealedPart.objects.bulk_create(SealedPart(owner=f"appeal:{first + n}", **told) for n in range(count))


def opened(owner: str, by: int, at: dt.datetime) -> None:
    Disclosure.objects.create(
        tenant=13, owner=owner, part="complainant", opened_by=f"user:{by}", purpose="grievance_handle",
        reason=b"r", opened_at=at, audit_seq=Disclosure.objects.count() + 1,
    )  # fmt: skip


def test_names_opened_without_a_second_person_show_in_the_share():
    tree = Tree()
    handler, custodian = (
        PostFactory(body=tree.county, role=role).user for role in (Role.HANDLER, Role.CUSTODIAN)
    )
    assert gauges.names_by_two(NOW).value is None
    IdentityRequest.objects.create(
        tenant=13, owner="appeal:1", part="complainant", body=tree.county, asked_by=handler, asked_at=NOW,
        reason=b"r", state="approved", decided_by=custodian, decided_at=NOW, answer=b"",
        expires_at=NOW + dt.timedelta(days=1),
    )  # fmt: skip
    for owner in ("appeal:1", "appeal:1", "appeal:1", "appeal:2"):
        opened(owner, handler.pk, NOW)
    reading = gauges.names_by_two(NOW)
    assert (reading.value, reading.n) == (75, 4)
    opened("appeal:1", custodian.pk, NOW)
    assert gauges.names_by_two(NOW).value == 60


def test_everybody_is_shown_names_only_late_rounded_and_of_many():
    matters(199, QUARTER - dt.timedelta(days=1))
    assert gauges.names_published(NOW).value is None
    matters(101, QUARTER - dt.timedelta(seconds=1), first=500)
    for number in range(7):
        opened(f"appeal:{number}", 1, QUARTER - dt.timedelta(days=1))
    before = gauges.names_published(NOW)
    assert (before.value, before.n, before.at) == (25, 200, QUARTER)
    matters(50, QUARTER, first=900)
    opened("appeal:900", 1, QUARTER)
    assert gauges.names_published(NOW) == before


def test_no_exact_figure_of_the_vault_is_public():
    assert [gauge.key for gauge in gauges.GAUGES if gauge.public] == ["vault.names_published"]
