"""Members when their union is merged or dissolved: shown before, done with the approval."""

import pytest
from django.apps import apps

from zhijia.core.actors import SYSTEM
from zhijia.membership.models import Membership
from zhijia.membership.tests.factories import member
from zhijia.organising import services
from zhijia.organising.errors import BadPartner
from zhijia.organising.models import Process
from zhijia.organising.selectors import process_page
from zhijia.unions import services as unions
from zhijia.unions.errors import OtherTenant
from zhijia.unions.models import UnionBody
from zhijia.unions.tests.factories import NOW, TODAY, UnionBodyFactory


@pytest.fixture
def other(world) -> UnionBody:
    return unions.found_body(
        name="园区联合工会", level=5, kind="joint", parent=world.tree.county, by=SYSTEM, now=NOW
    )


def applied(world, kind: str, partner=None) -> Process:
    """Return a closing that waits for the union above."""
    process = services.open_closing(
        body_id=world.tree.glass_union.pk, kind=kind, partner=partner, by=world.chair, now=NOW
    )
    world.do("record_assembly", process, world.chair, entitled=60, yes=31, held_on=TODAY)
    return world.walk(process, ("apply_closing", world.chair))


def test_members_go_into_the_union_that_takes_over_and_the_page_says_so_before(world, other) -> None:
    for _ in range(3):
        member(world.tree.glass_union)
    process = applied(world, "merger", other)
    shown = process_page(process, world.dispatcher, NOW).following
    assert (shown.members, shown.retained) == (3, 0)
    assert Membership.objects.open().filter(body=other).count() == 0
    world.walk(process, ("approve_closing", world.dispatcher))
    assert Membership.objects.open().filter(body=other, state="active").count() == 3
    assert set(Membership.objects.exclude(ended_on=None).values_list("ending", "ended_on")) == {
        ("merged", TODAY)
    }
    assert process_page(process, world.dispatcher, NOW).following is None


def test_where_nobody_takes_over_the_union_above_holds_them(world) -> None:
    unions.move_body(body_id=world.tree.kiln.pk, parent=world.tree.county, by=SYSTEM, now=NOW)
    member(world.tree.glass_union)
    world.walk(applied(world, "dissolution"), ("approve_closing", world.dispatcher))
    new = Membership.objects.open().get()
    assert (new.body, new.state) == (world.tree.county, "held")
    assert Membership.objects.get(ending="dissolved").body == world.tree.glass_union


def test_a_refused_closing_moves_nobody(world, other) -> None:
    row = member(world.tree.glass_union)
    process = applied(world, "merger", other)
    world.do("refuse_closing", process, world.dispatcher, reason="材料不全")
    assert Membership.objects.open().get() == row


def test_a_union_that_has_ended_meanwhile_takes_nobody_over(world, other) -> None:
    row = member(world.tree.glass_union)
    process = applied(world, "merger", other)
    unions.dissolve_body(body_id=other.pk, on=TODAY, by=SYSTEM, now=NOW)
    with pytest.raises(BadPartner):
        services.approve_closing(process_id=process.pk, by=world.dispatcher, now=NOW)
    assert Membership.objects.open().get() == row
    assert UnionBody.objects.get(pk=world.tree.glass_union.pk).is_active


def strangers() -> list[tuple[str, int]]:
    """Return every row that is about a body and lies under another tenant than the body."""
    found = []
    for model in apps.get_models():
        names = {field.name for field in model._meta.fields}
        body = next(
            (f for f in model._meta.fields if f.name == "body" and f.related_model is UnionBody), None
        )
        if body is not None and "tenant" in names:
            rows = model.objects.order_by().values_list("pk", "tenant", "body__tenant")
            found += [(model.__name__, pk) for pk, tenant, of_body in rows if tenant != of_body]
    return found


def test_no_row_lies_under_a_foreign_tenant_after_moves_and_a_merger(world, other) -> None:
    for body in (world.tree.glass_union, world.tree.kiln):
        member(body)
    unions.report_headcount(
        body_id=world.tree.kiln.pk, reported_on=TODAY, workers=9, members=2, by=SYSTEM, now=NOW
    )
    far = UnionBodyFactory(name="安徽省总工会", level=2, place="340000", tenant=34, parent=world.tree.nation)
    with pytest.raises(OtherTenant):
        unions.move_body(body_id=world.tree.glass_union.pk, parent=far, by=SYSTEM, now=NOW)
    with pytest.raises(BadPartner):
        applied(world, "merger", far)
    assert strangers() == []
    unions.move_body(body_id=world.tree.glass_union.pk, parent=world.tree.other_county, by=SYSTEM, now=NOW)
    unions.move_body(body_id=world.tree.city.pk, parent=world.tree.nation, by=SYSTEM, now=NOW)
    assert strangers() == []
    assert Membership.objects.filter(tenant=13).count() == Membership.objects.count() == 2
