"""Periods, percentiles, the officers' page and the public page."""

import datetime as dt
import io
import statistics

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotFound
from zhijia.statistics.export import workbook
from zhijia.statistics.models import Release
from zhijia.statistics.periods import Period, month, preset, quarter
from zhijia.statistics.selectors import (
    Figure,
    as_figure,
    chosen_scope,
    indicator_called,
    percentile_of,
    percentiles,
)
from zhijia.statistics.services import publish_due, publish_quarter, publishable_quarter
from zhijia.statistics.tests.factories import NOW, Ledger, ReleaseFactory
from zhijia.unions.models import Post
from zhijia.unions.tests.factories import TODAY, PostFactory, Tree

FIRST_QUARTER = quarter(dt.date(2026, 2, 1))


# Periods and percentiles ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("month", "2026-03-01", "2026-03-31"), ("last_month", "2026-02-01", "2026-02-28"),
        ("quarter", "2026-01-01", "2026-03-31"), ("last_quarter", "2025-10-01", "2025-12-31"),
        ("year", "2026-01-01", "2026-12-31"), ("last_year", "2025-01-01", "2025-12-31"),
    ],
)  # fmt: skip
def test_named_periods(name: str, first: str, last: str) -> None:
    found = preset(name, TODAY)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_a_period_runs_from_midnight_in_china_to_the_midnight_after_its_last_day() -> None:
    assert month(TODAY).start == dt.datetime(2026, 2, 28, 16, tzinfo=dt.UTC)
    assert month(TODAY).end == dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)
    cut = list(Period(dt.date(2026, 1, 20), dt.date(2026, 3, 5)).months())
    assert [(m.first.day, m.last.day) for m in cut] == [(20, 31), (1, 28), (1, 5)]


def test_percentiles_of_rows_equal_the_inclusive_method_and_leave_empty_values_out(tree: Tree) -> None:
    start = dt.date(2026, 1, 1)
    days = [3, 40, 7, 12, 1, 25, 9]
    for number in days:
        PostFactory(body=tree.county, from_on=start, until_on=start + dt.timedelta(days=number))
    PostFactory(body=tree.county, from_on=start)
    median, ninth = percentiles(Post.objects.all(), "tenant", 0.5, 0.9)
    assert (median, ninth) == (13, 13)
    from django.db.models import DurationField, ExpressionWrapper, F

    lengths = Post.objects.annotate(
        length=ExpressionWrapper(F("until_on") - F("from_on"), output_field=DurationField())
    )
    found = percentiles(lengths, "length", 0, 0.25, 0.5, 0.9, 1)
    quarters = statistics.quantiles(days, n=20, method="inclusive")
    expected = [1, quarters[4], quarters[9], quarters[17], 40]
    assert [f.total_seconds() / 86_400 for f in found] == pytest.approx(expected)
    assert [percentile_of(days, s) for s in (0, 0.25, 0.5, 0.9, 1)] == pytest.approx(expected)
    assert percentiles(lengths.none(), "length", 0.5, 0.9) == [None, None]


def test_a_figure_takes_numbers_durations_and_nothing() -> None:
    assert as_figure(dt.timedelta(hours=36), "days") == Figure(1.5)
    assert as_figure(Figure(dt.timedelta(hours=3), None, 12), "hours") == Figure(3, None, 12)
    assert as_figure(None, "count") == Figure(None)
    assert Figure.share(0, 0).value is None
    assert Figure.share(1, 8).value == 12.5


# Officers -------------------------------------------------------------------------------------


@pytest.fixture
def officer(tree: Tree, client: Client) -> User:
    user = User.objects.get(pk=PostFactory(body=tree.city).user_id)
    sign_in(client, user)
    return user


def asked(**more: object) -> dict[str, object]:
    return {"period": "custom", "since": "2026-01-01", "until": "2026-03-31", **more}


