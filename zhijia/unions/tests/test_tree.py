"""The tree itself: founding, moving, constraints, indexes."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.accounts.tests.factories import UserFactory
from zhijia.core.actors import SYSTEM
from zhijia.core.errors import NotAllowed
from zhijia.unions.enums import BodyKind, Level, Role
from zhijia.unions.errors import BadPlace, BadTerm, NameMissing, OtherTenant, ParentNotAbove, TreeCycle
from zhijia.unions.models import Post, UnionBody
from zhijia.unions.selectors import ancestors, children, line_children, parent_of, scope_of
from zhijia.unions.services import change_body, move_body
from zhijia.unions.tests.factories import NOW, PostFactory, Tree, UnionBodyFactory


def test_a_path_holds_the_ids_from_the_root_to_the_body(tree: Tree) -> None:
    above = [tree.nation, tree.province, tree.city, tree.county, tree.glass_union]
    assert tree.kiln.path == "".join(f"{b.pk}/" for b in [*above, tree.kiln])
    assert tree.kiln.depth == 5
    assert [b.pk for b in ancestors(tree.kiln)] == [b.pk for b in reversed(above)]
    assert parent_of(tree.nation) is None


def test_a_station_stands_on_the_industrial_line_of_its_farm(tree: Tree) -> None:
    line = [tree.forest_nation, tree.forest_city, tree.farm_union, tree.station]
    assert tree.station.line_path == "".join(f"{b.pk}/" for b in line)
    assert tree.kiln.line_path == ""
    assert list(line_children(tree.forest_nation)) == [tree.forest_city]


def test_children_are_the_active_bodies_directly_below(tree: Tree) -> None:
    change_body(body_id=tree.other_county.pk, is_active=False, by=SYSTEM, now=NOW)
    assert set(children(tree.city)) == {tree.county, tree.forest_city}
    assert set(children(tree.nation)) == {tree.province, tree.forest_nation}


@pytest.mark.parametrize(
    ("level", "fits"), [(Level.CITY, False), (Level.COUNTY, False), (Level.TOWNSHIP, True)]
)
def test_a_parent_stands_on_a_higher_level(tree: Tree, level: Level, fits: bool) -> None:
    if fits:
        assert UnionBodyFactory(level=level, parent=tree.county).depth == 4
    else:
        with pytest.raises(ParentNotAbove):
            UnionBodyFactory(level=level, parent=tree.county)


def test_a_body_needs_a_name_and_a_real_place_code(tree: Tree) -> None:
    with pytest.raises(NameMissing):
        UnionBodyFactory(name=" \u200f ", parent=tree.city)
    with pytest.raises(BadPlace):
        UnionBodyFactory(place="1305x", parent=tree.city)


def test_moving_a_body_takes_all_below_it_along_in_one_statement_per_line(
    tree: Tree, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(15):
        move_body(body_id=tree.glass_union.pk, parent=tree.other_county, by=SYSTEM, now=NOW)
    tree.kiln.refresh_from_db()
    assert tree.kiln.path == f"{tree.other_county.path}{tree.glass_union.pk}/{tree.kiln.pk}/"
    assert tree.kiln.depth == 5
    assert tree.kiln.line_path == ""


def test_a_moved_body_can_join_an_industrial_line_with_all_below(tree: Tree) -> None:
    move_body(
        body_id=tree.glass_union.pk, parent=tree.county, line_parent=tree.forest_city, by=SYSTEM, now=NOW
    )
    tree.kiln.refresh_from_db()
    assert tree.kiln.line_path == f"{tree.forest_city.line_path}{tree.glass_union.pk}/{tree.kiln.pk}/"
    assert tree.kiln.path == f"{tree.county.path}{tree.glass_union.pk}/{tree.kiln.pk}/"


def test_a_body_cannot_be_moved_below_itself(tree: Tree) -> None:
    for parent in (tree.kiln, tree.glass_union):
        with pytest.raises(TreeCycle):
            move_body(body_id=tree.glass_union.pk, parent=parent, by=SYSTEM, now=NOW)
    with pytest.raises(TreeCycle):
        move_body(
            body_id=tree.farm_union.pk, parent=tree.county, line_parent=tree.station, by=SYSTEM, now=NOW
        )


def test_moving_needs_a_steward_of_both_places(tree: Tree) -> None:
    steward = UserFactory()
    PostFactory(user=steward, body=tree.county, role=Role.STEWARD)
    with pytest.raises(NotAllowed):
        move_body(body_id=tree.glass_union.pk, parent=tree.other_county, by=steward, now=NOW)
    PostFactory(user=steward, body=tree.city, role=Role.STEWARD)
    assert move_body(body_id=tree.glass_union.pk, parent=tree.other_county, by=steward, now=NOW)


def test_a_term_must_not_end_before_it_begins(tree: Tree) -> None:
    with pytest.raises(BadTerm):
        PostFactory(body=tree.city, from_on=dt.date(2026, 3, 2), until_on=dt.date(2026, 3, 1))
    post = PostFactory(body=tree.city, from_on=dt.date(2026, 3, 2), until_on=dt.date(2026, 3, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(until_on=dt.date(2026, 3, 1))


def test_the_database_itself_refuses_a_second_body_on_a_path_and_an_unknown_level(tree: Tree) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        UnionBody.objects.create(
            tenant=13, name="x", level=3, kind=BodyKind.FEDERATION, path=tree.county.path
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        UnionBody.objects.filter(pk=tree.county.pk).update(level=9)


def test_a_subtree_is_one_range_of_the_path_index(tree: Tree) -> None:
    # As many as a province has: on a dozen rows every index is as good as another to the planner.
    UnionBody.objects.bulk_create(
        UnionBody(
            tenant=13, name=f"第{n}总工会", level=Level.COUNTY, kind=BodyKind.FEDERATION, path=f"9/{n}/"
        )
        for n in range(2000)
    )
    rows = scope_of([tree.city]).bodies().order_by().values_list("id", flat=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE unions_unionbody")
        plan = rows.explain()
        assert "using body_path_" in plan
        assert "Index Cond: ((tenant = 13) AND (path >= " in plan.replace("(path)::text", "path")
    else:
        plan = rows.explain()
        assert "COVERING INDEX body_path" in plan
        assert "path>? AND path<?" in plan


def test_a_body_never_moves_to_another_tenant_where_nothing_written_about_it_would_follow(tree: Tree) -> None:
    far = UnionBodyFactory(
        name="安徽省总工会", level=Level.PROVINCE, place="340000", tenant=34, parent=tree.nation
    )
    office = UnionBodyFactory(name="全总驻某地", level=Level.COUNTY, place="", tenant=0, parent=tree.nation)
    before = list(UnionBody.objects.order_by("id").values_list("id", "tenant", "path", "depth", "line_path"))
    for body, parent in ((tree.glass_union, far), (tree.county, far), (office, tree.city)):
        with pytest.raises(OtherTenant):
            move_body(body_id=body.pk, parent=parent, by=SYSTEM, now=NOW)
    after = UnionBody.objects.order_by("id").values_list("id", "tenant", "path", "depth", "line_path")
    assert list(after) == before


def test_a_body_below_the_nation_keeps_its_own_tenant_with_all_below(tree: Tree) -> None:
    move_body(body_id=tree.city.pk, parent=tree.nation, by=SYSTEM, now=NOW)
    moved = UnionBody.objects.filter(path__under=f"{tree.nation.path}{tree.city.pk}/")
    assert set(moved.values_list("tenant", flat=True)) == {13}
    assert moved.filter(pk=tree.station.pk).exists()
