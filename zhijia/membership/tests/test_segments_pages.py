"""The pages of groups: built without a script, nothing typed is lost, numbers hidden, the roll filtered."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.tests.factories import UserFactory, sign_in
from zhijia.audit.models import Entry
from zhijia.core.actors import SYSTEM
from zhijia.membership.models import Membership, Segment
from zhijia.membership.segments.grammar import Condition
from zhijia.membership.services import save_segment
from zhijia.membership.tests.factories import NOW, Tree, keeper, member
from zhijia.unions.tests.factories import AffiliationFactory

pytestmark = pytest.mark.django_db
NEW = reverse("membership:segment_new")


@pytest.fixture(autouse=True)
def _clock(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def desk(tree: Tree) -> Client:
    return sign_in(Client(), keeper(tree.county))


def text_of(answer: Any) -> str:
    return answer.content.decode()


def head(tree: Tree, **more: Any) -> dict[str, Any]:
    return {"name": "新农民工", "body": tree.county.pk, "add": "trade", "seen": "", **more}


MIGRANT = {"row": ["c0"], "c0-field": "migrant", "c0-values": "yes"}


def saved(tree: Tree, *conditions: Condition, name: str = "分组") -> Segment:
    return save_segment(body=tree.county, name=name, conditions=conditions, by=SYSTEM, now=NOW)


def test_a_group_is_built_looked_at_saved_and_found_again(tree: Tree, desk: Client) -> None:
    member(tree.county, name="赵立夏", phone="13912345678", is_migrant=True)
    member(tree.county, name="钱秋生")
    assert "c0-field" not in text_of(desk.get(NEW))
    page = text_of(desk.post(NEW, head(tree, step="add", add="migrant")))
    assert 'name="c0-values"' in page
    page = text_of(desk.post(NEW, head(tree, step="look", **MIGRANT)))
    assert "赵立夏" in page
    assert "钱秋生" not in page
    assert "13912345678" not in page
    assert not Segment.objects.exists()
    answer = desk.post(NEW, head(tree, step="save", **MIGRANT))
    segment = Segment.objects.get()
    assert answer.url == reverse("membership:segment", args=[segment.pk])
    assert segment.conditions == [{"field": "migrant", "comparison": "is", "values": ["yes"]}]
    for page in (text_of(desk.get(answer.url)), text_of(desk.get(reverse("membership:segments")))):
        assert "农民工" in page
    roll = text_of(desk.get(reverse("membership:roll"), {"segment": segment.pk}))
    assert "赵立夏" in roll
    assert "钱秋生" not in roll
    assert Entry.objects.filter(action="segment.listed").count() == 3


HALF = {
    "row": ["c0", "c1", "c2", "c3"],
    "c0-field": "trade", "c0-comparison": "is_not", "c0-values": ["food", "courier"],
    "c1-field": "joined", "c1-comparison": "longer", "c1-number": "九十", "c1-unit": "months",
    "c2-field": "place", "c2-comparison": "is", "c2-values": "某个地方",
    "c3-field": "joined_on", "c3-first": "2026-02-01", "c3-last": "2026-01-01",
}  # fmt: skip


def test_nothing_typed_is_lost_on_adding_removing_and_being_refused(tree: Tree, desk: Client) -> None:
    kept = ['value="food" required checked', "九十", "某个地方", "2026-02-01", "新农民工"]
    for step, status in (("add", 200), ("remove-c9", 200), ("look", 422), ("save", 422)):
        answer = desk.post(NEW, head(tree, step=step, **HALF))
        page = re.sub(r'\s+id="[^"]*"| aria-\w+="[^"]*"', "", text_of(answer)).replace(
            " checked", " required checked"
        )
        assert answer.status_code == status, step
        for text in kept:
            assert text in page, (step, text)
        assert re.search(r'<option value="months" selected', page), step
        assert re.search(r'<option value="is_not" selected', page), step
    page = text_of(desk.post(NEW, head(tree, step="remove-c2", **HALF)))
    assert "某个地方" not in page
    assert "九十" in page
    assert not Segment.objects.exists()


def test_each_error_says_at_its_condition_what_to_do(tree: Tree, desk: Client) -> None:
    page = text_of(desk.post(NEW, head(tree, step="save", **HALF)))
    for anchor in ("id_c1-number", "id_c2-values", "id_c3-first"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
    assert "1到1200之间" in page
    assert "某个地方" in page


def test_a_name_that_was_taken_meanwhile_is_refused_with_everything_kept(tree: Tree, desk: Client) -> None:
    saved(tree, name="新农民工")
    answer = desk.post(NEW, head(tree, step="save", **MIGRANT))
    assert answer.status_code == 422
    assert "已有同名分组" in text_of(answer)
    assert 'name="c0-values"' in text_of(answer)
    assert Segment.objects.count() == 1


def test_a_group_is_renamed_copied_and_put_away(tree: Tree, desk: Client) -> None:
    segment = saved(
        tree, Condition("migrant", "is", ("yes",)), Condition("contact", "longer", ("90", "days"))
    )
    edit = reverse("membership:segment_edit", args=[segment.pk])
    page = text_of(desk.get(edit))
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert 'value="90"' in page
    changed = head(tree, step="save", name="改名", seen=seen, **MIGRANT)
    assert desk.post(edit, changed).status_code == 302
    segment.refresh_from_db()
    assert (segment.name, len(segment.conditions)) == ("改名", 1)
    copy = text_of(desk.get(NEW, {"copy": segment.pk}))
    assert "改名（副本）" in copy
    assert 'name="c0-values"' in copy
    assert desk.post(reverse("membership:segment_drop", args=[segment.pk])).status_code == 302
    for name in ("segment", "segment_edit"):
        assert desk.get(reverse(f"membership:{name}", args=[segment.pk])).status_code == 404
    assert desk.get(reverse("membership:roll"), {"segment": segment.pk}).status_code == 404
    assert Segment.objects.get().dropped_at == NOW


def test_two_officers_who_change_a_group_do_not_undo_each_other(tree: Tree, desk: Client) -> None:
    segment = saved(tree)
    edit = reverse("membership:segment_edit", args=[segment.pk])
    answer = desk.post(
        edit, head(tree, step="save", name="我的", seen="2020-01-01T00:00:00+00:00", **MIGRANT)
    )
    assert answer.status_code == 422
    assert "别人修改了这个分组" in text_of(answer)
    segment.refresh_from_db()
    assert segment.name == "分组"


BROKEN = [
    {"field": "gone", "comparison": "is", "values": ["x"]}, 7,
    {"field": "body", "comparison": "is", "values": ["999999"]},
    {"field": "migrant", "comparison": "is", "values": ["yes"]},
]  # fmt: skip


def test_conditions_that_are_no_longer_known_break_no_page_and_can_be_removed(
    tree: Tree, desk: Client
) -> None:
    member(tree.county, name="赵立夏", is_migrant=True)
    segment = saved(tree)
    Segment.objects.update(conditions=BROKEN)
    where = {"args": [segment.pk]}
    for address in (
        reverse("membership:segments"), reverse("membership:segment", **where),
        reverse("membership:segment_edit", **where), f"{NEW}?copy={segment.pk}",
        f"{reverse('membership:roll')}?segment={segment.pk}",
    ):  # fmt: skip
        page = text_of(desk.get(address))
        assert "不认识" in page or "待修正" in page, address
        assert "赵立夏" not in page, address
    edit = reverse("membership:segment_edit", **where)
    page = text_of(desk.get(edit))
    marks = re.findall(r'name="row" value="(c\d+)"', page)
    assert len(marks) == 4
    raw = {f"{mark}-raw": "7" for mark in marks[1:]}
    sent = head(
        tree, seen=segment.changed_at.isoformat(), row=marks, **{f"{marks[0]}-field": "migrant"}, **raw
    )
    sent[f"{marks[0]}-values"] = "yes"
    assert desk.post(edit, sent | {"step": "save"}).status_code == 422
    assert desk.post(edit, sent | {"step": "save", "row": marks[:1]}).status_code == 302
    assert "赵立夏" in text_of(desk.get(reverse("membership:segment", **where)))


def test_the_number_of_questions_does_not_grow_with_members_or_groups(
    tree: Tree, desk: Client, django_assert_max_num_queries: Any
) -> None:
    body = Condition("body", "is", (str(tree.glass_union.pk),))
    pages = [reverse("membership:segments"), reverse("membership:segment", args=[saved(tree).pk])]
    for number in range(15):
        saved(tree, body, name=f"组{number}")
        member(tree.county)
    for page in pages:
        desk.get(page)
        with django_assert_max_num_queries(18):
            desk.get(page)


def test_a_program_lists_reads_and_counts(tree: Tree, desk: Client) -> None:
    member(tree.county, is_migrant=True)
    segment = saved(tree, Condition("migrant", "is", ("yes",)))
    root = "/api/v1/membership/segments"
    listed = desk.get(root).json()
    assert [(one["id"], one["in_words"]) for one in listed["items"]] == [(segment.pk, "农民工")]
    assert desk.get(f"{root}/{segment.pk}").json()["conditions"] == segment.conditions
    assert desk.get(f"{root}/{segment.pk}/count").json() == {"count": 1, "on": "2026-03-02"}
    other = sign_in(Client(), keeper(tree.other_county))
    assert other.get(root).json()["items"] == []
    for path in ("", "/count"):
        assert other.get(f"{root}/{segment.pk}{path}").status_code == 404
    Segment.objects.update(conditions=BROKEN)
    assert desk.get(f"{root}/{segment.pk}").json()["is_known"] is False
    assert desk.get(f"{root}/{segment.pk}/count").status_code == 409


def test_a_program_counts_conditions_before_they_are_saved(tree: Tree, desk: Client) -> None:
    member(tree.county, is_migrant=True)
    member(tree.glass_union, is_migrant=True)
    member(tree.county)
    at = "/api/v1/membership/segments/preview"
    migrants = {"field": "migrant", "comparison": "is", "values": ["yes"]}
    told = {"body_id": tree.county.pk, "conditions": [migrants]}

    def ask(client: Client, **changes: Any) -> Any:
        return client.post(at, told | changes, content_type="application/json")

    assert ask(desk).json() == {"count": 2, "on": "2026-03-02", "in_words": "农民工"}
    assert ask(desk, body_id=tree.glass_union.pk).json()["count"] == 1, "a union below is asked alone"
    assert ask(desk, conditions=[]).json()["count"] == 3
    assert not Segment.objects.exists()
    bad = {"field": "loyalty", "comparison": "is", "values": ["yes"]}
    refused = ask(desk, conditions=[migrants, bad])
    assert (refused.status_code, refused.json()["code"]) == (422, "condition-unknown")
    far = {"field": "body", "comparison": "is", "values": [str(tree.other_county.pk)]}
    assert ask(desk, conditions=[far]).status_code == 422
    for body in (tree.other_county.pk, tree.city.pk, 999_999):
        assert ask(desk, body_id=body).status_code == 404
    assert ask(sign_in(Client(), keeper(tree.other_county))).status_code == 404
    assert ask(sign_in(Client(), UserFactory())).status_code in (403, 404)


def test_a_preview_does_not_count_whoever_joined_in_secret_from_the_officers_employer(
    tree: Tree, desk: Client
) -> None:
    row = member(tree.county)
    Membership.objects.filter(pk=row.pk).update(is_discreet=True, employer=tree.glass)
    told = {"body_id": tree.county.pk, "conditions": []}
    count = desk.post("/api/v1/membership/segments/preview", told, content_type="application/json").json()
    assert count["count"] == 1
    user = keeper(tree.county)
    AffiliationFactory(user=user, employer=tree.glass, by=user)
    tied = sign_in(Client(), user)
    count = tied.post("/api/v1/membership/segments/preview", told, content_type="application/json").json()
    assert count["count"] == 0
