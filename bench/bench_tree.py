"""The tree of unions: totals, recount, moves, search and the roll, on both databases.

BENCH_BODIES=280000 BENCH_MEMBERS=2000000; BENCH_POSTGRES=postgresql://… names a server where databases
may be made. SQLite is measured with a quarter of it unless BENCH_SQLITE=whole or no.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from bench.installation import cpu_seconds, zhijia
from tests.browser.server import environment

BODIES = int(os.environ.get("BENCH_BODIES", 280_000))
MEMBERS = int(os.environ.get("BENCH_MEMBERS", 2_000_000))
SERVER = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1")
ON_SQLITE = os.environ.get("BENCH_SQLITE", "quarter")
NAME = "zhijia_bench_tree"
PHONE = "13800000001"
BY_PATH = """
    SELECT sum(t.own_members), sum(t.own_women), count(*) FROM unions_unionbody b
    JOIN membership_bodytotals t ON t.body_id = b.id WHERE b.tenant = %s AND b.path >= %s AND b.path < %s
"""
RECURSIVE = """
    WITH RECURSIVE below(id, own_members, own_women) AS (
        SELECT id, own_members, own_women FROM bench_nodes WHERE id = %s
        UNION ALL SELECT n.id, n.own_members, n.own_women FROM bench_nodes n JOIN below ON n.parent = below.id
    ) SELECT sum(own_members), sum(own_women), count(*) FROM below
