"""Addresses of rosters and possible duplicates: for those who keep a roll, of their own unions only."""

import io
from typing import Any

from tests.permissions.world import Route, World, only
from zhijia.core.actors import SYSTEM
from zhijia.membership.models import Pair, RosterImport, Worker
from zhijia.membership.services import importing
from zhijia.unions.tests.factories import NOW

TEXT = "姓名,手机号码\n张三,13800000000\n"


def _roster(world: World) -> dict[str, Any]:
    """Return an import of the county's."""
    found = RosterImport.objects.first()
    if found is None:
        file = io.BytesIO(TEXT.encode())
        found = importing.upload_roster(
            body_id=world.tree.county.pk, file=file, file_name="a.csv", by=SYSTEM, now=NOW
        )
    return {"roster_id": found.pk}


def _pair(world: World) -> dict[str, Any]:
    """Return two entries of the county's that may be one person."""
    found = Pair.objects.filter(state="open").first()
    if found is None:
        workers = [_worker(number) for number in (1, 2)]
        found = Pair.objects.create(
            tenant=13,
            first=workers[0],
            second=workers[1],
            ground="phone",
            body=world.tree.county,
            found_at=NOW,
        )
    return {"pair_id": found.pk}


def _worker(number: int) -> Worker:
    worker = Worker(
        tenant=13, person_key=f"00000000-0000-4000-8000-{number:012}", created_at=NOW, changed_at=NOW
    )
    worker.seal_details({"name": "张三"})
    worker.save()
    return worker


def only_keeper(more: dict[str, Any], others: int = 403) -> Route:
    """Return an address for the county's steward."""
    return only("steward", others=others, **more)


ROSTER, PAIR = {"arguments": _roster}, {"arguments": _pair}
STEPS: dict[str, Any] = {"method": "post", "status": "elsewhere"}

ROUTES = {
    "membership:rosters": only("steward"),
    "membership:roster_new": only("steward"),
    "membership:roster": only_keeper(ROSTER),
    "membership:roster_columns": only_keeper(ROSTER),
    "membership:roster_sheet": only_keeper({**ROSTER, **STEPS}),
    "membership:roster_write": only_keeper({**ROSTER, "method": "post", "status": 409}, others=404),
    "membership:roster_drop": only_keeper({**ROSTER, **STEPS}, others=404),
    "membership:roster_corrected": only_keeper({**ROSTER, "status": 409}, others=404),
    "membership:pairs": only("steward"),
    "membership:coverage": only("dispatcher", "steward", "elsewhere", others=403),
    "membership:coverage_export": only("dispatcher", "steward", "elsewhere", others=403),
    "membership:pair": only_keeper(PAIR),
    "membership:pair_apart": only_keeper({**PAIR, **STEPS}, others=404),
}