def test_an_officer_sees_figures_of_his_bodies_with_definition_and_the_way_to_the_cases(
    tree: Tree, ledger: Ledger, client: Client, officer: User
) -> None:
    ledger.add(tree.county, 7, satisfied=6)
    ledger.add(tree.province, 100)
    page = client.get(reverse("statistics:index"), asked())
    figures = {row["line"].indicator.key: row["line"].figure for row in page.context["lines"]}
    assert figures["cases.received"].value == 7
    assert figures["cases.satisfied"] == Figure(600 / 7, 6, 7)
    text = page.content.decode()
    assert "满意数除以评价数" in text
    assert "since=2026-01-01&amp;until=2026-03-31&amp;indicator=cases.received" in text


def test_the_period_decides_what_is_counted(
    tree: Tree, ledger: Ledger, client: Client, officer: User
) -> None:
    last_minute = dt.datetime(2026, 3, 31, 15, 59, 59, tzinfo=dt.UTC)
    ledger.add(tree.county, 1, at=last_minute)
    ledger.add(tree.county, 2, at=last_minute + dt.timedelta(seconds=1))
    for until, number in (("2026-03-31", 1), ("2026-04-01", 3)):
        page = client.get(reverse("statistics:index"), asked(until=until))
        assert page.context["lines"][0]["line"].figure.value == number


def test_an_officer_may_narrow_to_a_body_but_not_leave_his_scope(
    tree: Tree, ledger: Ledger, client: Client, officer: User
) -> None:
    ledger.add(tree.county, 7)
    ledger.add(tree.other_county, 5)
    url = reverse("statistics:indicator", args=["cases.received"])
    page = client.get(url, asked(body=tree.county.pk))
    assert page.context["figure"].value == 7
    assert client.get(url, asked(body=tree.city.pk)).context["figure"].value == 12
    with pytest.raises(NotFound):
        chosen_scope(officer, tree.province.pk, TODAY)


def test_one_figure_is_shown_by_month_and_by_body(
    tree: Tree, ledger: Ledger, client: Client, officer: User
) -> None:
    ledger.add(tree.county, 7)
    page = client.get(reverse("statistics:indicator", args=["cases.received"]), asked(body=tree.city.pk))
    assert [(bar.label, bar.value) for bar in page.context["chart"].bars] == [
        ("2026-01", 0), ("2026-02", 7), ("2026-03", 0)
    ]  # fmt: skip
    assert {body.name: figure.value for body, figure in page.context["rows"]} == {
        "沙河市总工会": 7, "威县总工会": 0, "邢台市林业工会": 0
    }  # fmt: skip


def test_a_long_period_is_shown_by_year(tree: Tree, ledger: Ledger, client: Client, officer: User) -> None:
    ledger.add(tree.county, 7)
    address = reverse("statistics:indicator", args=["cases.received"])
    page = client.get(address, asked(body=tree.city.pk, since="2022-03-01", until="2026-06-30"))
    assert [(bar.label, bar.value) for bar in page.context["chart"].bars] == [
        ("2022", 0), ("2023", 0), ("2024", 0), ("2025", 0), ("2026", 7)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [{"until": "2025-01-01"}, {"since": ""}, {"period": "moon"}, {"body": "x"}, {"since": "0001-01-01"}],
)
def test_a_senseless_filter_is_told_and_the_page_still_stands(
    tree: Tree, ledger: Ledger, client: Client, officer: User, bad: dict[str, str]
) -> None:
    page = client.get(reverse("statistics:index"), asked(**bad))
    assert page.status_code == 200
    assert page.context["form"].errors


def test_the_export_carries_the_filter_and_the_same_figures(
    tree: Tree, ledger: Ledger, client: Client, officer: User
) -> None:
    ledger.add(tree.county, 7, satisfied=6)
    file = client.get(reverse("statistics:export"), asked(body=tree.county.pk))
    assert file["Content-Disposition"] == 'attachment; filename="figures-2026-01-01-2026-03-31.xlsx"'
    rows = list(load_workbook(io.BytesIO(file.content)).active.iter_rows(values_only=True))
    values = [value for row in rows for value in row]
    assert {"沙河市总工会", "2026-01-01", "2026-03-31"} <= set(values)
    line = next(row for row in rows if row[0] == "满意率")
    assert line[1:5] == (pytest.approx(85.7143), "%", 6, 7)


