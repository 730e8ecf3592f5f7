"""Home, desk, search and the demo province."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.core import manifest
from zhijia.core.manifest import DeskCard, Manifest, Matter, MenuEntry, SearchHit
from zhijia.portal.selectors import desk_for, matters_for, search_everywhere
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory, UnionBodyFactory


def matter(title: str, due: dt.date | None, *, needs_you: bool = False, hours: int = 0) -> Matter:
    return Matter(
        title=title,
        url=f"/{title}/",
        state="已受理",
        happens_next="工会在期限前答复你。",
        due_on=due,
        changed_at=NOW - dt.timedelta(hours=hours),
        needs_you=needs_you,
    )


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a made-up service with matters, queues and results into the house."""

    def matters(user: Any, now: dt.datetime) -> list[Matter]:
        return [
            matter("late", dt.date(2026, 4, 1), hours=1),
            matter("none", None),
            matter("soon", dt.date(2026, 3, 5)),
            matter("waits", dt.date(2026, 5, 1), needs_you=True),
            matter("older", dt.date(2026, 4, 1), hours=9),
        ]

    def desk(user: Any, now: dt.datetime) -> list[DeskCard]:
        return [
            DeskCard("本级待派单", "/queue/", 9, overdue=2, due_soon=3, order=20),
            DeskCard("我的承办件", "/mine/", 4, overdue=1, order=10),
        ]

    def search(user: Any, query: str, limit: int) -> list[SearchHit]:
        return [SearchHit(f"{query}-{n}", f"/hit/{n}/", "诉求") for n in range(limit)] if user.pk else []

    made = Manifest(app="made_up", matters=matters, desk=desk, search=search)
    known = (*(m for m in manifest.manifests() if not (m.matters or m.desk)), made)
    monkeypatch.setattr(manifest, "manifests", lambda: known)


def test_matters_that_wait_for_the_person_come_first_then_the_nearest_date(service: None) -> None:
    assert [m.title for m in matters_for(None, NOW)] == ["waits", "soon", "late", "older", "none"]


def test_a_worker_sees_his_matters_and_what_happens_next(db: None, service: None, client: Client) -> None:
    sign_in(client, UserFactory(name="王小满"))
    text = client.get("/").content.decode()
    assert text.index("/waits/") < text.index("/soon/")
    assert "工会在期限前答复你。" in text
    assert "王小满" in text


def test_a_stranger_sees_doors_the_hotline_and_no_matters(db: None, service: None, client: Client) -> None:
    page = client.get("/")
    text = page.content.decode()
    assert page.templates[0].name == "portal/landing.html"
    assert 'href="tel:12351"' in text
    assert reverse("unions:directory") in text
    assert "/waits/" not in text


def test_the_desk_shows_own_assignments_first_with_counts(db: None, service: None, client: Client) -> None:
    user = PostFactory(body=UnionBodyFactory(name="沙河市总工会")).user
    desk = desk_for(user, NOW, TODAY)
    assert [card.label for card in desk.cards] == ["我的承办件", "本级待派单"]
    assert (desk.overdue, desk.due_soon) == (2, 3)
    sign_in(client, User.objects.get(pk=user.pk))
    text = client.get(reverse("portal:desk")).content.decode()
    assert text.index("/mine/") < text.index("/queue/")
    assert "沙河市总工会" in text


def test_the_desk_is_for_officers_in_a_session_with_a_second_factor(db: None, client: Client) -> None:
    assert client.get(reverse("portal:desk")).status_code == 302
    sign_in(client, UserFactory())
    assert client.get(reverse("portal:desk")).status_code == 403
    officer = User.objects.get(pk=PostFactory().user_id)
    sign_in(client, officer, second_factor=False)
    assert client.get(reverse("portal:desk")).status_code == 302


def test_search_asks_each_service_and_groups_by_kind(db: None, service: None, client: Client) -> None:
    user = UserFactory()
    UnionBodyFactory(name="沙河市总工会")
    groups = search_everywhere(user, " 沙河 ", 3)
    assert {g.kind: len(g.hits) for g in groups}["诉求"] == 3
    assert any(hit.title == "沙河市总工会" for g in groups for hit in g.hits)
    assert search_everywhere(user, " \u200e ") == []
    sign_in(client, user)
    assert "沙河-0" in client.get(reverse("portal:search"), {"q": "沙河"}).content.decode()


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "😀", "א" * 5000, "%s%(x)s", "'; --"])
def test_search_bears_any_text(db: None, client: Client, query: str) -> None:
    page = client.get(reverse("portal:search"), {"q": query})
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_every_menu_entry_of_the_house_leads_somewhere() -> None:
    for entry in manifest.contributions("menu"):
        assert isinstance(entry, MenuEntry)
        assert reverse(entry.url_name).startswith("/")


# The demo province ----------------------------------------------------------------------------


def test_the_demo_unions_give_each_role_an_officer_who_can_sign_in(db: None) -> None:
    from zhijia.unions.demo import OFFICERS, PASSWORD, load
    from zhijia.unions.enums import Role
    from zhijia.unions.models import Employer, Post, UnionBody

    rows = load(io.StringIO())
    assert {p.role for p in Post.objects.all()} == set(Role.values)
    assert {row[1] for row in rows} >= {o.phone for o in OFFICERS}
    officer = User.objects.get_by_phone("13800000002")
    assert officer.is_officer
    assert officer.check_password(PASSWORD)
    code = io.StringIO()
    call_command("demo-code", "138 0000 0002", stdout=code)
    assert len(code.getvalue().strip()) == 6
    before = [model.objects.count() for model in (User, Post, UnionBody, Employer)]
    assert load(io.StringIO()) == rows
    assert [model.objects.count() for model in (User, Post, UnionBody, Employer)] == before


def test_the_code_command_serves_demo_officers_only(db: None) -> None:
    UserFactory(phone="13700000000")
    for phone in ("13700000000", "13700000001", "not a number"):
        with pytest.raises(CommandError) as refused:
            call_command("demo-code", phone)
        assert refused.value.returncode == 2


def test_many_workers_and_employers_are_made_once(db: None) -> None:
    from zhijia.unions.demo import load, load_large
    from zhijia.unions.models import Employer, UnionBody
    from zhijia.unions.selectors import find_employers, responsible_body

    load(io.StringIO())
    people, employers = User.objects.count(), Employer.objects.count()
    for _ in range(2):
        load_large(members=30, employers=6)
        assert User.objects.count() == people + 30
        assert Employer.objects.count() == employers + 6
    made = Employer.objects.latest("id")
    body = responsible_body(employer=made, place="")
    assert body.place == made.place
    assert UnionBody.objects.get(employer=made).parent_id == body.pk
    assert find_employers("测算0003号")
