"""Where a matter goes: examples, and properties over random trees."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.errors import NoBodyFound, ParentNotAbove, TreeCycle
from zhijia.unions.models import Employer, UnionBody
from zhijia.unions.selectors import forget_posts, holds, responsible_body, scope, territorial_body
from zhijia.unions.services import change_body, grant_post, merge_employers, move_body
from zhijia.unions.tests.factories import NOW, TODAY, EmployerFactory, Tree, UnionBodyFactory


def test_a_complaint_goes_to_the_body_above_the_enterprise(tree: Tree) -> None:
    assert responsible_body(employer=tree.glass, place="") == tree.county
    assert responsible_body(employer=tree.farm, place="") == tree.forest_city


def test_a_question_too_goes_above_the_enterprise_whose_people_must_not_know_of_it(tree: Tree) -> None:
    assert responsible_body(employer=tree.glass, place=tree.glass_union.place) == tree.county


def test_a_complaint_passes_a_group_union_that_belongs_to_another_employer_of_the_same_group(
    tree: Tree,
) -> None:
    move_body(body_id=tree.glass_union.pk, parent=tree.county, by=SYSTEM, now=NOW)
    holding = EmployerFactory(name="明澈集团")
    UnionBody.objects.filter(pk=tree.glass_union.pk).update(employer=holding)
    UnionBody.objects.filter(pk=tree.kiln.pk).update(employer=tree.glass)
    assert responsible_body(employer=tree.glass, place="") == tree.county


def test_a_body_that_does_not_take_up_appeals_is_passed_over(tree: Tree) -> None:
    change_body(body_id=tree.county.pk, accepts_appeals=False, by=SYSTEM, now=NOW)
    assert responsible_body(employer=tree.glass, place="") == tree.city


def test_an_employer_nobody_knows_leads_to_the_federation_of_the_place(tree: Tree) -> None:
    assert responsible_body(employer=None, place="130582") == tree.county
    assert responsible_body(employer=None, place="130524") == tree.city
    assert responsible_body(employer=None, place="139900") == tree.province
    assert responsible_body(employer=None, place="") == tree.nation
    assert responsible_body(employer=None, place="not a code") == tree.nation


def test_without_a_place_the_house_of_one_province_takes_it_up_itself(tree: Tree) -> None:
    change_body(body_id=tree.nation.pk, accepts_appeals=False, by=SYSTEM, now=NOW)
    assert responsible_body(employer=None, place="") == tree.province
    UnionBodyFactory(name="山西省总工会", level=Level.PROVINCE, parent=tree.nation, place="140000", tenant=14)
    assert responsible_body(employer=None, place="") == tree.nation


def test_an_employer_without_a_union_leads_to_its_own_place(tree: Tree) -> None:
    shop = EmployerFactory(name="无工会商店", place="130533")
    assert responsible_body(employer=shop, place="") == tree.other_county


def test_a_merged_entry_is_routed_like_the_entry_that_stayed(tree: Tree) -> None:
    double = EmployerFactory(name="明澈玻璃", place="130533")
    merge_employers(keep_id=tree.glass.pk, gone_id=double.pk, by=SYSTEM, now=NOW)
    double.refresh_from_db()
    assert responsible_body(employer=double, place="") == tree.county


@pytest.mark.django_db
def test_an_empty_tree_says_so() -> None:
    with pytest.raises(NoBodyFound):
        territorial_body("130500")


# Random trees ---------------------------------------------------------------------------------

PLACES = ("130582", "130533", "130500", "130000", "")


@st.composite
def trees(draw: Any) -> list[dict[str, Any]]:
    """Draw bodies, each below an earlier one; the first is the national federation."""
    nodes: list[dict[str, Any]] = [
        {"up": None, "line": None, "level": 0, "employer": None, "accepts": True, "active": True, "place": ""}
    ]
    for _ in range(draw(st.integers(0, 11))):
        up = draw(st.integers(0, len(nodes) - 1))
        level = min(nodes[up]["level"] + draw(st.integers(1, 3)), 8)
        lines = [None, *(i for i, n in enumerate(nodes) if n["level"] < level)]
        nodes.append(
            {
                "up": up, "line": draw(st.sampled_from(lines)), "level": level,
                "employer": draw(st.sampled_from([None, 0, 1])) if level >= Level.VILLAGE else None,
                "accepts": draw(st.booleans()), "active": draw(st.booleans()),
                "place": draw(st.sampled_from(PLACES)),
            }
        )  # fmt: skip
    return nodes


def plant(nodes: list[dict[str, Any]]) -> tuple[list[UnionBody], list[Employer]]:
    """Write a drawn tree straight into the table; paths by walking the parents."""
    employers = [EmployerFactory(), EmployerFactory()]
    bodies: list[UnionBody] = []
    for number, node in enumerate(nodes):
        body = UnionBody.objects.create(
            tenant=13, name=f"b{number}", level=node["level"], place=node["place"], path=f"x{number}/",
            kind=BodyKind.FEDERATION if node["level"] < Level.VILLAGE else BodyKind.GRASSROOTS,
            employer=employers[node["employer"]] if node["employer"] is not None else None,
            accepts_appeals=node["accepts"], is_active=node["active"],
        )  # fmt: skip
        bodies.append(body)
        body.path = (bodies[node["up"]].path if node["up"] is not None else "") + f"{body.pk}/"
        body.depth = body.path.count("/") - 1
        if node["line"] is not None:
            above = bodies[node["line"]]
            body.line_path = (above.line_path or f"{above.pk}/") + f"{body.pk}/"
        body.save()
    return bodies, employers


def below(nodes: list[dict[str, Any]], bodies: list[UnionBody], start: set[int]) -> set[int]:
    """Walk both kinds of parents one by one: the slow oracle of "at or below"."""
    found = set(start)
    for number, node in enumerate(nodes):
        above_by_line = {
            i for i in range(len(bodies)) if f"/{bodies[i].pk}/" in f"/{bodies[number].line_path}"
        }
        if node["up"] in found or above_by_line & found:
            found.add(number)
    return found


def lies_under(one: UnionBody, other: UnionBody) -> bool:
    line = other.line_path
    return one.path.startswith(other.path) or bool(line and one.line_path.startswith(line))


class RandomTrees(TestCase):
    @settings(max_examples=120, deadline=None)
    @given(trees(), st.sampled_from(PLACES))
    def test_a_complaint_is_always_taken_up_and_never_at_or_below_the_employer(
        self, nodes: list[dict[str, Any]], place: str
    ) -> None:
        bodies, employers = plant(nodes)
        numbers = {body.pk: number for number, body in enumerate(bodies)}
        for index, employer in enumerate(employers):
            found = responsible_body(employer=employer, place=place)
            shut_out = below(nodes, bodies, {i for i, n in enumerate(nodes) if n["employer"] == index})
            assert numbers[found.pk] not in shut_out
            assert found.is_active
            assert found.accepts_appeals
            assert found.employer_id is None

    @settings(max_examples=60, deadline=None)
    @given(trees(), st.data())
    def test_scope_and_holds_agree_with_walking_the_tree(
        self, nodes: list[dict[str, Any]], data: Any
    ) -> None:
        bodies, _ = plant(nodes)
        UnionBody.objects.update(is_active=True)
        held = data.draw(st.sets(st.integers(0, len(nodes) - 1), max_size=3))
        user = UserFactory()
        for number in held:
            grant_post(body=bodies[number], user=user, role=Role.HANDLER, from_on=TODAY, by=SYSTEM, now=NOW)
        forget_posts(user)
        reached = set(scope(user, Role.HANDLER, TODAY).bodies().values_list("pk", flat=True))
        assert reached == {b.pk for b in bodies if holds(user, Role.HANDLER, b, TODAY)}
        expected = {
            n for n, b in enumerate(bodies)
            if any(lies_under(b, bodies[h]) for h in held)
        }  # fmt: skip
        assert reached == {bodies[n].pk for n in expected}

    @settings(max_examples=60, deadline=None)
    @given(trees(), st.data())
    def test_after_any_move_each_path_is_still_the_way_from_the_root(
        self, nodes: list[dict[str, Any]], data: Any
    ) -> None:
        bodies, _ = plant([{**node, "line": None} for node in nodes])
        ups = [node["up"] for node in nodes]
        moved, to = (data.draw(st.integers(0, len(nodes) - 1)) for _ in range(2))
        inside = bodies[to].path.startswith(bodies[moved].path)
        try:
            move_body(body_id=bodies[moved].pk, parent=bodies[to], by=SYSTEM, now=NOW)
        except TreeCycle:
            assert inside
            return
        except ParentNotAbove:
            assert nodes[to]["level"] >= nodes[moved]["level"]
            return
        assert not inside
        ups[moved] = to
        for number, body in enumerate(bodies):
            body.refresh_from_db()
            way, step = "", number
            while step is not None:
                way, step = f"{bodies[step].pk}/{way}", ups[step]
            assert body.path == way
            assert body.depth == way.count("/") - 1
