"""Two people, one matter, the same moment: exactly one wins, the other gets a plain answer."""

import datetime as dt

import pytest
from django.core.management import call_command

from tests.bad_days.threads import at_once
from zhijia.appeals import services
from zhijia.appeals.enums import State
from zhijia.appeals.errors import AlreadyRated, TakenByAnother
from zhijia.appeals.models import Appeal, Assignment, EmployerFlag, Rating, ReceiptLookup
from zhijia.appeals.services import Submission
from zhijia.appeals.tests.factories import World, make_user
from zhijia.audit.models import Entry
from zhijia.core.errors import WrongState
from zhijia.core.idempotency import KeyReused, once
from zhijia.core.models import IdempotencyRecord

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]
MANY = 8
TOLD = {"text": "三个月没发工资", "place": "130502", "category": "WAGE.ARREARS"}


def submit(world: World, key: str, by=None, **more):
    told = TOLD | {"employer_id": world.employer.pk} | more
    return services.submit_appeal(
        submission=Submission(**told), key=key, by=by or world.people["worker"], now=world.now
    )


def test_one_key_from_eight_senders_files_one_appeal_and_gives_eight_equal_answers(world: World):
    sent = at_once(*[lambda: submit(world, "the-same-key-0123456789")] * MANY)
    assert [type(s) for s in sent] == [tuple] * MANY
    assert len({s[0]["receipt"] for s in sent}) == 1
    assert all(s[0] == sent[0][0] for s in sent)
    assert sorted(s[1] for s in sent) == [False] * (MANY - 1) + [True]
    assert (Appeal.objects.count(), ReceiptLookup.objects.count()) == (1, 1)
    call_command("audit", "verify")


def test_eight_keys_file_eight_appeals_against_one_employer_under_one_flag(world: World):
    people = [make_user() for _ in range(MANY)]
    sent = at_once(*[lambda n=n: submit(world, f"one-key-each-{n:012d}", by=people[n]) for n in range(MANY)])
    assert [s[1] for s in sent] == [True] * MANY
    for name in ("number", "receipt", "public_id"):
        assert len({s[0][name] for s in sent}) == MANY
    assert Appeal.objects.count() == MANY
    assert EmployerFlag.objects.get().people_count == MANY
    numbers = list(Entry.objects.filter(tenant=13).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    call_command("audit", "verify")


def test_the_same_key_with_other_words_is_refused_even_at_the_same_moment(world: World):
    sent = at_once(
        *[lambda n=n: submit(world, "the-same-key-0123456789", text=f"第{n}件事") for n in range(MANY)]
    )
    assert sum(isinstance(s, tuple) for s in sent) == 1
    assert sum(isinstance(s, KeyReused) for s in sent) == MANY - 1
    assert Appeal.objects.count() == 1


def test_when_the_first_sender_fails_the_second_is_filed(world: World):
    tries = iter([RuntimeError("the machine fell over"), None])

    def effect():
        error = next(tries)
        if error:
            raise error
        return {"receipt": "1"}

    def send():
        return once(scope="test", key="k" * 20, body={"a": 1}, now=world.now, effect=effect)

    first, second = sorted(at_once(send, send), key=lambda r: isinstance(r, tuple))
    assert isinstance(first, RuntimeError)
    assert second == ({"receipt": "1"}, True)
    assert IdempotencyRecord.objects.count() == 1


def test_two_officers_take_one_case_and_one_has_it(world: World):
    appeal = world.submit()
    services.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=world.now)
    takers = [world.people["handler"], world.people["second_handler"]]
    done = at_once(
        *[lambda t=t: services.sign_for_appeal(appeal_id=appeal.pk, by=t, now=world.now) for t in takers]
    )
    winner = next(n for n, result in enumerate(done) if isinstance(result, Appeal))
    assert isinstance(done[1 - winner], TakenByAnother)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.handler) == (State.HANDLING, takers[winner])
    assert Assignment.objects.get(ended_at=None).handler == takers[winner]


def test_two_dispatchers_decide_otherwise_and_the_first_decision_stands(world: World):
    appeal = world.submit()
    accept = lambda: services.accept_appeal(appeal_id=appeal.pk, by=world.people["dispatcher"], now=world.now)  # noqa: E731
    refuse = lambda: services.refuse_appeal(  # noqa: E731
        appeal_id=appeal.pk,
        ground="outside_scope",
        notice="请向法院起诉。",
        by=world.people["chair"],
        now=world.now,
    )
    done = at_once(accept, refuse)
    assert sorted(type(d) for d in done if not isinstance(d, Appeal)) == [WrongState]
    winner = State.ACCEPTED if isinstance(done[0], Appeal) else State.REFUSED
    appeal.refresh_from_db()
    assert appeal.state == winner


def test_a_worker_who_judges_eight_times_at_once_judges_once(world: World):
    appeal = world.replied()
    rate = lambda: services.rate_reply(  # noqa: E731
        appeal_id=appeal.pk,
        result="satisfied",
        attitude="basically",
        by=world.people["worker"],
        now=world.now,
    )
    done = at_once(*[rate] * MANY)
    assert sum(isinstance(d, Appeal) for d in done) == 1
    assert sum(isinstance(d, AlreadyRated) for d in done) == MANY - 1
    assert Rating.objects.count() == 1


def test_a_bad_mark_given_twice_at_once_begins_one_new_round(world: World):
    appeal = world.replied()
    rate = lambda: services.rate_reply(  # noqa: E731
        appeal_id=appeal.pk,
        result="dissatisfied",
        attitude="basically",
        by=world.people["worker"],
        now=world.now,
    )
    done = at_once(*[rate] * MANY)
    assert sum(isinstance(d, AlreadyRated) for d in done) == MANY - 1
    appeal.refresh_from_db()
    assert (appeal.round, appeal.state) == (2, State.ACCEPTED)


def test_the_timer_and_the_worker_meet_and_only_one_of_them_moves_it(world: World):
    appeal = world.replied()
    late = world.now + dt.timedelta(days=17)
    silent = lambda: services.close_silent(late)  # noqa: E731
    rate = lambda: services.rate_reply(  # noqa: E731
        appeal_id=appeal.pk, result="satisfied", attitude="satisfied", by=world.people["worker"], now=late
    )
    closed, rated = at_once(silent, rate)
    appeal.refresh_from_db()
    assert isinstance(rated, Appeal)
    assert appeal.state == State.CONFIRMED
    assert closed in (0, 1) or isinstance(closed, WrongState)


def test_a_hand_over_and_an_answer_meet_without_a_second_open_assignment(world: World):
    appeal = world.in_hand()
    give = lambda: services.hand_over_appeal(  # noqa: E731
        appeal_id=appeal.pk, handler_id=world.people["second_handler"].pk, reason="休假",
        by=world.people["dispatcher"], now=world.now,
    )  # fmt: skip
    reply = lambda: services.reply_to_appeal(  # noqa: E731
        appeal_id=appeal.pk, text="已补发", opinion="supported", by=world.people["handler"], now=world.now
    )
    done = at_once(give, reply)
    assert sum(isinstance(d, Appeal) for d in done) == 1, done
    assert Assignment.objects.filter(ended_at=None).count() == 1
    call_command("audit", "verify")
