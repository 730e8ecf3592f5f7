"""Handing in: receipts, retries, routing, bad input."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from zhijia.appeals import services
from zhijia.appeals.errors import AppealTooLong, CategoryGone, ContactMissing, EmptyAppeal, SignInForName
from zhijia.appeals.models import Appeal, Category, EmployerFlag, OwnMatter, ReceiptLookup, RoutingStep
from zhijia.appeals.services import Submission, enter_appeal, submit_appeal
from zhijia.appeals.tests.factories import World, opened
from zhijia.attachments.models import Attachment
from zhijia.attachments.tests.files import PDF
from zhijia.audit.models import Entry
from zhijia.core.errors import NotAllowed
from zhijia.core.idempotency import KeyReused
from zhijia.core.identifiers import clean_receipt
from zhijia.core.models import IdempotencyRecord
from zhijia.core.receipts import keys_of
from zhijia.vault.models import SealedPart

KEY = "k" * 32
ANON = {"confidentiality": "anonymous"}


def file(world: World, key: str = KEY, by=None, files=(), **told):
    told.setdefault("text", "工资没发")
    told.setdefault("place", "130502")
    return submit_appeal(
        submission=Submission(**told), key=key, by=by or world.people["worker"], now=world.now, files=files
    )


def test_the_receipt_opens_the_appeal_and_is_not_stored(world):
    answer, fresh = file(world)
    assert fresh
    assert clean_receipt(answer["receipt"]) == answer["receipt"]
    found = ReceiptLookup.objects.get(receipt_index=keys_of(answer["receipt"]).index)
    assert str(found.public_id) == answer["public_id"]
    row = Appeal.objects.values().get()
    assert answer["receipt"] not in str(row)


def test_sending_twice_gives_the_same_receipt_and_one_appeal(world):
    first, fresh_one = file(world)
    second, fresh_two = file(world)
    assert (fresh_one, fresh_two) == (True, False)
    assert first == second
    assert Appeal.objects.count() == 1


def test_the_same_key_with_another_text_changes_nothing(world):
    file(world)
    with pytest.raises(KeyReused):
        file(world, text="别的事情")
    assert opened(Appeal.objects.get()).text == "工资没发"


def test_two_people_may_use_the_same_key(world):
    file(world)
    file(world, by=world.people["stranger"])
    assert Appeal.objects.count() == 2


def test_a_complaint_goes_above_the_enterprise_never_to_its_own_union(world):
    answer, _fresh = file(world, employer_id=world.employer.pk, category="WAGE.ARREARS")
    assert Appeal.objects.get().handling_body == world.bodies["county"]
    assert answer["body"] == "襄都区总工会"


def test_an_employer_nobody_knows_goes_to_the_federation_of_the_place(world):
    file(world, employer_text="村口新开的作坊", place="130503")
    appeal = Appeal.objects.get()
    assert appeal.handling_body == world.bodies["other_county"]
    assert appeal.employer is None
    assert opened(appeal).employer_text == "村口新开的作坊"


def test_without_place_or_employer_it_still_finds_a_body(world):
    file(world, place="")
    assert Appeal.objects.get().handling_body == world.bodies["nation"]


def test_empty_and_blank_texts_are_refused(world):
    for text in ("", "   \n\t ", "\u200e\u202e"):
        with pytest.raises(EmptyAppeal):
            file(world, text=text)
    assert not Appeal.objects.exists()


def test_a_text_of_20_000_characters_is_refused_with_both_figures(world):
    with pytest.raises(AppealTooLong) as caught:
        file(world, text="字" * 20_000)
    assert caught.value.data == {"length": 20_000, "limit": services.TEXT_LIMIT}
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("text", ["😡工资呢😡", "مرحبا الأجور", "<script>alert(1)</script>", "a\x00b\x07c"])
def test_odd_texts_are_kept_as_typed_without_controls(world, text):
    file(world, text=text)
    assert opened(Appeal.objects.get()).text == text.replace("\x00", "").replace("\x07", "")


def test_a_removed_category_is_refused_and_one_in_use_stays(world):
    appeal = world.submit(category="WAGE.ARREARS")
    Category.objects.filter(code="WAGE.ARREARS").update(is_active=False)
    with pytest.raises(CategoryGone):
        file(world, category="WAGE.ARREARS")
    appeal.refresh_from_db()
    assert appeal.category.code == "WAGE.ARREARS"


def test_an_anonymous_appeal_keeps_no_name_whatever_was_typed(world):
    file(world, name="孙某", mobile="13800000000", **ANON)
    appeal = Appeal.objects.get()
    assert appeal.author_pk is None
    assert not OwnMatter.objects.exists()
    assert set(SealedPart.objects.values_list("part", flat=True)) == {"narrative", "evidence"}
    assert not Appeal.objects.visible_to(world.people["worker"], dt.date(2026, 3, 2)).exists()


def test_who_hands_in_without_a_name_leaves_no_trace_of_the_account(world):
    pdf = SimpleUploadedFile("a.pdf", PDF)
    file(world, files=[pdf], **ANON)
    mine = f"user:{world.people['worker'].pk}"
    steps = list(RoutingStep.objects.values_list("moved_by", flat=True))
    steps += Entry.objects.filter(action__startswith="appeal").values_list("actor", flat=True)
    steps += Entry.objects.filter(action__startswith="attachment").values_list("actor", flat=True)
    steps += IdempotencyRecord.objects.values_list("scope", flat=True)
    steps += [str(row) for row in Attachment.objects.values()]
    assert len(steps) >= 4
    assert not [step for step in steps if mine in step]


def test_a_stranger_with_a_name_must_leave_a_number(world):
    with pytest.raises(SignInForName):
        submit_appeal(submission=Submission(text="x"), key=KEY, by=world.holder(Appeal()), now=world.now)


def test_the_counter_enters_for_a_person_and_is_marked(world):
    told = Submission(
        text="来访反映", name="李某", mobile="１３８ ００００-００００", channel="counter", place="130502"
    )
    enter_appeal(submission=told, key=KEY, by=world.people["agent"], now=world.now)
    appeal = Appeal.objects.get()
    assert (appeal.channel, appeal.author_pk, appeal.entered_by) == ("counter", None, world.people["agent"])
    parts = SealedPart.objects.filter(owner=appeal.owner).values_list("part", flat=True)
    assert set(parts) == {"narrative", "evidence", "complainant", "contact"}


def test_the_counter_needs_a_number_or_anonymity(world):
    with pytest.raises(ContactMissing):
        enter_appeal(
            submission=Submission(text="来访", channel="counter"),
            key=KEY,
            by=world.people["agent"],
            now=world.now,
        )


def test_a_worker_cannot_enter_for_others(world):
    with pytest.raises(NotAllowed):
        enter_appeal(
            submission=Submission(text="x", channel="counter", mobile="13800000000"),
            key=KEY, by=world.people["worker"], now=world.now,
        )  # fmt: skip
    assert not Appeal.objects.exists()


def test_a_refused_file_leaves_no_appeal_behind(world):
    good = SimpleUploadedFile("a.pdf", PDF)
    bad = SimpleUploadedFile("photo.jpg", b"MZ\x90\x00 this is a program")
    with pytest.raises(Exception, match=r"."):
        file(world, files=[good, bad])
    assert not Appeal.objects.exists()
    assert not Attachment.objects.exists()
    answer, fresh = file(world)
    assert fresh
    assert answer["number"]


def test_danger_makes_it_urgent_with_two_hours_for_the_first_response(world):
    appeal = world.submit(circumstances=("danger",))
    assert appeal.urgency == "urgent"
    assert appeal.score == 60
    assert appeal.first_due_at == world.now + dt.timedelta(hours=2)


def test_the_promise_is_counted_in_working_days_with_make_up_days(world):
    world.now = dt.datetime(2026, 1, 30, 2, 0, tzinfo=dt.UTC)
    appeal = world.submit(category="UNION")
    law = dt.datetime(2026, 3, 31, 15, 59, 59, tzinfo=dt.UTC)
    assert appeal.final_due_at <= law
    general = world.submit(category="")
    assert general.final_due_at == dt.datetime(2026, 2, 6, 15, 59, 59, tzinfo=dt.UTC)


def test_five_people_against_one_employer_raise_one_flag_to_the_body_above(world):
    for _n in range(4):
        world.submit(**ANON)
    assert not EmployerFlag.objects.exists()
    world.submit(**ANON)
    world.submit(**ANON)
    flag = EmployerFlag.objects.get()
    assert (flag.people_count, flag.to_body) == (6, world.bodies["city"])