def test_text_in_an_export_never_becomes_a_formula() -> None:
    file = workbook("x", [("=1+1", "@SUM(A1)")], ["+a"], [["=HYPERLINK(1)", 5]])
    sheet = load_workbook(io.BytesIO(file)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {
        "s",
        "n",
    }


def test_strangers_and_workers_see_no_ungated_figures(tree: Tree, ledger: Ledger, client: Client) -> None:
    for name in ("statistics:index", "statistics:export"):
        assert client.get(reverse(name)).status_code == 302
    sign_in(client, UserFactory())
    for name in ("statistics:index", "statistics:export"):
        assert client.get(reverse(name)).status_code == 403


def test_an_unknown_indicator_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        indicator_called("no.such")


# The public page ------------------------------------------------------------------------------


def test_a_quarter_is_publishable_when_one_whole_quarter_lies_behind_it() -> None:
    assert publishable_quarter(dt.date(2026, 6, 30)).first == dt.date(2025, 10, 1)
    assert publishable_quarter(dt.date(2026, 7, 1)).first == dt.date(2026, 1, 1)


def test_small_bodies_are_published_with_the_body_above_and_employers_never(
    tree: Tree, ledger: Ledger
) -> None:
    ledger.add(tree.glass_union, 23, satisfied=23)
    ledger.add(tree.other_county, 4, satisfied=0)
    ledger.add(tree.city, 14, satisfied=7)
    assert publish_quarter(tenant=13, period=FIRST_QUARTER, by=SYSTEM, now=NOW) == 2
    received = Release.objects.get(indicator="cases.received").rows
    assert [(r["name"], r["number"], r["people"]) for r in received] == [
        ("邢台市总工会", 20, 20), ("沙河市总工会", 25, 25)
    ]  # fmt: skip
    satisfied = Release.objects.get(indicator="cases.satisfied").rows
    assert [(r["name"], r["number"], r["bound"]) for r in satisfied] == [
        ("邢台市总工会", 40, ""), ("沙河市总工会", 95, "least")
    ]  # fmt: skip
    assert "明澈" not in str([r.rows for r in Release.objects.all()])


def test_what_is_published_stays_when_the_cases_change(tree: Tree, ledger: Ledger) -> None:
    ledger.add(tree.county, 20)
    publish_quarter(tenant=13, period=FIRST_QUARTER, by=SYSTEM, now=NOW)
    before = list(Release.objects.values_list("id", "rows"))
    ledger.add(tree.county, 20)
    assert publish_quarter(tenant=13, period=FIRST_QUARTER, by=SYSTEM, now=NOW) == 0
    assert list(Release.objects.values_list("id", "rows")) == before


def test_the_timer_publishes_once_and_leaves_an_audit_line(tree: Tree, ledger: Ledger) -> None:
    ledger.add(tree.county, 20)
    assert publish_due(now=NOW) == 2
    assert publish_due(now=NOW) == 0
    assert set(Release.objects.values_list("starts_on", flat=True)) == {dt.date(2026, 1, 1)}
    assert Entry.objects.filter(action="figures.published").count() == 2


def test_everyone_reads_the_open_figures_and_the_rules_of_the_gate(
    tree: Tree, ledger: Ledger, client: Client
) -> None:
    ledger.add(tree.county, 23, satisfied=23)
    publish_quarter(tenant=13, period=FIRST_QUARTER, by=SYSTEM, now=NOW)
    text = client.get(reverse("statistics:open")).content.decode()
    assert "沙河市总工会" in text
    assert "收到的全部件数" in text
    assert "不公开" not in text
    ReleaseFactory(starts_on=dt.date(2025, 10, 1), ends_on=dt.date(2025, 12, 31))
    older = client.get(reverse("statistics:open"), {"quarter": "13-2025-10-01"})
    assert [t.release.starts_on for t in older.context["tables"]] == [dt.date(2025, 10, 1)]
    assert client.get(reverse("statistics:open"), {"quarter": "13-2026-04-01"}).status_code == 404


def test_before_anything_is_published_the_open_page_says_so(db: None, client: Client) -> None:
    assert client.get(reverse("statistics:open")).status_code == 200
