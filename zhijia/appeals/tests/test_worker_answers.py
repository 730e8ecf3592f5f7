"""Published answers: what everybody reads, and what is never there."""

import pytest
import time_machine
from django.urls import reverse

from zhijia.appeals.models import Category, PublishedAnswer
from zhijia.appeals.tests.factories import World

LIST_QUERIES = 2


@pytest.fixture(autouse=True)
def _clock(now):
    with time_machine.travel(now, tick=False):
        yield


def publish(world: World, title="欠薪怎么办", category="WAGE.ARREARS", **more):
    return PublishedAnswer.objects.create(
        tenant=13, body=world.bodies["county"], category=Category.objects.get(code=category), title=title,
        question=more.pop("question", "公司两个月没发工资，怎么要？"), answer="可以先到区总工会反映。",
        published_at=world.now, published_by=world.people["dispatcher"], **more,
    )  # fmt: skip


def titles(client, **query):
    return [a.title for a in client.get(reverse("appeals:answers"), query).context["page_of"].items]


def test_a_stranger_finds_answers_by_words_and_by_category(client, world):
    publish(world)
    publish(world, "安全帽谁买", "SAFETY.EQUIPMENT", question="工地不发安全帽")
    assert titles(client) == ["安全帽谁买", "欠薪怎么办"]
    assert titles(client, q="安全帽") == ["安全帽谁买"]
    assert titles(client, q="工资 公司") == ["欠薪怎么办"]
    assert titles(client, category="WAGE") == ["欠薪怎么办"]
    assert titles(client, q="没有这个词") == []


def test_an_answer_taken_down_is_gone_from_list_and_page(client, world, now):
    answer = publish(world, withdrawn_at=now)
    assert titles(client) == []
    assert client.get(reverse("appeals:answer_page", args=[answer.pk])).status_code == 404


def test_the_page_shows_question_and_answer_but_not_who_published(client, world):
    answer = publish(world)
    shown = client.get(reverse("appeals:answer_page", args=[answer.pk])).content.decode()
    assert "公司两个月没发工资" in shown
    assert "可以先到区总工会反映" in shown
    assert world.people["dispatcher"].name not in shown


def test_a_similar_answer_is_offered_while_writing(client, world):
    answer = publish(world)
    publish(world, "安全帽谁买", "SAFETY.EQUIPMENT", question="工地不发安全帽")
    told = {"text": "公司两个月没发工资了，老板一直拖欠，怎么要？"}
    shown = client.post(reverse("appeals:suggest"), told).content.decode()
    assert reverse("appeals:answer_page", args=[answer.pk]) in shown
    assert "安全帽谁买" not in shown


def test_the_list_takes_as_many_queries_for_one_as_for_twelve(client, world, django_assert_num_queries):
    publish(world)
    client.get(reverse("appeals:answers"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("appeals:answers"))
    for n in range(11):
        publish(world, f"第{n}问")
    with django_assert_num_queries(LIST_QUERIES):
        assert len(titles(client)) == 12
