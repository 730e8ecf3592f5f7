"""Recording: one chain a tenant, no gap, no way back."""

import contextlib
import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.audit import selectors
from zhijia.audit.errors import AuditIsFinal
from zhijia.audit.models import Entry, Head
from zhijia.audit.services import record, record_read
from zhijia.audit.verify_audit import GENESIS
from zhijia.core.actors import SYSTEM, ReceiptHolder

NOW = dt.datetime(2026, 3, 2, 1, 30, 0, 123456, tzinfo=dt.UTC)


def add(number: int, tenant: int = 13) -> Entry:
    return record("thing.done", obj=f"thing:{number}", by=SYSTEM, now=NOW, tenant=tenant, data={"n": number})


@pytest.mark.django_db
def test_entries_follow_one_another_in_each_tenant_on_its_own():
    first, second, other = add(1), add(2), add(3, tenant=31)
    assert [(e.tenant, e.seq, e.previous) for e in (first, second, other)] == [
        (13, 1, GENESIS), (13, 2, first.hash), (31, 1, GENESIS),
    ]  # fmt: skip
    head = Head.objects.get(tenant=13)
    assert (head.seq, head.hash, head.at) == (2, second.hash, NOW)
    assert selectors.tenants() == [13, 31]


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_what_and_when():
    holder = ReceiptHolder(matter="appeal:9")
    china = NOW.astimezone(dt.timezone(dt.timedelta(hours=8)))
    entry = record_read(
        "vault.opened", obj="appeal:9", by=holder, now=china, data={"b": 1, "a": "甲"}, purpose="mediation"
    )
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.tenant, entry.actor, entry.kind, entry.purpose) == (
        0,
        "receipt:appeal:9",
        "read",
        "mediation",
    )
    assert (entry.action, entry.object, entry.data) == ("vault.opened", "appeal:9", '{"a":"甲","b":1}')
    assert entry.at == NOW
    assert selectors.data_of(entry) == {"a": "甲", "b": 1}


@pytest.mark.django_db
def test_a_row_is_named_by_its_type_and_kept_in_its_own_tenants_chain():
    head = Head.objects.create(tenant=44, hash=GENESIS)
    entry = record("head.seen", obj=head, by=SYSTEM, now=NOW)
    assert (entry.tenant, entry.object) == (44, f"audit.head:{head.pk}")
    assert list(selectors.entries_about(head)) == [entry]


@pytest.mark.django_db
def test_what_happened_to_a_thing_is_listed_in_order_over_all_tenants():
    entries = [add(7), add(8), add(7), add(7, tenant=31)]
    assert list(selectors.entries_about("thing:7")) == [entries[0], entries[2], entries[3]]
    assert list(selectors.entries_about("thing:7", tenant=31)) == [entries[3]]
    assert list(selectors.entries_about("thing:70")) == []


@pytest.mark.django_db
def test_a_name_without_type_is_refused():
    with pytest.raises(ValueError, match="type:id"):
        record("x.y", obj="nameless", by=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_a_deed_that_is_taken_back_leaves_no_gap():
    add(1)
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        add(2)
        raise RuntimeError
    assert add(3).seq == 2
    assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_whoever_overlooks_that_the_row_could_not_be_written_commits_nothing(monkeypatch):
    def fail(*args: object, **more: object) -> None:
        raise IntegrityError

    def careless() -> None:
        with transaction.atomic():
            Head.objects.create(tenant=99, hash=GENESIS)  # the deed
            monkeypatch.setattr(Entry, "save", fail)
            with contextlib.suppress(IntegrityError):
                add(1)

    careless()
    assert not Head.objects.filter(tenant=99).exists()


@pytest.mark.django_db
def test_a_row_takes_three_questions(django_assert_num_queries):
    add(1)
    with transaction.atomic(), django_assert_num_queries(3):
        add(2)


CHANGES = {
    "save": lambda e: e.save(),
    "save some": lambda e: e.save(update_fields=["actor"]),
    "delete": lambda e: e.delete(),
    "update": lambda e: Entry.objects.update(actor="x"),
    "update filtered": lambda e: Entry.objects.filter(pk=e.pk).update(actor="x"),
    "delete all": lambda e: Entry.objects.all().delete(),
    "delete filtered": lambda e: Entry.objects.filter(pk=e.pk).delete(),
    "bulk update": lambda e: Entry.objects.bulk_update([e], ["actor"]),
    "bulk create": lambda e: Entry.objects.bulk_create([e]),
    "update or create": lambda e: Entry.objects.update_or_create(pk=e.pk, defaults={"actor": "x"}),
    "base manager": lambda e: Entry._base_manager.filter(pk=e.pk).update(actor="x"),
    "base manager delete": lambda e: Entry._base_manager.filter(pk=e.pk).delete(),
    "raw delete": lambda e: Entry.objects.filter(pk=e.pk)._raw_delete("default"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", CHANGES)
def test_code_cannot_change_or_delete_an_entry(way):
    entry = add(1)
    entry.actor = "user:9"
    with pytest.raises(AuditIsFinal):
        CHANGES[way](entry)
    assert list(Entry.objects.values_list("actor", flat=True)) == ["system"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"seq": 1},
        {"previous": GENESIS},
        {"seq": 0},
        {"kind": "guess"},
        {"actor": ""},
        {"object": ""},
        {"action": ""},
    ],
)
def test_the_database_refuses_forks_gaps_at_the_start_and_empty_rows(wrong):
    first = add(1)
    sound = {"tenant": 13, "seq": 2, "at": NOW, "actor": "a", "kind": "change", "action": "b",
             "object": "c:1", "data": "{}", "previous": first.hash, "hash": "0" * 64}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.create(**sound | wrong)
    Entry.objects.create(**sound)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_leave_no_gap_and_no_fork():
    writers, each = 8, 25
    failures: list[BaseException] = []
    start = threading.Barrier(writers)

    def write(number: int) -> None:
        try:
            start.wait(10)
            for n in range(each):
                with transaction.atomic():
                    add(number * 1000 + n)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    from zhijia.audit.verification import verify_tenant

    assert verify_tenant(13).seq == writers * each
    assert Head.objects.get(tenant=13).seq == writers * each
