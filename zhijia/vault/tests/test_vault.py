"""Sealed parts: who opens them, that it is written down first, and that nothing opens elsewhere."""

import datetime as dt

import pytest
from django.db import connection, transaction

from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM, ReceiptHolder
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.sealing import SealBroken
from zhijia.vault import permissions, selectors, services
from zhijia.vault.enums import Purpose
from zhijia.vault.errors import AlreadySealed, NoSuchPart, PurposeUnknown, ReasonMissing
from zhijia.vault.models import Disclosure, PartKey, SealedPart
from zhijia.vault.services import parts

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=3)
OFFICER, STRANGER = ReceiptHolder("officer", key=bytes(32)), ReceiptHolder("stranger", key=bytes(32))
OWNER = "matter:7"
SECRET = {"name": "王小明", "phone": "+8613800000000"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _opener():
    """Only the officer, and only to handle the appeal."""
    permissions.register_opener("matter", allow)
    yield
    permissions.forget_opener("matter")


def allow(by, owner, part, purpose, on) -> bool:
    return by == OFFICER and purpose == Purpose.GRIEVANCE_HANDLE


def seal(owner: str = OWNER, part: str = "complainant", tenant: int = 13, content=SECRET) -> SealedPart:
    return services.seal_part(owner=owner, part=part, content=content, tenant=tenant, now=NOW)


def open_(**changes):
    asked = {"owner": OWNER, "part": "complainant", "by": OFFICER, "purpose": Purpose.GRIEVANCE_HANDLE,
             "reason": "call back", "now": LATER} | changes  # fmt: skip
    return services.open_part(**asked)


def test_the_assigned_officer_opens_the_part_and_the_worker_reads_who_when_and_why():
    seal()
    assert open_(office="邢台市总工会") == SECRET
    (line,) = services.disclosures_of(OWNER)
    assert (line.at, line.part, line.office, line.opened_by) == (
        LATER,
        "complainant",
        "邢台市总工会",
        "receipt:officer",
    )
    assert (line.purpose, line.reason) == (Purpose.GRIEVANCE_HANDLE, "call back")


def test_each_opening_is_one_line_and_one_row_of_the_audit_newest_first():
    seal()
    for hour in range(3):
        open_(now=NOW + dt.timedelta(hours=hour), reason=f"reason {hour}")
    assert [line.reason for line in services.disclosures_of(OWNER)] == ["reason 2", "reason 1", "reason 0"]
    reads = Entry.objects.filter(kind="read")
    assert list(reads.values_list("action", "object", "purpose", "data").distinct()) == [
        ("vault.opened", OWNER, "grievance_handle", '{"part":"complainant"}')
    ]
    assert reads.count() == 3
    assert services.disclosures_of("matter:8") == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"by": STRANGER}, NotAllowed),
        ({"by": SYSTEM}, NotAllowed),
        ({"purpose": Purpose.STATISTICS}, NotAllowed),
        ({"purpose": "curiosity"}, PurposeUnknown),
        ({"reason": " \u200f\n"}, ReasonMissing),
        ({"part": "medical"}, NoSuchPart),
    ],
)
def test_nobody_else_and_nothing_else_opens_it_and_no_line_is_written(changes, error):
    seal()
    with pytest.raises(error):
        open_(**changes)
    assert services.disclosures_of(OWNER) == []


def test_a_type_that_nobody_answers_for_opens_for_nobody():
    seal(owner="orphan:1")
    with pytest.raises(NotAllowed):
        open_(owner="orphan:1")


def test_two_apps_cannot_both_decide_about_one_type():
    permissions.register_opener("matter", allow)
    with pytest.raises(ValueError, match="somebody else"):
        permissions.register_opener("matter", lambda *asked: True)


def test_the_line_stands_before_the_seal_opens_even_if_opening_fails(monkeypatch):
    seal()

    def burst(*args, **kwargs):
        assert Disclosure.objects.count() == 1
        assert Entry.objects.filter(kind="read").count() == 1
        raise SealBroken

    monkeypatch.setattr(parts, "open_with", burst)
    with pytest.raises(SealBroken):
        open_()
    assert len(services.disclosures_of(OWNER)) == 1


def test_when_the_line_cannot_be_written_nothing_opens(monkeypatch):
    seal()
    opened = []
    monkeypatch.setattr(parts, "open_with", lambda *a, **k: opened.append(a))
    monkeypatch.setattr(parts.audit, "record_read", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_()
    assert opened == []


@pytest.mark.django_db(transaction=True)
def test_opening_inside_a_transaction_that_could_take_the_line_back_is_refused():
    seal()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        open_()
    assert open_() == SECRET


def test_the_database_holds_no_plain_text():
    seal()
    open_(reason="王小明 asked for it")
    with connection.cursor() as cursor:
        for table in ("vault_sealedpart", "vault_disclosure", "audit_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            seen = b" ".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                for row in cursor.fetchall() for v in row
            )  # fmt: skip
            assert seen
            for plain in ("王小明", "13800000000"):
                assert plain.encode() not in seen
                assert plain.encode("utf-16-le") not in seen
                assert plain.encode("unicode_escape") not in seen


@pytest.mark.parametrize("change", [{"owner": "matter:8"}, {"part": "medical"}, {"tenant": 31}])
def test_content_moved_to_another_row_does_not_open(change):
    row = seal()
    SealedPart.objects.filter(pk=row.pk).update(**change)
    PartKey.objects.update(tenant=change.get("tenant", 13))
    with pytest.raises(SealBroken):
        open_(**change)


def test_a_part_is_sealed_once_and_changed_by_update():
    seal()
    with pytest.raises(AlreadySealed):
        seal()
    services.update_part(owner=OWNER, part="complainant", content={"name": "王大明"}, now=LATER)
    assert open_() == {"name": "王大明"}
    assert SealedPart.objects.get().changed_at == LATER
    with pytest.raises(NotFound):
        services.update_part(owner=OWNER, part="medical", content={}, now=LATER)


def test_what_is_erased_is_gone_and_the_disclosures_stay():
    seal()
    open_()
    assert services.erase_part(owner=OWNER, part="complainant", now=LATER) is True
    assert services.erase_part(owner=OWNER, part="complainant", now=LATER) is False
    assert not selectors.has_part(OWNER, "complainant")
    row = SealedPart.objects.get()
    assert (bytes(row.content), row.erased_at) == (b"", LATER)
    with pytest.raises(NoSuchPart):
        open_()
    with pytest.raises(NotFound):
        services.update_part(owner=OWNER, part="complainant", content=SECRET, now=LATER)
    assert len(services.disclosures_of(OWNER)) == 1


def test_every_change_is_recorded_without_content():
    seal()
    services.update_part(owner=OWNER, part="complainant", content=SECRET, now=LATER, by=OFFICER)
    services.erase_part(owner=OWNER, part="complainant", now=LATER, by=OFFICER)
    assert list(Entry.objects.order_by("seq").values_list("tenant", "action", "actor", "data")) == [
        (13, "vault.sealed", "system", '{"part":"complainant"}'),
        (13, "vault.updated", "receipt:officer", '{"part":"complainant"}'),
        (13, "vault.erased", "receipt:officer", '{"part":"complainant"}'),
    ]


def test_the_purpose_is_told_in_plain_words(settings):
    from django.utils.translation import override

    seal()
    open_()
    (line,) = services.disclosures_of(OWNER, tenant=13)
    with override("en"):
        assert line.why == "handling your appeal"
    assert services.disclosures_of(OWNER, tenant=31) == []
