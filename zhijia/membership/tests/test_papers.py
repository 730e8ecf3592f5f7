"""Papers of a member: from the record, whole and on one page, with a code that names nobody."""

import datetime as dt
import re

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.audit.models import Entry
from zhijia.core import printing
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotFound
from zhijia.membership import services
from zhijia.membership.enums import Paper
from zhijia.membership.models import Membership
from zhijia.membership.papers import check_of, language_of_papers, own_facts, token_of
from zhijia.membership.tests.factories import NOW, TODAY, applied, keeper, member

pytestmark = pytest.mark.django_db
needs_printing = pytest.mark.skipif(not printing.can_print(), reason="Pango or a Chinese font is not here")
LONG = "买买提吐尔逊·阿卜杜热合曼·依米提江·穆罕默德艾力"
RARE = "𬱖䶮㛃"
"""Characters of names that old fonts lack, one outside the basic plane."""


def text_of(content: bytes) -> tuple[str, int]:
    """Return the text of a PDF without line ends, and its number of pages."""
    document = pypdfium2.PdfDocument(content)
    text = "".join(one.get_textpage().get_text_bounded() for one in document)
    pages = len(document)
    document.close()
    return re.sub(r"\s", "", text), pages


@needs_printing
@pytest.mark.parametrize("paper", Paper.values)
@pytest.mark.parametrize(("name", "told"), [
    ("王小明", {"phone": "13912345678", "ethnicity": "汉族", "address": "桥东街12号"}),
    (LONG, {"address": "很长的街道名称" * 12, "ethnicity": "维吾尔族", "politics": "群众"}),
    (RARE, {"id_number": ""}),
])  # fmt: skip
def test_a_worker_prints_his_own_papers(tree, paper, name, told) -> None:
    user = UserFactory()
    row = member(tree.county, name=name, account=user, **told)
    answer = sign_in(Client(), user).get(reverse("membership:own_paper_pdf", args=[paper]))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    text, pages = text_of(answer.content)
    assert pages == 1
    assert name in text
    assert row.worker.details().get("id_number", "") in text
    assert told.get("address", "") in text or paper == "application"
    for nothing in ("None", "未知", "&nbsp"):
        assert nothing not in text


def test_the_form_is_of_the_membership_that_goes_on_the_full_one_first(tree) -> None:
    user = UserFactory()
    old = member(tree.other_county, on=dt.date(2020, 1, 6), account=user)
    services.withdraw(membership_id=old.pk, on=dt.date(2024, 1, 5), reason="离职", by=SYSTEM, now=NOW)
    assert own_facts(user, "registration", TODAY)["row"] == old
    told = old.worker.details()
    full = member(tree.glass_union, account=user, name=told["name"], id_number=told["id_number"])
    assert own_facts(user, "registration", TODAY)["row"] == full
    Membership.objects.create(
        tenant=13, worker=full.worker, body=tree.county, kind="associate", state="active", channel="counter",
        joined_on=TODAY, written_at=NOW, changed_at=NOW,
    )  # fmt: skip
    assert own_facts(user, "registration", TODAY)["row"] == full


def test_a_mobile_number_stands_on_a_paper_as_people_write_it(tree) -> None:
    user = UserFactory()
    member(tree.county, account=user, phone="13912345678")
    assert own_facts(user, "registration", TODAY)["details"]["phone"] == "13912345678"


@pytest.mark.parametrize(("reader", "drawn"), [("en", "zh-hans"), ("zh-hant", "zh-hant")])
def test_papers_are_drawn_in_chinese_whatever_the_reader_reads(reader, drawn) -> None:
    with translation.override(reader), language_of_papers():
        assert translation.get_language() == drawn


def test_two_papers_of_one_record_share_nothing_that_leads_from_one_to_the_other() -> None:
    codes = [token_of(Paper.REGISTRATION, "m1", TODAY - dt.timedelta(n)) for n in range(2)]
    assert not set(codes[0].split("-")) & set(codes[1].split("-"))


def test_an_applicant_prints_his_letter_and_no_form_yet(tree) -> None:
    user = UserFactory()
    applied(user)
    facts = own_facts(user, "application", TODAY)
    assert (facts["details"]["name"], facts["body"]) == ("刘小满", tree.county)
    with pytest.raises(NotFound):
        own_facts(user, "registration", TODAY)
    for nobody, paper in ((UserFactory(), "application"), (user, "verdict")):
        with pytest.raises(NotFound):
            own_facts(nobody, paper, TODAY)


def test_who_keeps_the_roll_prints_and_is_written_down_each_time(tree) -> None:
    row, officer = member(tree.county, name="赵立夏"), keeper(tree.county)
    desk = sign_in(Client(), officer)
    answer = desk.get(reverse("membership:paper", args=[row.pk, "registration"]))
    assert "赵立夏" in answer.content.decode()
    opened = Entry.objects.filter(action="worker.opened", actor__endswith=str(officer.pk))
    assert opened.count() == 1
    for other in (keeper(tree.other_county), UserFactory()):
        refused = sign_in(Client(), other).get(reverse("membership:paper", args=[row.pk, "registration"]))
        assert refused.status_code in (403, 404)
        assert "赵立夏" not in refused.content.decode()
    assert Entry.objects.filter(action="worker.opened").count() == 1


def test_the_code_says_that_the_paper_is_ours_and_when_and_nothing_else(tree) -> None:
    row = member(tree.county, name="赵立夏")
    token = token_of(Paper.REGISTRATION, f"m{row.pk}", TODAY)
    page = Client().get(reverse("membership:paper_check", args=[token]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "2026年3月2日" in text
    for hidden in ("赵立夏", "赵", tree.county.name, str(row.worker.details()["id_number"])):
        assert hidden not in text
    found = check_of(token)
    assert found is not None
    assert (found.paper, found.made_on) == (Paper.REGISTRATION, TODAY)
    assert token != token_of(Paper.REGISTRATION, f"m{row.pk}", TODAY + dt.timedelta(1))


@pytest.mark.parametrize("spoil", [
    lambda token: token.replace("r2026", "r2027"), lambda token: token.replace("r2026", "a2026"),
    lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"), lambda token: "", lambda token: "r-1-é",
    lambda token: token.rsplit("-", 1)[1],
])  # fmt: skip
def test_a_code_that_is_not_ours_is_told_as_such(spoil) -> None:
    token = spoil(token_of(Paper.REGISTRATION, "m1", TODAY))
    assert check_of(token) is None
    if token:
        assert Client().get(reverse("membership:paper_check", args=[token])).status_code == 404
