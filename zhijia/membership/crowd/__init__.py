"""A whole invented province to try things at size: ``zhijia demo --members N --seed S``.

Everything follows from the seed and the day: the tree of unions, employers, reported figures and who the
members are. Totals and coverage are right when it ends. Nobody exists: names are drawn, identity numbers
begin with 99, a region that there is not.
"""

import random
from typing import Any

from zhijia.core.clock import local_date, now
from zhijia.membership.crowd.people import write_people
from zhijia.membership.crowd.planning import plan
from zhijia.membership.crowd.storing import store
from zhijia.membership.services.totals import fold_totals, recount_totals


def load(stdout: Any, members: int, seed: int) -> None:
    """Add a tree of unions with so many members to the demo province; print how far it is."""
    moment = now()
    unit_draw, people_draw = random.Random(f"units {seed}"), random.Random(f"people {seed}")  # noqa: S311
    units = store(plan(members, unit_draw), unit_draw, today=local_date(moment), moment=moment)
    stdout.write(f"  {len(units):,} unions, {members:,} members to come")
    for done, rate in write_people(units, people_draw, moment=moment):
        stdout.write(f"  {done:,} of {members:,} members, {rate:,.0f} a second")
    fold_totals(now=moment)
    recount_totals(now=moment)
