"""What was written is sealed: who opens it, who does not, and that no copy of the data says anything."""

import base64
import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals import services as s
from zhijia.appeals.models import Appeal, FiledTextChanged, OwnMatter, ReceiptLookup, own_public_ids
from zhijia.appeals.tests.factories import make_world
from zhijia.attachments.tests.files import photo
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed, NotFound
from zhijia.core.receipts import keys_of
from zhijia.unions.enums import Role
from zhijia.vault import keys, services
from zhijia.vault.errors import KeyLocked, KeyNotGiven, NotYourself, RequestNeeded
from zhijia.vault.models import Disclosure, IdentityRequest, PartKey, SealedPart
from zhijia.vault.session import keep

TEXT, SUBJECT, WISH = "窑炉车间昨天有人中暑晕倒", "高温没有人管理", "请派人来看一看"
SAID, ANSWER, NOTE = "今天又有一个人倒下", "已经约谈并停工整改", "单位态度很不好"
NAME, MOBILE = "欧阳承志", "13712345678"
PASSWORD = "Zhijia-2026"


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


def told(world, **more):
    return world.in_hand(text=TEXT, subject=SUBJECT, wish=WISH, **more)


def give_keys(world, *names):
    """Let officers set up keys as their sign-in does, hand on those of the office, adopt what waits."""
    people = [world.people[name] for name in names]
    for user in people:
        user.private_key = services.open_user_key(user=user, password=PASSWORD, now=world.now)
    for _turn in range(2):
        for user in people:
            services.hand_on_keys(by=user, now=world.now)
    services.adopt_parts(world.now)


def read(world, who, appeal, **more):
    by = world.people[who]
    return s.read_matter(appeal=fresh(appeal), by=by, now=world.now, **more)


def fresh(appeal):
    return Appeal.objects.select_related("handling_body", "employer").get(pk=appeal.pk)


def page(world, who, appeal, **options):
    client = sign_in(Client(), world.people[who], **options)
    return client.get(reverse("appeals:work", args=[appeal.public_id]))


