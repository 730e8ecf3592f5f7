"""People without an account who left a number hear that there is news, and nothing more."""

import datetime as dt

import pytest

from zhijia.appeals import services as s
from zhijia.appeals.models import Appeal
from zhijia.appeals.services import Submission
from zhijia.notifications.models import Delivery
from zhijia.vault.selectors import disclosures_of

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def called(world):
    told = Submission(text="来电反映", name="孙某", mobile="138 0000 0000", channel="hotline", place="130502")
    answer, _fresh = s.enter_appeal(submission=told, key="k" * 32, by=world.people["agent"], now=world.now)
    return Appeal.objects.get(public_id=answer["public_id"])


def test_news_go_to_the_number_once_in_neutral_words_and_leave_a_trace(world, called):
    s.accept_appeal(appeal_id=called.pk, by=world.people["dispatcher"], now=world.now)
    s.write_message(appeal_id=called.pk, text="请补充材料", by=world.people["dispatcher"], now=world.now)
    before = Delivery.objects.count()
    assert s.tell_by_phone(world.now + MINUTE) == 1
    assert s.tell_by_phone(world.now + 2 * MINUTE) == 0
    assert Delivery.objects.count() == before + 1
    assert [line.opened_by for line in disclosures_of(called.owner, tenant=called.tenant)] == ["system"]


def test_nothing_is_sent_without_news_or_without_a_number(world, called):
    assert s.tell_by_phone(world.now) == 0
    silent = world.submit(confidentiality="anonymous")
    s.accept_appeal(appeal_id=silent.pk, by=world.people["dispatcher"], now=world.now)
    assert s.tell_by_phone(world.now) == 0
    assert not Appeal.objects.filter(news_at__isnull=False).exists()
