"""The queue: what is listed, found, counted, exported and assigned, and what is not."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import services as s
from zhijia.appeals.models import Appeal
from zhijia.appeals.selectors import desk, queue
from zhijia.appeals.selectors.words import TABS
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.unions.models import Employer
from zhijia.unions.services import grant_post

QUEUE = "/appeals/work/"


@pytest.fixture(autouse=True)
def _clock(world, time_machine_at):
    time_machine_at(world.now)


@pytest.fixture
def time_machine_at():
    import time_machine

    travellers = []

    def travel(moment):
        traveller = time_machine.travel(moment, tick=False)
        traveller.start()
        travellers.append(traveller)

    yield travel
    for traveller in travellers:
        traveller.stop()


def page(client, world, who, address=QUEUE, **query):
    sign_in(client, world.people[who])
    return client.get(address, query)


def numbers(response):
    return [row.number for row in response.context["rows"].items]


def accepted(world, **told):
    appeal = world.submit(**told)
    s.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=world.now)
    appeal.refresh_from_db()
    return appeal


def test_the_most_pressing_matter_stands_first_then_the_one_due_first(client, world):
    ordinary = world.submit(circumstances=("pregnant",))
    danger = world.submit(circumstances=("danger",))
    hurt = world.submit(circumstances=("injured", "no_money"))
    assert numbers(page(client, world, "dispatcher")) == [danger.number, hurt.number, ordinary.number]


def test_tabs_count_what_stands_behind_them(client, world):
    world.submit()
    accepted(world)
    world.in_hand()
    world.replied()
    counts = {tab["key"]: tab["count"] for tab in page(client, world, "dispatcher").context["tabs"]}
    assert counts["open"] == 3
    assert (counts["new"], counts["unassigned"], counts["mine"], counts["answered"]) == (1, 1, 0, 1)
    for key in TABS:
        if counts.get(key) is not None:
            listed = page(client, world, "dispatcher", tab=key)
            assert len(numbers(listed)) == counts[key], key


def test_a_late_matter_is_marked_in_words_and_stands_under_late(client, world, time_machine_at):
    appeal = world.submit()
    later = world.now + dt.timedelta(days=20)
    time_machine_at(later)
    found = page(client, world, "dispatcher", tab="late")
    assert numbers(found) == [appeal.number]
    assert found.context["rows"].items[0].due_tone == "red"
    assert found.context["rows"].items[0].due_text in found.content.decode()
    counts = {tab["key"]: tab["count"] for tab in found.context["tabs"]}
    assert (counts["late"], counts["soon"]) == (1, 0)


def test_a_handler_begins_with_his_own_matters(client, world):
    world.submit()
    mine = world.in_hand()
    found = page(client, world, "handler")
    assert found.context["tab"] == "mine"
    assert numbers(found) == [mine.number]


def test_the_filter_in_the_address_narrows_the_list(client, world):
    here = world.submit(circumstances=("danger",))
    there = world.submit(employer_id=world.other_employer.pk, place="130503")
    for query, expected in (
        ({"q": here.number}, [here.number]),
        ({"urgency": "urgent"}, [here.number]),
        ({"employer": "清河"}, [there.number]),
        ({"body": world.bodies["other_county"].pk}, [there.number]),
        ({"body": world.bodies["city"].pk}, [here.number, there.number]),
        ({"category": "WAGE"}, [here.number, there.number]),
        ({"channel": "letter"}, []),
        ({"round": "2"}, []),
        ({"since": "2026-03-03"}, []),
        ({"since": "2026-03-02", "until": "2026-03-02"}, [here.number, there.number]),
        ({"state": "received"}, [here.number, there.number]),
        ({"state": "received", "q": "工资"}, []),
    ):
        found = page(client, world, "city_dispatcher", tab="open", **query)
        assert sorted(numbers(found)) == sorted(expected), query


def test_a_filter_that_makes_no_sense_is_said_and_narrows_nothing(client, world):
    world.submit()
    found = page(client, world, "dispatcher", tab="open", since="not a day")
    assert found.status_code == 200
    assert len(numbers(found)) == 1
    assert found.context["form"].errors


def test_the_next_page_goes_on_where_the_last_one_ended(client, world, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 2)
    all_numbers = {world.submit().number for _ in range(5)}
    seen, cursor = [], None
    while True:
        found = page(client, world, "dispatcher", **({"cursor": cursor} if cursor else {}))
        seen += numbers(found)
        cursor = found.context["rows"].next_cursor
        if not cursor:
            break
    assert len(seen) == 5
    assert set(seen) == all_numbers


def make_double(world):
    """Give the county dispatcher a post in the union of the employer concerned."""
    grant_post(
        body=world.bodies["own_union"], user=world.people["dispatcher"], role="chair",
        from_on=dt.date(2025, 1, 1), by=SYSTEM, now=world.now,
    )  # fmt: skip


def test_eleven_queries_at_most_however_many_rows(client, world):
    make_double(world)
    sign_in(client, world.people["dispatcher"])
    told = {"employer_id": world.other_employer.pk, "place": "130502"}
    used = []
    for rows in (10, 50):
        while Appeal.objects.count() < rows:
            world.submit(**told)
        caches["process"].clear()
        with CaptureQueriesContext(connection) as found:
            response = client.get(QUEUE, {"tab": "all"})
        used.append(len(found))
        assert response.status_code == 200
    assert used[0] == used[1] <= 11, [q["sql"][:90] for q in found.captured_queries]


def test_what_concerns_ones_own_employer_is_nowhere(client, world):
    hidden = world.submit(text="远山木业的事情不要让厂里知道")
    open_one = world.submit(employer_id=world.other_employer.pk, place="130502", text="远山以外的事情")
    assert Appeal.objects.filter(handling_body=world.bodies["county"]).count() >= 1
    make_double(world)
    visible = {open_one.number} & {
        a.number for a in Appeal.objects.filter(handling_body=world.bodies["county"])
    }
    found = page(client, world, "dispatcher", tab="all")
    assert set(numbers(found)) == visible
    counts = {tab["key"]: tab["count"] for tab in found.context["tabs"]}
    assert counts["open"] == len(visible)
    user = type(world.people["dispatcher"]).objects.get(pk=world.people["dispatcher"].pk)
    assert hidden.number not in str(list(desk.search_hits(user, hidden.number, 8, world.now)))
    assert hidden.number not in exported(client, world, "dispatcher", tab="all")[1]
    assert client.get(reverse("appeals:work", args=[hidden.public_id])).status_code == 404
    cards = {str(c.url): c.count for c in desk.desk_cards(user, world.now)}
    assert cards[f"{QUEUE}?tab=new"] == len(visible)


def test_an_officers_own_matter_is_no_work_of_his(client, world):
    own = world.submit(by=world.people["dispatcher"])
    assert numbers(page(client, world, "dispatcher", tab="all")) == []
    assert client.get(reverse("appeals:work", args=[own.public_id])).status_code == 404
    assert numbers(page(client, world, "chair", tab="all")) == [own.number]


@pytest.mark.parametrize("who", ["worker", "stranger"])
def test_workers_do_not_see_the_queue(client, world, who):
    assert page(client, world, who).status_code == 403


def test_only_those_who_may_enter_are_offered_to_enter(client, world):
    shown = {who: page(client, world, who).content.decode() for who in ("dispatcher", "chair")}
    door = 'href="/appeals/enter/"'
    assert door in shown["dispatcher"]
    assert door not in shown["chair"]


def test_a_stranger_is_led_to_sign_in(client, world):
    assert client.get(QUEUE).status_code == 302


def test_several_matters_are_given_at_once_and_each_refusal_is_named(client, world):
    good, wrong_state = accepted(world), world.submit()
    foreign = world.submit(employer_id=world.other_employer.pk, place="130503")
    sign_in(client, world.people["dispatcher"])
    done = client.post(
        reverse("appeals:assign_many"),
        {
            "rows": [good.pk, wrong_state.pk, foreign.pk],
            "handler_id": world.people["handler"].pk,
            "query": "tab=open",
        },
    )
    text = done.content.decode()
    assert [a.number for a in done.context["done"]] == [good.number]
    failed = {line["number"]: line["error"].code for line in done.context["failed"]}
    assert failed[wrong_state.number] == "wrong-state"
    assert len(failed) == 2
    assert foreign.number not in text, "a number outside the scope was told"
    good.refresh_from_db()
    wrong_state.refresh_from_db()
    assert (good.handler, good.state) == (world.people["handler"], "assigned")
    assert (wrong_state.handler, wrong_state.state) == (None, "received")


def test_bulk_assign_without_a_handler_says_so(client, world):
    sign_in(client, world.people["dispatcher"])
    answer = client.post(
        reverse("appeals:assign_many"), {"rows": [accepted(world).pk], "query": "tab=open"}, follow=True
    )
    assert answer.redirect_chain[0][0] == f"{QUEUE}?tab=open"
    assert len(list(answer.context["messages"])) == 1


def test_the_next_one_of_the_pool_is_the_most_pressing(client, world):
    accepted(world)
    urgent = accepted(world, circumstances=("danger",))
    sign_in(client, world.people["handler"])
    answer = client.post(reverse("appeals:take_next"))
    assert answer["Location"] == reverse("appeals:work", args=[urgent.public_id])
    urgent.refresh_from_db()
    assert (urgent.state, urgent.handler) == ("handling", world.people["handler"])


def test_an_empty_pool_is_said(client, world):
    sign_in(client, world.people["handler"])
    empty = client.post(reverse("appeals:take_next"), follow=True)
    assert empty.redirect_chain[0][0].startswith(QUEUE)
    assert "没有等待承办人的诉求" in empty.content.decode()


def exported(client, world, who, **query):
    sign_in(client, world.people[who])
    answer = client.get(reverse("appeals:export"), query)
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"].endswith("sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    about, rows = book.worksheets
    return {r[0]: r[1] for r in about.iter_rows(values_only=True)}, [
        list(r) for r in rows.iter_rows(values_only=True)
    ]


def test_the_export_says_what_it_is_and_holds_no_person(client, world):
    appeal = world.in_hand(
        text="我叫赵工，电话13812345678，工资没发", employer_text="=HYPERLINK()", employer_id=None
    )
    world.submit(circumstances=("danger",))
    about, rows = exported(client, world, "dispatcher", tab="all", q=appeal.number)
    words = [str(v) for v in about.values()]
    assert "2026-03-02 09:30" in words
    assert "dispatcher员" in words
    assert 1 in about.values()
    assert appeal.number in words
    assert [row[0] for row in rows[1:]] == [appeal.number]
    flat = str(rows)
    assert "13812345678" not in flat
    assert "赵工" not in flat
    assert "=HYPERLINK()" not in flat
    entry = Entry.objects.filter(action="appeal.exported").get()
    assert '"count":1' in entry.data.replace(" ", "")
    assert appeal.number not in entry.data


def test_too_large_an_export_is_refused_in_plain_words(client, world, monkeypatch):
    from zhijia.appeals.services import exporting

    monkeypatch.setattr(exporting, "EXPORT_LIMIT", 1)
    world.submit()
    world.submit()
    sign_in(client, world.people["dispatcher"])
    answer = client.get(reverse("appeals:export"), {"tab": "all"}, follow=True)
    assert answer.redirect_chain
    assert "2" in str(next(iter(answer.context["messages"])))
    assert not Entry.objects.filter(action="appeal.exported").exists()


def test_the_queue_is_a_part_of_what_may_be_seen(world):
    world.submit()
    world.in_hand()
    world.submit(by=world.people["dispatcher"])
    world.submit(employer_id=world.other_employer.pk, place="130503")
    on = dt.date(2026, 3, 2)
    for name, user in world.people.items():
        work = set(Appeal.objects.work_for(user, on).values_list("pk", flat=True))
        seen = set(Appeal.objects.visible_to(user, on).values_list("pk", flat=True))
        assert work <= seen, name
        assert not Appeal.objects.own(user).filter(pk__in=work).exists(), name


def test_a_name_that_looks_like_a_formula_is_exported_as_text(client, world):
    Employer.objects.filter(pk=world.employer.pk).update(name='=HYPERLINK("http://example.org")')
    world.submit()
    sign_in(client, world.people["dispatcher"])
    body = client.get(reverse("appeals:export"), {"tab": "all"}).content
    cells = [
        cell for row in openpyxl.load_workbook(io.BytesIO(body)).worksheets[1].iter_rows() for cell in row
    ]
    assert {cell.data_type for cell in cells if str(cell.value).startswith("=")} == {"s"}


def test_when_a_colleague_was_quicker_the_one_after_it_is_taken(client, world, monkeypatch):
    taken, free = accepted(world), accepted(world)
    s.sign_for_appeal(appeal_id=taken.pk, by=world.people["second_handler"], now=world.now)
    monkeypatch.setattr(queue, "pool_ids", lambda *_args, **_options: [taken.pk, free.pk])
    sign_in(client, world.people["handler"])
    answer = client.post(reverse("appeals:take_next"))
    assert answer["Location"] == reverse("appeals:work", args=[free.public_id])
    taken.refresh_from_db()
    assert taken.handler == world.people["second_handler"]
