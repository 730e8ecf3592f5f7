"""Two entries that may be one person: found, put together under supervision, or kept apart for good."""

import uuid

import pytest

from bench.rosters import number_of
from zhijia.audit.models import Entry
from zhijia.core.errors import NotFound, WrongState
from zhijia.membership.enums import IdStanding, PairState
from zhijia.membership.models import Employment, Identity, Membership, Pair, PastFact, TotalsDelta, Worker
from zhijia.membership.models.person import phone_index
from zhijia.membership.roster.pair_errors import ChooseMembership, TwoNumbers
from zhijia.membership.roster.pairs import one_digit_apart
from zhijia.membership.services import pairs
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory

pytestmark = pytest.mark.django_db
NUMBER = number_of("130502", TODAY.replace(year=1980), 101)


def worker(body, name="张三", number="", phone="+8613800000001", born_on="1980-03-02", standing="", **more):
    """Enter somebody as a member."""
    row = Worker(tenant=13, person_key=uuid.uuid4(), created_at=NOW, changed_at=NOW, sex=2)
    row.seal_details({"name": name, "id_number": number, "phone": phone, "born_on": born_on})
    row.set_numbers(id_number=number if not standing else "", phone=phone)
    row.id_standing = standing or (IdStanding.PLAUSIBLE if number else IdStanding.MISSING)
    for field, value in more.items():
        setattr(row, field, value)
    row.save()
    if row.id_index:
        Identity.objects.create(index=row.id_index, tenant=13, worker_id=row.pk)
    Membership.objects.create(
        tenant=13, worker=row, body=body, joined_on=TODAY, channel="counter", written_at=NOW, changed_at=NOW
    )
    return row


def found(tree, body=None):
    pairs.find_pairs_in_body(body_id=(body or tree.county).pk, now=NOW)
    return list(Pair.objects.order_by("id"))


def test_same_name_and_mobile_across_bodies(tree):
    worker(tree.glass_union, born_on="")
    worker(tree.county, born_on="")
    worker(tree.county, name="李四", born_on="")
    (pair,) = found(tree)
    assert (pair.ground, pair.body) == ("phone", tree.county)


def test_same_name_and_birthday(tree):
    worker(tree.county, phone="+8613800000001")
    worker(tree.county, phone="+8613800000002")
    worker(tree.county, phone="+8613800000003", born_on="1981-03-02")
    (pair,) = found(tree)
    assert pair.ground == "birth"


def test_numbers_one_digit_apart(tree):
    worker(tree.county, number=NUMBER, phone="")
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    worker(tree.county, name="张叁", number=wrong, standing="doubted", phone="", born_on="")
    (pair,) = found(tree)
    assert pair.ground == "number"
    assert wrong in set(one_digit_apart(NUMBER))


def test_somebody_who_joined_elsewhere_by_himself_is_paired_with_nobody(tree):
    own = worker(tree.county, born_on="")
    Membership.objects.filter(worker=own).update(is_discreet=True)
    worker(tree.glass_union, born_on="")
    assert found(tree, tree.glass_union) == []


def test_two_people_are_never_asked_about_again(tree):
    worker(tree.county, born_on="")
    worker(tree.county, born_on="")
    (pair,) = found(tree)
    pairs.keep_apart(pair_id=pair.pk, by=organiser(tree), now=NOW)
    assert [p.state for p in found(tree)] == [PairState.DISTINCT]
    with pytest.raises(WrongState):
        pairs.keep_apart(pair_id=pair.pk, by=organiser(tree), now=NOW)


def organiser(tree):
    return PostFactory(body=tree.county, role=Role.ORGANISER).user


def test_everything_goes_to_the_entry_that_stays(tree):
    kept = worker(tree.county, born_on="", education="")
    gone = worker(tree.county, number=NUMBER, education="20", is_migrant=True)
    Employment.objects.create(tenant=13, worker=gone, employer=tree.glass, written_at=NOW)
    PastFact.of(gone, "name", "张三丰", on=TODAY, now=NOW, source="self").save()
    first, second = (Membership.objects.get(worker=row) for row in (kept, gone))
    (pair,) = found(tree)
    with pytest.raises(ChooseMembership):
        pairs.merge_workers(pair_id=pair.pk, keep_id=kept.pk, by=organiser(tree), now=NOW)
    pairs.merge_workers(
        pair_id=pair.pk, keep_id=kept.pk, membership_id=second.pk, by=organiser(tree), now=NOW
    )
    kept.refresh_from_db()
    gone.refresh_from_db()
    first.refresh_from_db()
    assert (gone.merged_into, gone.id_index, gone.phone_index) == (kept, None, None)
    assert (kept.id_standing, kept.education, kept.is_migrant) == ("plausible", "20", True)
    assert kept.details()["id_number"] == NUMBER
    assert kept.phone_index == phone_index("+8613800000001")
    assert Identity.objects.get().worker_id == kept.pk
    assert PastFact.objects.get(worker=kept).read() == "张三丰"
    assert Employment.objects.get().worker == kept
    assert (first.state, first.ending) == ("ended", "mistake")
    assert Membership.objects.get(ended_on=None) == second
    assert second.worker_id == gone.pk
    assert Membership.objects.filter(worker=kept).count() == 2
    deltas = list(TotalsDelta.objects.values_list("members", "women", "migrants"))
    assert deltas == [(-1, -1, 0)]
    assert Entry.objects.filter(action="worker.merged").count() == 1
    assert found(tree)[0].state == PairState.MERGED


def test_two_valid_numbers_are_two_people(tree):
    kept = worker(tree.county, number=NUMBER, born_on="")
    worker(tree.county, number=number_of("130502", TODAY.replace(year=1981), 101), born_on="")
    (pair,) = found(tree)
    with pytest.raises(TwoNumbers):
        pairs.merge_workers(pair_id=pair.pk, keep_id=kept.pk, by=organiser(tree), now=NOW)
    assert Pair.objects.get().state == PairState.OPEN
    assert not Worker.objects.exclude(merged_into=None).exists()


def test_whoever_does_not_keep_the_roll_decides_nothing(tree):
    kept = worker(tree.county, born_on="")
    other = worker(tree.county, born_on="")
    (pair,) = found(tree)
    stranger = PostFactory(body=tree.other_county, role=Role.ORGANISER).user
    himself = organiser(tree)
    Worker.objects.filter(pk=other.pk).update(account=himself)
    for officer in (stranger, himself):
        with pytest.raises(NotFound):
            pairs.keep_apart(pair_id=pair.pk, by=officer, now=NOW)
        with pytest.raises(NotFound):
            pairs.merge_workers(pair_id=pair.pk, keep_id=kept.pk, by=officer, now=NOW)
    assert Pair.objects.get().state == PairState.OPEN


def test_what_was_decided_about_the_entry_that_went_stands_for_the_other(tree):
    kept, gone, third = (worker(tree.county, born_on="") for _ in range(3))
    found(tree)
    officer = organiser(tree)
    pairs.keep_apart(pair_id=Pair.objects.get(first=gone, second=third).pk, by=officer, now=NOW)
    Pair.objects.filter(first=kept, second=third).delete()
    pair = Pair.objects.get(first=kept, second=gone)
    chosen = Membership.objects.get(worker=kept)
    pairs.merge_workers(pair_id=pair.pk, keep_id=kept.pk, membership_id=chosen.pk, by=officer, now=NOW)
    assert Pair.objects.get(first=kept, second=third).state == PairState.DISTINCT
    found(tree)
    assert not Pair.objects.filter(state=PairState.OPEN).exists()