"""
ROWS = (
    ("totals", "totals of a province, kept", "≤ 2 ms; 0.13 ms"),
    ("page", "page of a province, all its figures", "p95 150 ms"),
    ("by_path", "the same sum by the path", "10.9 ms at 2.8 M nodes, 1.3 at 280 k"),
    ("recursive", "the same sum by a recursive query", "145 ms at 2.8 M nodes, 12.1 at 280 k"),
    ("own", "recount: own figures of each body", ""),
    ("sums", "recount: roll-up of the nation", "≤ 1000 ms"),
    ("sums_mending", "the same where every sum was wrong", ""),
    ("reported", "recount: workers and rate", ""),
    ("recount", "recount of everything", ""),
    ("fold", "fold of 1,000 changes in 1,000 bodies", ""),
    ("move", "move a city, with totals and audit", "≤ 150 ms; 81 ms by path, 165 closure, 17 400 nested set"),
    ("search", "search of a body by part of its name", "p95 150 ms"),
    ("roll", "page of a city's roll, 40 entries", "p95 150 ms"),
)


def main() -> None:
    """Measure on PostgreSQL where there is one, and on SQLite."""
    if _fresh_database():
        _measure("PostgreSQL", f"{SERVER}/{NAME}", BODIES, MEMBERS)
        _drop_database()
    if ON_SQLITE != "no":
        share = 1 if ON_SQLITE == "whole" else 4
        _measure("SQLite", "", BODIES // share, MEMBERS // share)


def _measure(where: str, database: str, bodies: int, members: int) -> None:
    """Fill and measure in a process of its own; print the figures."""
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        for command in (("migrate", "-v0"), ("createcachetable",)):
            zhijia(data, *command, database=database)
        told = environment(data) | ({"DATABASE_URL": database} if database else {})
        command = [sys.executable, "-m", "bench.bench_tree", str(bodies), str(members)]
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr[-3000:])
    found = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"{where}: {bodies:,} bodies, {members:,} memberships, made in {found.pop('load'):.0f} s; "
          f"the province has {found['below']:,} bodies, the city {found['city']:,}; "
          f"{found['memory']:.0f} MiB", flush=True)  # fmt: skip
    print(
        f"  {'':40}{'best ms':>9}{'median':>9}{'CPU':>9}  goal; reference (designs compared before building)"
    )
    for key, word, goal in ROWS:
        best, middle, spent = found[key]
        print(f"  {word:40}{best:9.2f}{middle:9.2f}{spent:9.2f}  {goal}")
    print(
        f"  recursive query / kept totals: {found['recursive'][0] / found['totals'][0]:.0f} times", flush=True
    )


def _fresh_database() -> bool:
    try:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3) as line:
            line.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
            line.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError:
        print("PostgreSQL: no server, nothing measured")
        return False
    return True


def _drop_database() -> None:
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=3) as line:
        line.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


# What the measuring process runs ------------------------------------------------------------------


def timed(call: Callable[[], Any], times: int) -> list[float]:
    """Return the best and the median wall time of a call and its CPU time, milliseconds."""
    taken, spent = [], cpu()
    for _n in range(times):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return [min(taken), statistics.median(taken), (cpu() - spent) * 1000 / times]


def cpu() -> float:
    """Return the CPU seconds of this process and, where it runs on this machine, of its server process."""
    from django.db import connection

    backend = [connection.connection.info.backend_pid] if connection.vendor == "postgresql" else []
    return time.process_time() + cpu_seconds(backend)


def run(bodies: int, members: int) -> None:
    """Fill the house and print the figures as JSON."""
    import django

    django.setup()
    from django.db import connection

    from bench.trees import Nation, adjacency, load
    from zhijia.core import clock
    from zhijia.membership.services import totals

    nation, now = Nation.of(bodies), clock.now()
    begun = time.perf_counter()
    load(connection, nation, members)
    totals.recount_totals(now=now)
    adjacency(connection)
    found: dict[str, Any] = {"load": time.perf_counter() - begun}
    found |= _reading(connection) | _recounting(connection) | _changing() | _rolls()
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def _reading(connection: Any) -> dict[str, Any]:
    from zhijia.accounts.models import User
    from zhijia.core import clock
    from zhijia.core.actors import SYSTEM
    from zhijia.membership.models import BodyTotals
    from zhijia.membership.selectors.coverage import coverage_page
    from zhijia.unions.models import UnionBody
    from zhijia.unions.selectors import search_bodies
    from zhijia.unions.services import grant_post

    now, today = clock.now(), clock.local_date(clock.now())
    province = UnionBody.objects.filter(level=1).order_by("id")[0]
    kept = BodyTotals.objects.get(pk=province.pk)
    user = User.objects.create_user(phone=PHONE, name="测算", tenant=1, phone_verified=True)
    grant_post(body=province, user=user, role="organiser", from_on=today, by=SYSTEM, now=now)

    def asked(statement: str, *values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()

    bounds = (province.tenant, province.path, province.path[:-1] + "0")
    sums = asked(BY_PATH, *bounds)
    if sums != asked(RECURSIVE, province.pk) or sums[0] != kept.members:
        raise SystemExit(f"the ways of counting disagree: {sums}, {kept.members}")
    return {
        "below": sums[2],
        "totals": timed(lambda: BodyTotals.objects.get(pk=province.pk), 200),
        "page": timed(lambda: coverage_page(_fresh(user), today, sort="members"), 30),
        "by_path": timed(lambda: asked(BY_PATH, *bounds), 30),
        "recursive": timed(lambda: asked(RECURSIVE, province.pk), 30),
        "search": timed(lambda: search_bodies("0012345号"), 15),
    }  # fmt: skip


def _fresh(user: Any) -> Any:
    """Return the person without what an earlier call remembered."""
    return type(user).objects.get(pk=user.pk)


def _recounting(connection: Any) -> dict[str, Any]:
    from django.db import transaction

    from zhijia.core import clock
    from zhijia.membership.models import BodyTotals, TotalsDelta
    from zhijia.membership.services import totals
    from zhijia.membership.totals import statements
    from zhijia.unions.models import UnionBody

    now, today = clock.now(), clock.local_date(clock.now())

    def added_up() -> None:
        with transaction.atomic():
            statements.widen()  # as a recount does
            statements.add_up(now)

    found = {
        "own": timed(lambda: statements.count_own(now), 3), "sums": timed(added_up, 5),
        "reported": timed(lambda: statements.add_up_reported(today), 3),
        "recount": timed(lambda: totals.recount_totals(now=now), 3),
    }  # fmt: skip
    with transaction.atomic():
        BodyTotals.objects.update(members=0)
        found["sums_mending"] = timed(lambda: statements.add_up(now), 1)
    bodies = UnionBody.objects.filter(level=6).order_by("id").values_list("pk", "tenant")[::97][:1000]
    TotalsDelta.objects.bulk_create(
        TotalsDelta(tenant=tenant, body_id=pk, at=now, members=sign)
        for pk, tenant in bodies
        for sign in (1, -1)
    )
    TotalsDelta.objects.filter(pk__in=TotalsDelta.objects.order_by("-pk")[1000:]).delete()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE membership_bodytotals")
    return found | {
        "fold": timed(lambda: totals.fold_totals(now=now), 1),
    }


def _changing() -> dict[str, Any]:
    from zhijia.core import clock
    from zhijia.core.actors import SYSTEM
    from zhijia.membership.models import BodyTotals
    from zhijia.unions.models import UnionBody
    from zhijia.unions.services import move_body

    now = clock.now()
    one, other = UnionBody.objects.filter(level=1).order_by("id")[:2]
    city = UnionBody.objects.filter(level=2, path__under=one.path).order_by("id")[0]
    size = UnionBody.objects.filter(path__under=city.path).count()
    homes = [other, one] * 5
    before = BodyTotals.objects.get(pk=one.pk).members
    taken = timed(lambda: move_body(body_id=city.pk, parent=homes.pop(0), by=SYSTEM, now=now), 10)
    if BodyTotals.objects.get(pk=one.pk).members != before:
        raise SystemExit("a city that came back did not bring its members")
    return {"city": size, "move": taken}


def _rolls() -> dict[str, Any]:
    from zhijia.accounts.models import User
    from zhijia.core import clock
    from zhijia.core.paging import paginate
    from zhijia.membership.models import Worker
    from zhijia.membership.selectors import roll_lines, roll_rows
    from zhijia.unions.models import UnionBody

    today = clock.local_date(clock.now())
    user = User.objects.get_by_phone(PHONE)
    province = UnionBody.objects.filter(level=1).order_by("id")[0]
    city = UnionBody.objects.filter(level=2, path__under=province.path).order_by("id")[0]

    def page() -> list[Any]:
        rows = roll_rows(_fresh(user), today, body=city)
        return roll_lines(paginate(rows, None, 40, ["body", "id"]))

    for line in page():
        worker: Worker = line.row.worker
        worker.seal_details({"name": "王小明", "phone": "+8613800000000", "id_number": "130582199005230017"})
        worker.save(update_fields=["person"])
    return {"roll": timed(page, 30)}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.config.settings")
    run(int(sys.argv[1]), int(sys.argv[2]))