def everything_in_the_database() -> bytes:
    """Return the bytes of every row of every table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\x00".join(found)


def spellings(word: str) -> list[bytes]:
    raw = [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("gbk")]
    return [*raw, word.encode("unicode_escape"), *(base64.b64encode(r)[2:-4] for r in raw[:1])]


def test_no_copy_of_the_database_holds_a_word_of_it(world, settings):
    appeal = told(world, name=NAME, mobile=MOBILE)
    handler, worker = world.people["handler"], world.people["worker"]
    s.write_message(appeal_id=appeal.pk, text=SAID, by=worker, now=world.now)
    s.write_note(appeal_id=appeal.pk, text=NOTE, by=handler, now=world.now)
    s.reply_to_appeal(appeal_id=appeal.pk, text=ANSWER, opinion="explained", by=handler, now=world.now)
    seen = everything_in_the_database()
    assert appeal.number.encode() in seen, "the control: what is not sealed is found"
    for word in (TEXT, SUBJECT, WISH, SAID, NOTE, ANSWER, NAME, MOBILE, appeal.receipt):
        for spelling in spellings(word):
            assert spelling not in seen, word
    assert str(worker.pk) not in set(_actors(appeal))


def _actors(appeal):
    from zhijia.audit.models import Entry

    rows = Entry.objects.filter(object__contains=str(appeal.public_id))
    return [actor.removeprefix("user:") for actor in rows.values_list("actor", flat=True)]


def test_no_table_leads_from_the_worker_to_his_matter(world):
    appeal, worker = told(world), world.people["worker"]
    s.write_message(appeal_id=appeal.pk, text=SAID, by=worker, now=world.now)
    assert own_public_ids(worker) == {appeal.public_id}
    assert own_public_ids(world.people["stranger"]) == frozenset()
    assert appeal.talks.get().author == f"receipt:{appeal.owner}"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                words = {str(v) for v in row}
                names = f"user:{worker.pk}" in str(row)
                assert not (names and str(appeal.public_id) in str(words)), table
                assert not (names and appeal.number in words), table


def test_what_was_handed_in_is_never_written_again(world):
    appeal = told(world)
    appeal = Appeal.objects.get(pk=appeal.pk)
    for change in ({"text": "别的"}, {"wish": "别的"}):
        for name, value in change.items():
            setattr(appeal, name, value)
        with pytest.raises(FiledTextChanged):
            appeal.save(update_fields=list(change))
    with pytest.raises(FiledTextChanged):
        appeal.save()
    with pytest.raises(TypeError):
        Appeal.objects.filter(pk=appeal.pk).update(text="别的")


# Officers -------------------------------------------------------------------------------------


def test_the_handler_reads_and_the_worker_sees_that_he_did(world):
    appeal = told(world)
    shown = page(world, "handler", appeal)
    assert TEXT in shown.content.decode()
    line = Disclosure.objects.get()
    assert (line.part, line.opened_by, line.office) == (
        "narrative", f"user:{world.people['handler'].pk}", "襄都区总工会",
    )  # fmt: skip
    own = sign_in(Client(), world.people["worker"]).get(reverse("appeals:detail", args=[appeal.public_id]))
    assert "襄都区总工会" in own.content.decode()
    assert own.context["matter"].disclosures[0].times == (world.now,)


@pytest.mark.parametrize("who", ["supervisor", "city_dispatcher", "province_supervisor"])
def test_being_higher_gives_figures_not_texts(world, who):
    appeal = told(world)
    shown = page(world, who, appeal)
    assert shown.status_code == 200
    for word in (TEXT, SUBJECT, WISH):
        assert word not in shown.content.decode()
    assert not Disclosure.objects.exists()


def test_who_watches_over_it_says_why_first(world):
    appeal = told(world)
    client = sign_in(Client(), world.people["supervisor"])
    look = reverse("appeals:look", args=[appeal.public_id])
    assert TEXT not in client.post(look, {"reason": " "}).content.decode()
    assert TEXT in client.post(look, {"reason": "来电反映办理拖延"}).content.decode()
    line = Disclosure.objects.get()
    assert line.office == "邢台市总工会"
    refused = sign_in(Client(), world.people["city_dispatcher"]).post(look, {"reason": "想看"})
    assert TEXT not in refused.content.decode()
    assert Disclosure.objects.count() == 1


@pytest.mark.parametrize("who", ["other_dispatcher", "own_union_chair", "stranger", "steward"])
def test_nobody_else_opens_it(world, who):
    appeal = told(world)
    with pytest.raises((NotAllowed, NotFound)):
        read(world, who, appeal)
    assert not Disclosure.objects.exists()


def test_colleagues_read_until_somebody_has_it_and_the_former_handler_no_more(world):
    waiting = world.submit(text=TEXT)
    assert read(world, "second_handler", waiting)
    appeal = told(world)
    with pytest.raises(NotAllowed):
        read(world, "second_handler", appeal)
    s.hand_over_appeal(
        appeal_id=appeal.pk, handler_id=world.people["second_handler"].pk, reason="休假",
        by=world.people["handler"], now=world.now,
    )  # fmt: skip
    assert read(world, "second_handler", appeal)
    with pytest.raises(NotAllowed):
        read(world, "handler", appeal)


# Real keys ------------------------------------------------------------------------------------


def test_with_officers_keys_the_platform_opens_nothing(world):
    """The key files and the whole database are not enough: every grant leads to a password."""
    world.officer("custodian", "county", Role.CUSTODIAN)
    appeal = told(world)
    control = SealedPart.objects.get(owner=appeal.owner, part="narrative")
    assert keys.opening_of(control, SYSTEM, world.now)(), "the control: it opens while nobody has a key"
    give_keys(world, "handler", "dispatcher", "custodian")
    later = told(world, name=NAME, mobile=MOBILE)
    for part in SealedPart.objects.filter(owner__in=[appeal.owner, later.owner]):
        with pytest.raises(KeyNotGiven):
            keys.opening_of(part, SYSTEM, world.now)()
        assert not PartKey.objects.filter(part=part, to="platform").exists(), part.part
    assert read(world, "handler", later)
    assert read(world, "dispatcher", appeal)
    del world.people["handler"].private_key
    with pytest.raises(KeyLocked):
        read(world, "handler", later)
    with pytest.raises(KeyLocked):
        read(world, "second_handler", world.submit(text=TEXT))


def test_a_locked_key_shows_the_frame_and_asks_for_the_password(world):
    appeal = told(world)
    give_keys(world, "handler", "dispatcher")
    client = sign_in(Client(), world.people["handler"])
    at = reverse("appeals:work", args=[appeal.public_id])
    shown = client.get(at).content.decode()
    assert appeal.number in shown
    assert TEXT not in shown
    assert reverse("vault:unlock") in shown
    note = client.post(reverse("appeals:note", args=[appeal.public_id]), {"text": NOTE})
    assert note["Location"] == at, "a step that needs no text goes on"
    unlock = reverse("vault:unlock")
    assert client.post(unlock, {"password": "falsch", "next": at}).status_code == 422
    assert client.post(unlock, {"password": PASSWORD, "next": at}).status_code == 422, "the next try waits"
    with time_machine.travel(world.now + dt.timedelta(minutes=1), tick=False):
        client = sign_in(Client(), world.people["handler"])
        assert client.post(unlock, {"password": PASSWORD, "next": at})["Location"] == at
        assert TEXT in client.get(at).content.decode()
        assert client.post(unlock, {"password": PASSWORD, "next": "//evil.example/"})["Location"] == "/"


def test_routing_gives_the_key_to_the_new_body_and_takes_it_from_the_former(world):
    appeal = world.submit(text=TEXT)
    give_keys(world, "dispatcher", "handler", "other_dispatcher")
    part = SealedPart.objects.get(owner=appeal.owner, part="narrative")
    other, county = (f"desk:{world.bodies[name].pk}" for name in ("other_county", "county"))
    assert set(part.keys.values_list("to", flat=True)) >= {county}
    s.route_appeal(
        appeal_id=appeal.pk, body_id=world.bodies["other_county"].pk, reason="不在我区",
        by=world.people["dispatcher"], now=world.now,
    )  # fmt: skip
    assert other in part.keys.values_list("to", flat=True)
    assert county not in part.keys.values_list("to", flat=True)
    assert read(world, "other_dispatcher", appeal)
    with pytest.raises(NotAllowed):
        read(world, "dispatcher", appeal)
    locked = world.submit(text=TEXT)
    del world.people["dispatcher"].private_key
    with pytest.raises(KeyLocked):
        s.route_appeal(
            appeal_id=locked.pk, body_id=world.bodies["other_county"].pk, reason="不在我区",
            by=world.people["dispatcher"], now=world.now,
        )  # fmt: skip


# Two persons ----------------------------------------------------------------------------------


def test_a_name_takes_two_people_and_the_worker_sees_both(world):
    world.officer("custodian", "county", Role.CUSTODIAN)
    appeal, handler, custodian = told(world), world.people["handler"], world.people["custodian"]
    give_keys(world, "handler", "dispatcher", "custodian")
    ask = {"appeal_id": appeal.pk, "by": handler, "now": world.now}
    with pytest.raises(RequestNeeded):
        s.open_complainant(reason="需要打电话", **ask)
    asked = s.ask_name(reason="需要打电话", **ask)
    with pytest.raises(RequestNeeded):
        s.open_complainant(reason="需要打电话", **ask)
    decide = {"public_id": asked.public_id, "approves": True, "reason": "同意", "now": world.now}
    with pytest.raises((NotFound, NotYourself)):
        services.decide_identity(by=handler, **decide)
    services.decide_identity(by=custodian, **decide)
    assert s.open_complainant(reason="需要打电话", **ask)["name"] == "赵工"
    late = ask | {"now": world.now + dt.timedelta(days=2)}
    with pytest.raises(RequestNeeded):
        s.open_complainant(reason="再看一次", **late)
    services.expire_requests(late["now"])
    part = SealedPart.objects.get(owner=appeal.owner, part="complainant")
    with pytest.raises((KeyLocked, KeyNotGiven)):
        keys.opening_of(part, handler, late["now"])()


def test_who_chose_to_be_known_is_opened_by_the_handler_alone_and_reads_it(world):
    appeal = told(world, confidentiality="named")
    found = s.open_complainant(
        appeal_id=appeal.pk, reason="联系您", by=world.people["handler"], now=world.now
    )
    assert found["name"] == "赵工"
    assert not IdentityRequest.objects.exists()
    assert Disclosure.objects.get(part="complainant")
    with pytest.raises(NotAllowed):
        s.open_complainant(appeal_id=appeal.pk, reason="看看", by=world.people["dispatcher"], now=world.now)


# The worker -----------------------------------------------------------------------------------


def test_a_session_opened_by_text_message_sees_the_frame_only(world):
    appeal, at = told(world), None
    at = reverse("appeals:detail", args=[appeal.public_id])
    by_code = sign_in(Client(), world.people["worker"], by_code=True)
    shown = by_code.get(at).content.decode()
    assert appeal.number in shown
    for word in (TEXT, SUBJECT, WISH):
        assert word not in shown
    for deed, form in (("withdraw", {}), ("write", {"text": "不办了"})):
        refused = by_code.post(reverse(f"appeals:{deed}", args=[appeal.public_id]), form)
        assert refused.status_code == 409, "a number that was handed on does not speak for the worker"
    assert (fresh(appeal).state, appeal.talks.count()) == ("handling", 0)
    followed = by_code.post(reverse("appeals:follow"), {"receipt": appeal.receipt}, follow=True)
    assert TEXT in followed.content.decode(), "the receipt opens it"
    assert TEXT in sign_in(Client(), world.people["worker"]).get(at).content.decode(), "so does the password"


def test_the_receipt_gives_the_account_its_own_key(world):
    appeal, worker = told(world), world.people["worker"]
    give_keys(world, "handler", "dispatcher")
    client = sign_in(Client(), worker)
    private = services.open_user_key(user=worker, password=PASSWORD, now=world.now)

    class Request:
        session, COOKIES = client.session, {}

    keep(Request, f"user:{worker.pk}", private)
    Request.session.save()
    client.cookies["keyring"] = base64.urlsafe_b64encode(Request.keyring_secret).decode()
    at = reverse("appeals:detail", args=[appeal.public_id])
    assert TEXT not in client.get(at).content.decode(), "his key is younger than the matter"
    client.post(reverse("appeals:follow"), {"receipt": appeal.receipt})
    assert f"user:{worker.pk}" in PartKey.objects.values_list("to", flat=True)
    worker.private_key = private
    assert s.read_own(appeal=appeal, by=worker, now=world.now, proven=True)["narrative"].private


def test_right_after_handing_in_the_stranger_reads_and_hiding_shuts_it(client, world):
    form = {"text": TEXT, "place": "130502", "confidentiality": "anonymous", "idempotency_key": "q" * 20}
    client.post(reverse("appeals:new"), form)
    sent = client.get(reverse("appeals:sent"))
    receipt = sent.context["sent"]["receipt"]
    shown = client.post(reverse("appeals:follow"), {"receipt": receipt}, follow=True)
    assert TEXT in shown.content.decode()
    assert shown.context["receipt"] == receipt
    client.post(reverse("appeals:sent"))
    assert TEXT not in client.get(reverse("appeals:followed"), follow=True).content.decode()


def test_a_new_receipt_ends_the_former_one(world):
    appeal = told(world, confidentiality="anonymous")
    former = keys_of(appeal.receipt)
    slip = s.renew_receipt(
        appeal_id=appeal.pk, reason="本人到窗口，回执丢了", by=world.people["handler"], now=world.now
    )
    assert not ReceiptLookup.objects.filter(receipt_index=former.index).exists()
    assert ReceiptLookup.objects.filter(receipt_index=keys_of(slip["receipt"]).index).exists()
    appeal.receipt, old = slip["receipt"], world.holder(appeal)
    assert s.read_own(appeal=appeal, by=world.holder(appeal), now=world.now, proven=False)
    lost = type(old)(matter=appeal.owner, key=former.key)
    with pytest.raises(Exception, match="does not belong"):
        s.read_own(appeal=appeal, by=lost, now=world.now, proven=False)
    with pytest.raises(NotAllowed):
        s.renew_receipt(appeal_id=appeal.pk, reason="x", by=world.people["dispatcher"], now=world.now)


def test_a_file_lies_under_the_evidence_key(world):
    slip = SimpleUploadedFile("工资条.jpg", photo())
    answer, _fresh = s.submit_appeal(
        submission=s.Submission(text=TEXT, place="130502"), key="f" * 32, by=world.people["worker"],
        now=world.now, files=[slip],
    )  # fmt: skip
    appeal = Appeal.objects.get(public_id=answer["public_id"])
    from zhijia.attachments.models import Attachment

    file = Attachment.objects.get()
    evidence = SealedPart.objects.get(owner=appeal.owner, part="evidence")
    assert bytes(file.sealed_to) == bytes(evidence.public)
    at = reverse("appeals:work_file", args=[appeal.public_id, file.public_id])
    got = sign_in(Client(), world.people["dispatcher"]).get(at)
    assert got.status_code == 200
    assert Disclosure.objects.get().part == "evidence"
    own = reverse("appeals:file", args=[appeal.public_id, file.public_id])
    assert sign_in(Client(), world.people["worker"]).get(own).status_code == 200
    by_code = sign_in(Client(), world.people["worker"], by_code=True)
    assert by_code.get(own).status_code == 409
    assert sign_in(Client(), world.people["supervisor"]).get(at).status_code == 403


def test_erasing_destroys_the_keys_and_the_way_of_the_author(world):
    appeal = world.replied(text=TEXT)
    s.rate_reply(
        appeal_id=appeal.pk,
        result="satisfied",
        attitude="satisfied",
        by=world.people["worker"],
        now=world.now,
    )
    assert s.erase_expired(world.now + dt.timedelta(days=1200)) == 1
    assert not PartKey.objects.filter(part__owner=appeal.owner).exists()
    assert not OwnMatter.objects.exists()
    assert fresh(appeal).author_pk is None
    assert read(world, "dispatcher", appeal) == {}


@pytest.mark.django_db(transaction=True)
def test_the_record_of_an_opening_stands_before_the_text_is_open(now):
    world = make_world(now)
    appeal = told(world)
    assert TEXT in page(world, "handler", appeal).content.decode()
    assert Disclosure.objects.count() == 1


def test_news_of_an_own_matter_do_not_name_it_in_clear(world):
    from zhijia.notifications.models import Notification
    from zhijia.notifications.selectors import line_of

    appeal, worker = told(world), world.people["worker"]
    news = Notification.objects.filter(to=worker).order_by("-pk")[0]
    assert (news.data, news.url) == ({}, "")
    assert appeal.number in line_of(news).title
    assert news.page == reverse("appeals:detail", args=[appeal.public_id])
