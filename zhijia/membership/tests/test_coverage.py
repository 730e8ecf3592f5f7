"""Members and coverage: page, files and API; what is said where a figure is missing, and to whom."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.services import create_token
from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.membership.models import BodyTotals, TotalsState
from zhijia.membership.selectors.coverage import coverage_page
from zhijia.membership.services import Person, enrol, totals
from zhijia.membership.tests.factories import NOW, TODAY, Tree, keeper, member, resident_id
from zhijia.unions.enums import Role
from zhijia.unions.services import declare_affiliation, report_headcount

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(time_machine) -> Tree:
    time_machine.move_to(NOW, tick=False)
    return Tree()


@pytest.fixture
def officer(tree):
    return keeper(tree.city)


def report(body, workers: int, on: dt.date = dt.date(2026, 2, 1)) -> None:
    report_headcount(body_id=body.pk, reported_on=on, workers=workers, members=0, by=SYSTEM, now=NOW)


def count() -> None:
    totals.fold_totals(now=NOW)
    totals.recount_totals(now=NOW)


def line(page, body):
    return next(one for one in (page.whole, *page.lines) if one.body.pk == body.pk)


def test_the_rate_is_the_members_of_those_who_reported_in_per_cent_of_their_workers(tree, officer) -> None:
    for _ in range(3):
        member(tree.glass_union)
    member(tree.county)
    report(tree.glass_union, 8)
    count()
    page = coverage_page(officer, TODAY)
    county = line(page, tree.county)
    assert (county.totals.members, county.totals.workers, county.coverage) == (4, 8, 37.5)
    assert county.remarks == ("partly",)
    assert county.outside == 1
    assert page.whole.body == tree.city


def test_missing_and_odd_denominators_are_said_and_never_a_false_rate(tree, officer) -> None:
    member(tree.kiln)
    count()
    glass = line(coverage_page(officer, TODAY, body_id=tree.county.pk), tree.glass_union)
    assert (glass.coverage, glass.remarks) == (None, ("no-report",))
    report(tree.glass_union, 0)
    count()
    glass = line(coverage_page(officer, TODAY, body_id=tree.county.pk), tree.glass_union)
    assert (glass.coverage, glass.remarks) == (None, ("no-workers",))
    member(tree.kiln)
    report(tree.glass_union, 1, dt.date(2024, 2, 1))
    report(tree.kiln, 1)
    BodyTotals.objects.filter(pk=tree.glass_union.pk).update(
        workers=1, reporting_members=2, oldest_report_on=dt.date(2024, 2, 1)
    )
    totals.fold_totals(now=NOW)
    glass = line(coverage_page(officer, TODAY, body_id=tree.county.pk), tree.glass_union)
    assert (glass.coverage, glass.remarks) == (200, ("over", "old"))


def test_it_is_sorted_with_the_most_first_and_missing_rates_last(tree, officer) -> None:
    member(tree.other_county)
    member(tree.glass_union)
    member(tree.kiln)
    report(tree.other_county, 4)
    count()
    names = [one.body.name for one in coverage_page(officer, TODAY, sort="members").lines]
    assert names[:2] == ["沙河市总工会", "威县总工会"]
    names = [one.body.name for one in coverage_page(officer, TODAY, sort="coverage").lines]
    assert names[0] == "威县总工会"
    page = coverage_page(officer, TODAY, sort="members", limit=1)
    assert (len(page.lines), page.more) == (1, 2)


def test_nobody_sees_a_body_outside_his_posts(tree) -> None:
    with pytest.raises(NotFound):
        coverage_page(keeper(tree.other_county), TODAY, body_id=tree.county.pk)
    with pytest.raises(NotAllowed):
        coverage_page(UserFactory(), TODAY)


def join_in_confidence(tree, number: int) -> None:
    for _ in range(number):
        enrol(person=Person(name="吴工", id_number=resident_id()), body=tree.county, on=dt.date(2026, 2, 2),
              by=SYSTEM, now=NOW, employer=tree.glass, is_discreet=True)  # fmt: skip


def read(client: Client, address: str) -> str:
    """Return what a person reads of a page, or the whole file."""
    text = client.get(address).content.decode()
    return text.partition("<main")[2].partition("</main>")[0] or text


@pytest.mark.parametrize("tied_by", ["relative", "post"])
def test_whoever_is_tied_to_the_employer_reads_the_same_before_and_after_somebody_joined(
    tree, client, tied_by
) -> None:
    tied = keeper(tree.county)
    if tied_by == "relative":
        declare_affiliation(
            employer=tree.glass, kind="relative", from_on=dt.date(2020, 1, 1), by=tied, now=NOW
        )
    else:
        from zhijia.unions.tests.factories import PostFactory

        PostFactory(body=tree.kiln, role=Role.CHAIR, user=tied)
    member(tree.county)
    count()
    sign_in(client, tied)
    addresses = [f"{reverse('membership:coverage')}{query}" for query in ("", "?sort=members")]
    addresses.append(reverse("membership:coverage_export") + "?format=csv")
    before = [read(client, address) for address in addresses]
    join_in_confidence(tree, 12)
    TotalsState.objects.update(hidden_on=dt.date(2026, 1, 1))
    count()
    assert BodyTotals.objects.get(pk=tree.county.pk).hidden_members == 10
    assert [read(client, address) for address in addresses] == before
    other = keeper(tree.county)
    assert coverage_page(other, TODAY).shows_hidden, "whoever has no tie sees the late, rounded count"


def test_a_registered_employer_with_a_union_counts_for_the_organising_rate(tree, officer) -> None:
    page = coverage_page(officer, TODAY)
    assert (page.employers.total, page.employers.organised, page.employers.percent) == (2, 2, 100)
    assert coverage_page(officer, TODAY, body_id=tree.other_county.pk).employers.percent is None
    assert coverage_page(officer, TODAY, body_id=tree.kiln.pk).employers is None


def test_the_page_says_all_of_it(tree, officer, client) -> None:
    member(tree.county, id_number=resident_id(sex=2))
    count()
    text = sign_in(client, officer).get(reverse("membership:coverage")).content.decode()
    for word in ("会员与覆盖", "沙河市总工会", "还没有上报职工人数", "入会率"):
        assert word in text, word
    assert "0 %" not in text, "an unknown rate is no rate of zero"


def test_the_number_of_questions_does_not_grow_with_the_bodies(
    tree, officer, client, django_assert_max_num_queries
) -> None:
    sign_in(client, officer)
    client.get(reverse("membership:coverage"))
    with django_assert_max_num_queries(22):
        client.get(reverse("membership:coverage"))


def test_the_files_hold_what_the_page_shows(tree, officer, client) -> None:
    member(tree.county)
    report(tree.county, 4)
    count()
    sign_in(client, officer)
    address = reverse("membership:coverage_export")
    told = client.get(address, {"format": "csv"})
    assert told["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(told.content.decode("utf-8-sig"))))
    county = next(row for row in rows if row and row[0] == "沙河市总工会")
    assert county[1:8] == ["1", "0", "0", "0", "0", "4", "25.0"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    values = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert ["沙河市总工会", 1, 0, 0, 0, 0, 4, 25] in [row[:8] for row in values]


def test_a_program_reads_the_same_figures(tree, officer) -> None:
    member(tree.county)
    report(tree.county, 4)
    count()
    _row, secret = create_token(
        user=officer, name="t", scopes=("membership:work",), days=1, by=SYSTEM, now=NOW
    )
    head = {"Authorization": f"Bearer {secret}"}
    told = Client().get("/api/v1/membership/work/coverage", {"body": tree.city.pk}, headers=head).json()
    below = next(one for one in told["below"] if one["body"] == "沙河市总工会")
    assert (below["members"], below["workers"], below["membership_rate"]) == (1, 4, 25.0)
    assert told["whole"]["remarks"] == []
    away = Client().get("/api/v1/membership/work/coverage", {"body": tree.province.pk}, headers=head)
    assert away.status_code == 404
    assert Client().get("/api/v1/membership/work/coverage").status_code == 401
