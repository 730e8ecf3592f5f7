"""Groups of members: the grammar, saving, the door for other apps, and what must not be betrayed."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from zhijia.accounts.tests.factories import UserFactory
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import BadInput, NotAllowed, NotFound
from zhijia.membership.models import Segment
from zhijia.membership.segments import audience, describe, segments_for
from zhijia.membership.segments import errors as e
from zhijia.membership.segments.grammar import Condition, Unknown, check, check_all, read
from zhijia.membership.segments.typed import body_ids, place_codes
from zhijia.membership.services import (
    Person,
    answer_reminder,
    ask_correction,
    change_segment,
    drop_segment,
    enrol,
    remind,
    save_segment,
    strike_out,
)
from zhijia.membership.services.enrolling import begin_membership
from zhijia.membership.tests.factories import NOW, TODAY, Tree, keeper, member
from zhijia.unions.tests.factories import AffiliationFactory

NEW = Condition("joined", "within", ("1", "years"))
MIGRANT = Condition("migrant", "is", ("yes",))
SILENT = Condition("contact", "longer", ("90", "days"))


@pytest.fixture
def officer(tree: Tree) -> Any:
    return keeper(tree.county)


def saved(body: Any, *conditions: Condition, name: str = "分组", by: Any = SYSTEM) -> Segment:
    return save_segment(body=body, name=name, conditions=conditions, by=by, now=NOW)


def names(segment: Segment, user: Any, on: dt.date = TODAY) -> set[str]:
    rows = audience(segment.pk, user=user, on=on).rows.select_related("worker")
    return {row.worker.details()["name"] for row in rows}


# The grammar ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "refusal"),
    [
        (Condition("loyalty", "is", ("high",)), e.ConditionUnknown),
        (Condition("appeals", "is", ("yes",)), e.ConditionUnknown),
        (Condition("trade", "before", ("food",)), e.ConditionUnknown),
        (Condition("trade", "is", ("food", "smith")), e.ConditionUnknown),
        (Condition("trade", "is", ()), e.NothingChosen),
        (Condition("body", "is", ("1 OR 1",)), e.ConditionUnknown),
        (Condition("place", "is", ("999999",)), e.ConditionUnknown),
        (Condition("place", "is", ("13",)), e.ConditionUnknown),
        (Condition("place", "is", ("130582",) * 41), e.TooManyValues),
        (Condition("joined", "within", ("0", "days")), e.NumberWrong),
        (Condition("joined", "within", ("many", "days")), e.NumberWrong),
        (Condition("joined", "within", ("101", "years")), e.NumberWrong),
        (Condition("joined", "within", ("1", "moons")), e.ConditionUnknown),
        (Condition("joined_on", "between", ("", "")), e.DaysWrong),
        (Condition("joined_on", "between", ("2026-02-01", "2026-01-01")), e.DaysWrong),
        (Condition("joined_on", "between", ("yesterday", "")), e.DaysWrong),
    ],
)
def test_a_bad_condition_is_refused_with_what_to_do(condition: Condition, refusal: type[BadInput]) -> None:
    with pytest.raises(refusal) as met:
        check(condition)
    assert met.value.message
    assert met.value.advice


def test_too_many_conditions_are_refused() -> None:
    assert len(check_all([MIGRANT] * 12)) == 12
    with pytest.raises(e.TooManyConditions):
        check_all([MIGRANT] * 13)


@pytest.mark.parametrize(
    "stored",
    [
        None, "text", 7, {"field": "trade"}, [None], [[]], [{"field": "trade", "values": ["food"]}],
        [{"field": "trade", "comparison": "is", "values": [7]}],
        [{"field": [], "comparison": "is", "values": []}],
        [{"field": "joined", "comparison": "within", "values": ["1"]}],
        [{"field": "joined_on", "comparison": "between", "values": ["x", "y"]}],
    ],
)  # fmt: skip
def test_whatever_is_stored_is_read_and_never_fails(stored: Any) -> None:
    found = read(stored)
    assert found
    assert all(isinstance(part, Unknown) for part in found)


def test_what_is_saved_reads_the_same() -> None:
    conditions = (MIGRANT, NEW, SILENT, Condition("contact", "never"))
    assert read([condition.stored() for condition in conditions]) == conditions


def test_places_are_meant_by_name_by_city_and_by_code() -> None:
    assert place_codes("沙河市，130533、13") == ("130582", "130533", "130000")
    assert place_codes("邢台市襄都区") == ("130502",)
    for unclear in ("某处", "999999", "1305821"):
        with pytest.raises(e.PlaceUnclear):
            place_codes(unclear)


def test_unions_are_meant_by_name_or_number_and_only_at_or_below_one(tree: Tree) -> None:
    assert body_ids(f"明澈玻璃工会, {tree.kiln.pk}", tree.county) == (
        str(tree.glass_union.pk),
        str(tree.kiln.pk),
    )
    for typed, refusal in (
        ("威县总工会", e.BodyUnknown),
        ("没有的工会", e.BodyUnknown),
        ("工会", e.BodyUnclear),
    ):
        with pytest.raises(refusal):
            body_ids(typed, tree.county)
    with pytest.raises(e.BodyUnknown):
        saved(tree.county, Condition("body", "is", (str(tree.other_county.pk),)))
    assert not Segment.objects.exists()


def test_it_is_told_in_plain_words(tree: Tree) -> None:
    segment = saved(tree.county, MIGRANT, NEW, SILENT)
    with translation.override("zh-hans"):
        assert describe(segment) == "农民工、入会不满1年、90天未联系"
    with translation.override("en"):
        assert describe(segment) == "migrant workers, joined less than 1 year ago, no contact for 90 days"
        assert describe(saved(tree.county, name="b")) == "everybody on the roll"


# Times ------------------------------------------------------------------------------------------


def test_a_time_is_counted_back_from_the_day_on_which_it_is_asked(tree: Tree, officer: Any) -> None:
    member(tree.county, on=dt.date(2025, 3, 3), name="新")
    member(tree.county, on=dt.date(2025, 3, 2), name="旧")
    segment = saved(tree.county, NEW)
    assert names(segment, officer) == {"新"}
    assert names(segment, officer, TODAY + dt.timedelta(days=1)) == set()


def test_a_contact_is_what_the_member_himself_said_to_this_union(tree: Tree, officer: Any) -> None:
    account = UserFactory()
    long_ago = dt.date(2025, 1, 6)
    asked = member(tree.county, on=long_ago, name="更正", account=account)
    answered = member(tree.county, on=long_ago, name="回答")
    member(tree.county, on=long_ago, name="沉默")
    member(tree.county, on=TODAY - dt.timedelta(days=89), name="新来")
    ask_correction(field="name", value="更正二", note="", by=account, now=NOW)
    reminder = remind(membership_id=answered.pk, by=SYSTEM, now=NOW - dt.timedelta(days=100))
    segment = saved(tree.county, SILENT)
    assert names(segment, officer) == {"沉默", "回答"}, "being reminded is no answer"
    answer_reminder(reminder_id=reminder.pk, stays=True, by=SYSTEM, now=NOW - dt.timedelta(days=89))
    assert names(segment, officer) == {"沉默"}
    assert names(segment, officer, TODAY + dt.timedelta(days=1)) == {"沉默", "回答", "新来"}
    assert asked.worker.account == account


def test_whom_only_a_roster_brought_was_never_in_contact(tree: Tree, officer: Any) -> None:
    enrol(person=Person(name="名册"), body=tree.county, on=TODAY, by=SYSTEM, now=NOW, channel="roster")
    member(tree.county, name="柜台")
    assert names(saved(tree.county, Condition("contact", "never")), officer) == {"名册"}


# What must not be betrayed ----------------------------------------------------------------------


def _discreet(tree: Tree) -> Any:
    return enrol(
        person=Person(name="暗", trade="courier"), body=tree.county, on=TODAY, by=SYSTEM, now=NOW,
        channel="self", employer=tree.glass, is_discreet=True,
    )  # fmt: skip


def test_a_keeper_tied_to_the_employer_reads_the_same_with_and_without_a_discreet_membership(
    tree: Tree, officer: Any
) -> None:
    tied = keeper(tree.county)
    AffiliationFactory(user=tied, by=tied, employer=tree.glass)
    member(tree.county, name="明", trade="courier")
    segment = saved(tree.county, Condition("trade", "is", ("courier",)))
    before = audience(segment.pk, user=tied, on=TODAY).count()
    hidden = _discreet(tree)
    assert audience(segment.pk, user=tied, on=TODAY).count() == before == 1
    assert names(segment, tied) == {"明"}
    assert names(segment, officer) == {"明", "暗"}
    assert hidden.worker_id not in audience(segment.pk, user=tied, on=TODAY).worker_ids()


def test_what_a_discreet_member_says_does_not_show_on_another_membership_of_his(tree: Tree) -> None:
    """His answer to the county must not turn "no contact" into "contact" for a keeper of his workplace."""
    hidden = _discreet(tree)
    shown = begin_membership(
        worker=hidden.worker, body=tree.glass_union, on=dt.date(2025, 1, 6), by=SYSTEM, now=NOW,
        channel="roster", kind="associate", employer=tree.glass,
    )  # fmt: skip
    reminder = remind(membership_id=hidden.pk, by=SYSTEM, now=NOW)
    answer_reminder(reminder_id=reminder.pk, stays=True, by=SYSTEM, now=NOW)
    boss = keeper(tree.glass_union)
    segment = saved(tree.glass_union, Condition("contact", "never"))
    assert list(audience(segment.pk, user=boss, on=TODAY).rows) == [shown]


def test_a_person_in_several_unions_counts_once_with_the_first_entry(tree: Tree, officer: Any) -> None:
    row = member(tree.county, name="一人")
    begin_membership(
        worker=row.worker, body=tree.kiln, on=TODAY, by=SYSTEM, now=NOW, channel="qr", kind="associate"
    )
    segment = saved(tree.county)
    assert list(audience(segment.pk, user=officer, on=TODAY).rows) == [row]
    strike_out(membership_id=row.pk, reason="误", by=SYSTEM, now=NOW)
    assert audience(segment.pk, user=officer, on=TODAY).count() == 1


def test_accounts_are_given_for_sending_and_small_numbers_only_to_who_keeps_the_roll(
    tree: Tree, officer: Any
) -> None:
    account = UserFactory()
    member(tree.county, account=account)
    segment = saved(tree.county)
    for number in range(8):
        member(tree.county, name=f"甲{number}")
    meant = audience(segment.pk, user=officer, on=TODAY)
    assert list(meant.account_ids()) == [account.pk]
    assert (meant.count(), meant.count_for_others()) == (9, None)
    for number in range(3):
        member(tree.county, name=f"乙{number}")
    assert (meant.count(), meant.count_for_others()) == (12, 10)


def test_a_group_exists_only_for_those_who_keep_the_roll_of_its_body(tree: Tree, officer: Any) -> None:
    segment = saved(tree.county, MIGRANT)
    above = keeper(tree.city)
    assert list(segments_for(above, TODAY)) == [segment]
    assert audience(segment.pk, user=above, on=TODAY).count() == 0
    for other in (keeper(tree.other_county), keeper(tree.glass_union), UserFactory(), SYSTEM):
        with pytest.raises(NotFound):
            audience(segment.pk, user=other, on=TODAY)
        assert not list(segments_for(other, TODAY))


def test_a_condition_that_is_no_longer_known_chooses_nobody_and_says_so(tree: Tree, officer: Any) -> None:
    member(tree.county)
    segment = saved(tree.county)
    Segment.objects.filter(pk=segment.pk).update(
        conditions=[{"field": "gone", "comparison": "is", "values": []}]
    )
    segment.refresh_from_db()
    with pytest.raises(e.SegmentUnclear):
        audience(segment.pk, user=officer, on=TODAY)
    with translation.override("en"):
        assert describe(segment) == "a condition that is no longer known"


# Saving -----------------------------------------------------------------------------------------


def test_saving_is_for_the_keeper_and_is_written_down_without_values(tree: Tree, officer: Any) -> None:
    segment = saved(tree.county, MIGRANT, by=officer, name="  新  农民工 ")
    assert (segment.name, segment.made_by) == ("新 农民工", officer)
    assert Entry.objects.filter(action="segment.saved", object__contains=str(segment.pk)).count() == 1
    for other in (keeper(tree.other_county), UserFactory()):
        with pytest.raises(NotAllowed):
            saved(tree.county, by=other, name="x")
        with pytest.raises(NotFound):
            change_segment(
                segment_id=segment.pk, name="x", conditions=(), seen=segment.changed_at.isoformat(), by=other,
                now=NOW,
            )  # fmt: skip
        with pytest.raises(NotFound):
            drop_segment(segment_id=segment.pk, by=other, now=NOW)
    segment.refresh_from_db()
    assert (Segment.objects.count(), segment.name, segment.dropped_at) == (1, "新 农民工", None)


def test_a_name_is_used_once_in_a_body_until_it_is_put_away(tree: Tree, officer: Any) -> None:
    first = saved(tree.county, MIGRANT, by=officer)
    with pytest.raises(e.SegmentNameTaken):
        saved(tree.county, by=officer)
    with pytest.raises(e.SegmentNameMissing):
        saved(tree.county, by=officer, name=" ")
    saved(tree.other_county)
    drop_segment(segment_id=first.pk, by=officer, now=NOW)
    drop_segment(segment_id=first.pk, by=officer, now=NOW + dt.timedelta(days=1))
    first.refresh_from_db()
    assert first.dropped_at == NOW
    again = saved(tree.county, by=officer)
    assert [row.pk for row in segments_for(officer, TODAY)] == [again.pk]
    with pytest.raises(NotFound):
        audience(first.pk, user=officer, on=TODAY)


def test_who_saves_over_somebody_elses_change_is_told(tree: Tree, officer: Any) -> None:
    segment = saved(tree.county, MIGRANT, by=officer)
    seen, later = segment.changed_at.isoformat(), NOW + dt.timedelta(minutes=1)
    told: dict[str, Any] = {"segment_id": segment.pk, "conditions": (NEW,), "seen": seen, "by": officer}
    change_segment(name="甲", now=later, **told)
    with pytest.raises(e.SegmentChanged):
        change_segment(name="乙", now=later, **told)
    segment.refresh_from_db()
    assert (segment.name, read(segment.conditions)) == ("甲", (NEW,))
