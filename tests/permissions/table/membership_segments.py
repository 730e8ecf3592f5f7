"""Addresses of groups of members: for those who keep a roll, of their own unions only."""

from typing import Any

from tests.permissions.table.membership_rosters import STEPS, only_keeper
from tests.permissions.world import World, only
from zhijia.core.actors import SYSTEM
from zhijia.membership.models import Segment
from zhijia.membership.services import save_segment
from zhijia.unions.tests.factories import NOW


def _segment(world: World) -> dict[str, Any]:
    """Return a group of the county's that was not put away."""
    found = Segment.objects.filter(dropped_at=None).first()
    if found is None:
        found = save_segment(body=world.tree.county, name="分组", conditions=(), by=SYSTEM, now=NOW)
    return {"segment_id": found.pk}


SEGMENT = {"arguments": _segment}

ROUTES = {
    "membership:segments": only("steward"),
    "membership:segment_new": only("steward"),
    "membership:segment": only_keeper(SEGMENT),
    "membership:segment_edit": only_keeper(SEGMENT),
    "membership:segment_drop": only_keeper({**SEGMENT, **STEPS}, others=404),
}
