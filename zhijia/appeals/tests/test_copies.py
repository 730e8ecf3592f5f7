"""How many copies there are stands on the receipt, on the matter and in answers to programs; always true."""

import datetime as dt
import errno
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from zhijia.accounts.tests.factories import sign_in
from zhijia.appeals.models import Appeal
from zhijia.appeals.tests.factories import World
from zhijia.core.journal import files, sweeping
from zhijia.core.journal.mirror import mark_second
from zhijia.core.journal.second import _second
from zhijia.core.models import JournalEntry

pytestmark = pytest.mark.django_db
NEW = reverse("appeals:new")
ONE, AWAITS, TWO = "一份。", "目前一份。", "已有两份。"


@pytest.fixture(autouse=True)
def second(tmp_path: Path, settings: Any) -> Path:
    """A journal of our own, and a folder that may become its second place."""
    settings.ZHIJIA_JOURNAL, settings.ZHIJIA_JOURNAL_SECOND = str(tmp_path / "journal"), ""
    _second.cache_clear()
    return tmp_path / "second"


def told(**more: str) -> dict[str, str]:
    return {
        "idempotency_key": uuid.uuid4().hex, "text": "三个月没发工资", "place": "130502",
        "confidentiality": "anonymous", **more,
    }  # fmt: skip


def kept(page: str) -> str:
    """Return what a page says about copies."""
    return re.findall(r"保存情况</dt><dd>\s*<strong>(.*?)</strong>", page)[0]


def test_the_receipt_says_one_copy_where_there_is_no_second_place(client, world: World):
    client.post(NEW, told())
    assert kept(client.get(reverse("appeals:sent")).content.decode()) == ONE


def test_the_receipt_says_two_copies_once_the_second_place_has_it(client, world: World, second, settings):
    settings.ZHIJIA_JOURNAL_SECOND = str(second)
    client.post(NEW, told())
    assert kept(client.get(reverse("appeals:sent")).content.decode()) == AWAITS
    mark_second(second)
    now = JournalEntry.objects.get().made_at
    sweeping.sweep(now + dt.timedelta(minutes=2))
    assert kept(client.get(reverse("appeals:sent")).content.decode()) == TWO
    client.post(NEW, told())
    assert kept(client.get(reverse("appeals:sent")).content.decode()) == TWO


def test_the_page_of_the_matter_says_it_too_until_the_journal_lets_go(client, world: World):
    sign_in(client, world.people["worker"])
    client.post(NEW, told(confidentiality="sealed"))
    page = reverse("appeals:detail", args=[Appeal.objects.get().public_id])
    assert kept(client.get(page).content.decode()) == ONE
    JournalEntry.objects.all().delete()
    assert "保存情况" not in client.get(page).content.decode()


def test_a_program_is_told_the_number_of_copies(client, world: World, second, settings):
    def send(key: str) -> dict[str, Any]:
        body = {"text": "三个月没发工资", "place": "130502"}
        answer = client.post("/api/v1/appeals", body, "application/json", headers={"Idempotency-Key": key})
        return dict(answer.json())

    first = send("a-program-sends-0001")
    assert first["copies"] == 1
    settings.ZHIJIA_JOURNAL_SECOND = str(second)
    mark_second(second)
    assert send("a-program-sends-0001") == first | {"copies": 2}


def test_a_journal_that_fails_keeps_the_words_and_the_key_and_the_second_try_is_the_receipt(
    client, world: World, monkeypatch
):
    form = told(text="不能丢的话")
    with monkeypatch.context() as patch:

        def fails(*_args: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(files.os, "write", fails)
        refused = client.post(NEW, form)
    page = refused.content.decode()
    assert refused.status_code == 503
    assert "不能丢的话" in page
    assert form["idempotency_key"] in page
    assert "还不能算收到" in page
    assert client.post(NEW, form).status_code == 302
    assert Appeal.objects.count() == 1
    assert kept(client.get(reverse("appeals:sent")).content.decode()) == ONE
