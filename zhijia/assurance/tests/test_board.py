"""Promises and figures: fresh is good, old is grey, broken is red; and who may see them."""

import datetime as dt
import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import sign_in
from zhijia.assurance import selectors
from zhijia.assurance.enums import Standing
from zhijia.core import clock
from zhijia.core.gauges import Gauge, Reading
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import AffiliationFactory, PostFactory, Tree

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def results(tmp_path, settings) -> Path:
    settings.DATA = tmp_path
    (tmp_path / "trust").mkdir()
    return tmp_path / "trust"


def proved(results: Path, key: str = "P11", days_ago: float = 1, **more) -> None:
    told = {
        "promise": key,
        "held": True,
        "n": 1200,
        "figures": {"mutations": 1200, "rows": [1], "kill_points": {"points": 41, "not": {"here": None}}},
        "commit": "abc",
    }
    told["at"] = (NOW - dt.timedelta(days=days_ago)).isoformat()
    (results / f"{key}.json").write_text(json.dumps(told | more))


def line(key: str = "P11"):
    return next(found for found in selectors.proof_lines(NOW) if found.promise.key == key)


def test_a_fresh_proof_holds_and_says_what_its_number_of_trials_is_worth(results):
    proved(results)
    found = line()
    assert (found.standing, found.n, found.commit, found.bound) == (Standing.HOLDS, 1200, "abc", "0.25 %")
    assert found.figures == (("mutations", 1200), ("rows", "1"), ("kill points / points", 41))
    assert not found.is_long


def test_what_was_proved_on_files_of_no_commit_is_not_good_and_not_broken(results, monkeypatch):
    proved(results, commit="abc+")
    assert (line().standing, line().bound) == (Standing.UNCLEAR, "")
    proved(results, commit="abc+", held=False)
    assert line().standing == Standing.BROKEN
    gauge = Gauge("late", "Late", "Must be none", lambda now: Reading(0, 9, NOW), lambda v: v == 0)
    monkeypatch.setattr(selectors, "contributions", lambda slot: [gauge])
    for commit, standing in (("abc", Standing.HOLDS), ("abc+", Standing.UNCLEAR)):
        monkeypatch.setattr(selectors, "commit", lambda commit=commit: commit)
        (found,) = selectors.gauge_lines(NOW)
        assert (found.standing, found.commit) == (standing, commit)


def test_a_short_run_is_told_apart_from_a_nightly_one(results, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    told = {"acked": 77, "lost": 0, "kill_points": {"covered_percent": 25}}
    for long, word in ((False, "日常规模"), (True, "夜间规模")):
        proved(results, "P1", long=long, figures=told)
        page = client.get(reverse("assurance:promises")).content.decode()
        assert word in page
        for figure in ("77", "25"):
            assert f"<li>{figure} " in page
        assert "0.25 %" in page


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"days_ago": 7.9}, Standing.HOLDS),
        ({"days_ago": 8.1}, Standing.STALE),
        ({"held": False, "broken": "row 7 was accepted"}, Standing.BROKEN),
        ({"held": False, "days_ago": 400}, Standing.BROKEN),
        ({"at": "yesterday"}, Standing.NEVER),
    ],
)
def test_old_is_never_good_and_broken_stays_broken(results, change, standing):
    proved(results, **change)
    assert line().standing == standing


def test_a_half_written_result_counts_as_none(results):
    (results / "P11.json").write_text('{"held": true, ')
    assert line().standing == Standing.NEVER


@pytest.mark.parametrize(
    ("value", "age", "standing"),
    [(0, 0, Standing.HOLDS), (3, 0, Standing.BROKEN), (0, 25, Standing.STALE), (None, 0, Standing.NEVER)],
)
def test_a_figure_is_good_only_while_it_is_fresh(monkeypatch, value, age, standing):
    at = NOW - dt.timedelta(hours=age)
    gauge = Gauge("late", "Late", "Must be none", lambda now: Reading(value, 9, at), lambda v: v == 0)
    monkeypatch.setattr(selectors, "contributions", lambda slot: [gauge])
    monkeypatch.setattr(selectors, "commit", lambda: "abc")
    (found,) = selectors.gauge_lines(NOW)
    assert found.standing == standing
    assert selectors.gauge_lines(NOW, public=True) == []


def test_everybody_reads_the_promises_with_their_limits_and_without_the_operators_figures(results, client):
    proved(results, "P11", held=False, broken="row 7 was accepted")
    page = client.get(reverse("assurance:promises")).content.decode()
    assert "不成立" in page
    assert "row 7" not in page
    assert "zhijia restore" not in page, "what an operator has to do is no word for a worker"
    assert page.count("<li>") >= 7


def test_only_who_runs_the_house_sees_the_figures(results, time_machine):
    time_machine.move_to(NOW, tick=False)
    proved(results, days_ago=-0.1)
    tree = Tree()
    for body, role, status in (
        (tree.province, Role.STEWARD, 200),
        (tree.province, Role.HANDLER, 403),
        (tree.county, Role.CHAIR, 403),
    ):
        user = PostFactory(body=body, role=role, from_on=clock.local_date(NOW)).user
        user.refresh_from_db()
        answer = sign_in(Client(), user).get(reverse("assurance:board"))
        assert answer.status_code == status, (body.name, role)
    assert client_of_nobody().status_code == 302


def test_an_operator_who_is_tied_to_an_employer_sees_proofs_and_no_figures(results, time_machine):
    time_machine.move_to(NOW, tick=False)
    tree = Tree()
    operator = PostFactory(body=tree.province, role=Role.STEWARD).user
    client = sign_in(Client(), User.objects.get(pk=operator.pk))
    address = reverse("assurance:board")
    assert client.get(address).context["gauges"]
    AffiliationFactory(user=operator, employer=tree.glass, by=operator)
    answer = client.get(address)
    assert answer.context["gauges"] == []
    assert answer.context["lines"]


def client_of_nobody():
    return Client().get(reverse("assurance:board"))


def test_every_gauge_of_the_house_can_be_read_in_an_empty_installation(client):
    from zhijia.core.manifest import contributions

    gauges = list(contributions("gauges"))
    assert len({gauge.key for gauge in gauges}) == len(gauges) >= 6
    for gauge in gauges:
        reading = gauge.read(NOW)
        assert reading.value is None or gauge.is_good(reading.value) in (True, False)
