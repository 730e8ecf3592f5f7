"""Page components as templates use them."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from zhijia.core.charts import Bar, BarChart
from zhijia.core.context_processors import PageFrame
from zhijia.core.paging import Page
from zhijia.core.templatetags.core import Due, due_view

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
"""09:30 in China."""


def draw(markup: str, **context: object) -> str:
    """Return mark-up with components drawn, in English."""
    request = RequestFactory().get("/list/", {"state": "open", "cursor": "old"})
    template = Template(CottonCompiler().process(markup))
    with translation.override("en"):
        return template.render(Context({"request": request, "page": PageFrame(request), **context}))


def test_a_button_with_an_address_is_a_link() -> None:
    assert draw('<c-button kind="primary" href="/x/">Go</c-button>').startswith(
        '<a class="button button-primary" href="/x/"'
    )
    assert '<button class="button button-secondary" type="submit" name="a" value="1"' in draw(
        '<c-button name="a" value="1">Go</c-button>'
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<c-card title="{{ evil }}" href="{{ evil }}">{{ evil }}</c-card>',
        '<c-card :title="evil">x</c-card>',
        '<c-alert title="{{ evil }}">{{ evil }}</c-alert>',
        '<c-stat label="{{ evil }}" value="{{ evil }}" />',
        '<c-timeline-item title="{{ evil }}" time="{{ evil }}" :by="evil" />',
        '<c-empty title="{{ evil }}" :hint="evil" />',
        "<c-badge>{{ evil }}</c-badge>",
        '<c-dialog summary="{{ evil }}">{{ evil }}</c-dialog>',
        '<c-table caption="{{ evil }}">x</c-table>',
        '<c-button data-name="{{ evil }}">x</c-button>',
    ],
)
def test_what_people_type_is_escaped_once(markup: str) -> None:
    drawn = draw(markup, evil='"><script>alert(1)</script>')
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "&amp;lt;" not in drawn


def test_a_name_of_the_page_does_not_leak_into_a_component() -> None:
    drawn = draw(
        "<c-card>x</c-card><c-alert>y</c-alert>", title="LEAK", href="/leak/", actions="LEAK", kind="LEAK"
    )
    assert "LEAK" not in drawn
    assert "/leak/" not in drawn


def test_a_component_in_another_keeps_its_own_parts() -> None:
    drawn = draw(
        '<c-card title="outer"><c-card title="inner" level="3">x</c-card>'
        '<c-slot name="actions"><c-button>Go</c-button></c-slot></c-card>'
    )
    assert drawn.count("card-foot") == 1
    assert "<h2>outer</h2>" in drawn
    assert "<h3>inner</h3>" in drawn


def test_an_alert_of_danger_is_read_aloud_at_once() -> None:
    assert 'role="alert"' in draw('<c-alert kind="danger">x</c-alert>')
    assert "role=" not in draw('<c-alert kind="info">x</c-alert>')


def test_a_statistic_without_a_figure_says_so() -> None:
    assert "no figure" in draw('<c-stat label="Rate" :value="missing" />', missing=None)
    assert ">0</span>" in draw('<c-stat label="Rate" :value="zero" />', zero=0)


@pytest.mark.parametrize(
    ("due", "text", "tone"),
    [
        (dt.date(2026, 3, 11), "9 days left", "green"),
        (dt.date(2026, 3, 4), "2 days left", "amber"),
        (dt.date(2026, 3, 3), "1 day left", "amber"),
        (dt.date(2026, 3, 2), "due today", "amber"),
        (dt.date(2026, 3, 1), "overdue by 1 day", "red"),
        (dt.date(2026, 2, 20), "overdue by 10 days", "red"),
        (NOW + dt.timedelta(hours=2), "due today", "amber"),
        (NOW - dt.timedelta(hours=2), "overdue since today", "red"),
        (NOW - dt.timedelta(hours=10), "overdue by 1 day", "red"),
        # 23:00 UTC on 2 March is already 3 March in China.
        (dt.datetime(2026, 3, 2, 23, tzinfo=dt.UTC), "1 day left", "amber"),
    ],
)
def test_a_due_date_says_how_long_there_is_in_china_days(due: object, text: str, tone: str) -> None:
    with translation.override("en"):
        assert due_view(due, NOW) == Due(text, tone)


def test_a_provisional_due_date_says_that_it_may_move() -> None:
    drawn = draw('<c-due :due="due" :now="now" :provisional="True" />', due=dt.date(2027, 3, 1), now=NOW)
    assert "may move" in drawn
    assert 'datetime="2027-03-01"' in drawn
    assert draw('<c-due :due="due" :now="now" />', due=None, now=NOW).strip() == ""


def test_a_settled_due_date_shows_no_days() -> None:
    assert "badge" not in draw(
        '<c-due :due="due" :now="now" :done="True" />', due=dt.date(2026, 1, 1), now=NOW
    )


def test_the_pager_keeps_the_filter() -> None:
    drawn = draw('<c-pager :page="rows" />', rows=Page([], next_cursor="n:1", previous_cursor=None))
    assert 'href="?state=open&amp;cursor=n%3A1"' in drawn
    assert "Previous" not in drawn
    assert "<nav" not in draw('<c-pager :page="rows" />', rows=Page([]))


def test_a_chart_is_a_table_too() -> None:
    chart = BarChart("Appeals", [Bar("Wages", 1280, "/w/")], unit="appeals", label="Kind")
    drawn = draw('<c-chart-bars :chart="chart" />', chart=chart)
    assert "<table>" in drawn
    assert '<th scope="row"><a href="/w/">Wages</a></th>' in drawn
    assert "1,280" in drawn
    assert "style=" not in drawn


def test_progress_names_the_present_step() -> None:
    steps = [
        {"label": "Sent", "state": "done"},
        {"label": "Open", "state": "now"},
        {"label": "End", "state": ""},
    ]
    drawn = draw('<c-steps :steps="steps" />', steps=steps)
    assert drawn.count('aria-current="step"') == 1
    assert 'Sent<span class="unseen"> done</span>' in drawn


def test_tabs_mark_the_present_one_and_count_zero() -> None:
    tabs = [{"label": "New", "url": "?a", "current": True, "count": 0}, {"label": "Old", "url": "?b"}]
    drawn = draw('<c-tabs :tabs="tabs" />', tabs=tabs)
    assert drawn.count('aria-current="page"') == 1
    assert drawn.count('class="badge"') == 1


def test_numbers_are_shown_in_groups_and_mobiles_masked() -> None:
    assert draw("{{ n|receipt }}", n="30512209481766530284") == "3051 2209 4817 6653 0284"
    assert draw("{{ n|masked_mobile }}", n="+8613800001234") == "138****1234"
    assert draw("{{ n|mobile }}", n="+8613800001234") == "138 0000 1234"
    for other in ("0319-3333333", "", "+85291234567"):
        assert draw("{{ n|mobile }}", n=other) == other
