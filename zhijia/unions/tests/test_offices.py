"""Terms, committees, seats, legal persons and figures: facts with their constraints."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from stdnum.cn import uscc

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.regulations.selectors import value
from zhijia.unions import offices, services
from zhijia.unions.enums import CommitteeKind, Position, Role
from zhijia.unions.errors import (
    CodeOfAnEmployer,
    CodeTaken,
    MembersExceedWorkers,
    PartsExceedMembers,
    TermRuns,
)
from zhijia.unions.models import Committee, Seat, Term
from zhijia.unions.services import Sitting
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory

pytestmark = pytest.mark.django_db
BY = {"by": SYSTEM, "now": NOW}


def code(start: str, body: str) -> str:
    base = f"{start}{body}"[:17].ljust(17, "0")
    return base + uscc.calc_check_digit(base)


UNION_CODE = code("81130582", "MC0000001")
EMPLOYER_CODE = code("91130582", "MA0000001")


@pytest.fixture
def term(tree) -> Term:
    return services.begin_term(body_id=tree.glass_union.pk, years=3, from_on=dt.date(2023, 5, 1), **BY)


def committee(term, kind=CommitteeKind.FULL, *people) -> Committee:
    return services.form_committee(
        term_id=term.pk, kind=kind, places=5, people=people, from_on=term.from_on, **BY
    )


def test_a_term_of_three_years_ends_the_day_before_its_third_birthday(term) -> None:
    assert (term.number, term.until_on) == (1, dt.date(2026, 4, 30))
    assert not term.is_overdue(dt.date(2026, 4, 30))
    assert term.is_overdue(dt.date(2026, 5, 1))


def test_the_next_term_ends_the_one_before_with_its_seats(tree, term) -> None:
    committee(term, CommitteeKind.FULL, Sitting("甲", Position.CHAIR), Sitting("乙"))
    following = services.begin_term(body_id=tree.glass_union.pk, years=5, from_on=dt.date(2026, 3, 2), **BY)
    term.refresh_from_db()
    assert (following.number, following.until_on) == (2, dt.date(2031, 3, 1))
    assert term.ended_on == dt.date(2026, 3, 1)
    assert set(Seat.objects.values_list("ended_on", flat=True)) == {dt.date(2026, 3, 1)}


def test_terms_do_not_overlap(tree, term) -> None:
    with pytest.raises(TermRuns):
        services.begin_term(body_id=tree.glass_union.pk, years=3, from_on=dt.date(2023, 5, 1), **BY)
    assert Term.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"years": 4}, {"until_on": dt.date(2020, 1, 1)}, {"number": 0}])
def test_the_database_itself_refuses_a_wrong_term(term, wrong) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.filter(pk=term.pk).update(**wrong)


def test_a_body_has_one_open_term_and_a_committee_one_chair(term) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(
            tenant=term.tenant, body=term.body, number=2, years=3, from_on=TODAY, until_on=dt.date(2029, 3, 1)
        )
    found = committee(term, CommitteeKind.FULL, Sitting("甲", Position.CHAIR))
    with pytest.raises(IntegrityError), transaction.atomic():
        services.take_seat(committee_id=found.pk, person=Sitting("乙", Position.CHAIR), from_on=TODAY, **BY)


def test_a_name_lies_under_the_keys_of_the_installation(term) -> None:
    committee(term, CommitteeKind.FULL, Sitting("欧阳望舒"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM unions_seat")
        kept = bytes(cursor.fetchone()[0])
    assert "欧阳".encode() not in kept
    assert Seat.objects.get().name == "欧阳望舒"


def test_only_a_steward_writes_facts(tree, term) -> None:
    handler = PostFactory(body=tree.glass_union, role=Role.HANDLER).user
    with pytest.raises(NotAllowed):
        services.begin_term(body_id=tree.glass_union.pk, years=3, from_on=TODAY, by=handler, now=NOW)
    term.refresh_from_db()
    assert term.ended_on is None


def test_a_body_without_a_chair_is_vacant_since_the_last_one_left(term) -> None:
    found = committee(term, CommitteeKind.FULL, Sitting("甲", Position.CHAIR), Sitting("乙"))
    assert offices.chair_vacant_since(term) is None
    chair = found.seats.get(position=Position.CHAIR)
    services.leave_seat(seat_id=chair.pk, on=dt.date(2026, 2, 1), **BY)
    assert offices.chair_vacant_since(term) == dt.date(2026, 2, 1)
    services.take_seat(committee_id=found.pk, person=Sitting("丙", Position.CHAIR), from_on=TODAY, **BY)
    assert offices.chair_vacant_since(term) is None


@pytest.mark.parametrize(
    ("contract", "full_time", "until"),
    [
        (None, False, dt.date(2026, 4, 30)),
        (dt.date(2024, 1, 31), False, dt.date(2026, 4, 30)),
        (dt.date(2030, 1, 31), False, dt.date(2030, 1, 31)),
        (dt.date(2024, 1, 31), True, dt.date(2027, 1, 31)),
    ],
)
def test_contracts_of_officers_are_protected_by_article_19(term, contract, full_time, until) -> None:
    person = Sitting("甲", Position.CHAIR, is_full_time=full_time, contract_until_on=contract)
    committee(term, CommitteeKind.FULL, person)
    page = offices.committee_pages(term, TODAY)[0]
    found = page.sitters[0].protection
    assert (found.until_on, found.is_least) == (until, contract is None)
    assert found.rule.article == "第十九条"
    assert page.vacant == 4


def test_a_full_time_officer_who_served_18_months_and_3_days_gains_as_much() -> None:
    rule = value("union_body.protection", "", TODAY)
    found = offices.protected_until(
        contract_until_on=dt.date(2026, 1, 15), from_on=dt.date(2024, 1, 1), until_on=dt.date(2025, 7, 3),
        is_full_time=True, rule=rule,
    )  # fmt: skip
    assert found.until_on == dt.date(2027, 7, 18)


def test_the_women_and_the_audit_committee_are_not_protected_by_that_article(term) -> None:
    committee(term, CommitteeKind.AUDIT, Sitting("甲", Position.CHAIR))
    assert offices.committee_pages(term, TODAY)[0].sitters[0].protection is None


def registered(tree, credit_code=UNION_CODE, body=None, on=TODAY):
    body = body or tree.glass_union
    return services.register_legal_person(
        body_id=body.pk, credit_code=credit_code, representative="甲", certified_on=on,
        registrar=tree.county, **BY,
    )  # fmt: skip


def test_the_code_of_a_union_begins_with_8(tree) -> None:
    with pytest.raises(CodeOfAnEmployer):
        registered(tree, EMPLOYER_CODE)
    assert registered(tree).credit_code == UNION_CODE
    assert offices.legal_person_of(tree.glass_union).registrar == tree.county


def test_two_bodies_do_not_share_a_code_and_a_new_certificate_ends_the_old(tree) -> None:
    old = registered(tree)
    with pytest.raises(CodeTaken):
        registered(tree, body=tree.farm_union)
    registered(tree, on=dt.date(2026, 9, 1))
    old.refresh_from_db()
    assert old.ended_on == dt.date(2026, 9, 1)


def test_members_are_counted_among_the_workers_and_groups_among_the_members(tree) -> None:
    told = {"body_id": tree.glass_union.pk, "reported_on": TODAY, **BY}
    with pytest.raises(MembersExceedWorkers):
        services.report_headcount(workers=100, members=101, **told)
    with pytest.raises(PartsExceedMembers):
        services.report_headcount(workers=100, members=50, women=51, **told)
    services.report_headcount(workers=100, members=50, women=20, **told)
    services.report_headcount(workers=100, members=60, women=20, **told)
    assert offices.latest_headcount(tree.glass_union).members == 60
    told = [row.members for row in offices.headcounts(tree.glass_union)]
    assert told == [60, 50], "what was reported before stays"


def test_a_dissolved_body_has_no_open_term_seat_or_registration(tree, term) -> None:
    committee(term, CommitteeKind.FULL, Sitting("甲", Position.CHAIR))
    registered(tree)
    body = services.dissolve_body(body_id=tree.glass_union.pk, on=TODAY, **BY)
    assert (body.is_active, body.dissolved_on) == (False, TODAY)
    assert offices.open_term(body) is None
    assert offices.legal_person_of(body) is None
    assert not Seat.objects.taken().exists()


def test_everybody_sees_the_term_and_how_many_sit_nobody_sees_names(tree, term, client) -> None:
    committee(term, CommitteeKind.FULL, Sitting("欧阳望舒", Position.CHAIR), Sitting("司马相知"))
    page = client.get(f"/unions/{tree.glass_union.pk}/").content.decode()
    assert "2026" in page
    assert "欧阳望舒" not in page
    assert "司马相知" not in page
    told = offices.public_office(tree.glass_union)
    assert [count for _kind, count in told.committees] == [2]


def test_a_person_reads_his_own_seats_in_what_is_held(term) -> None:
    from zhijia.unions.rights import held

    person = UserFactory()
    committee(term, CommitteeKind.FULL, Sitting("甲", account=person))
    assert [thing.model for thing in held(person, NOW, True)] == ["unions.Seat"]
