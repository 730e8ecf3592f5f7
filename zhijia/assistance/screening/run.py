"""A whole screening: read, check, look up the standards, decide; only then write."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhijia.assistance import rule_books
from zhijia.assistance.rules.library import Loaded
from zhijia.assistance.rules.model import CLASSES, UNDETERMINED
from zhijia.assistance.rules.plan import Plan
from zhijia.assistance.screening import engines
from zhijia.assistance.screening.columns import quoted, text_literal
from zhijia.assistance.screening.population import BadPopulation, read_and_check

FORMATS = {".parquet": "format parquet", ".csv": "format csv, header"}
PRIVATE = 0o600
REASON_WORDS = {
    "missing": "the value is missing",
    "wrong_type": "cannot be read as what the column holds",
    "too_small": "is negative or below what is possible",
    "too_great": "is absurdly great",
    "unknown_code": "is no code of this column",
    "household_twice": "the household stands twice",
    "no_such_household": "there is no such household",
    "person_in_two_households": "the person stands in two households",
    "person_twice": "the person stands twice in the household",
    "no_persons": "the household has no persons",
    "size_mismatch": "the household has another number of persons",
    "undetermined": "cannot be determined: a standard or a fact is missing",
}


@dataclass(frozen=True)
class Order:
    """What is to be screened."""

    loaded: Loaded
    on: dt.date
    folder: Path
    out: Path
    refusals: Path
    engine: str
    postgres: str = ""
    dry_run: bool = False
    stage: Callable[[str], None] = lambda _name: None
    progress: Callable[[int], None] = lambda _done: None


@dataclass(frozen=True)
class Summary:
    """What came out."""

    classes: Counter[str]
    amounts: dict[str, int]
    refused_rows: int
    refused_households: int
    reasons: Counter[str]
    first: list[tuple[Any, ...]]
    """Some refused rows: table, row, column, reason."""
    examples: tuple[str, ...]
    """Standards that are examples, to be confirmed."""
    missing: Counter[str] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        """Return how many households got a class."""
        return sum(count for name, count in self.classes.items() if name != "undetermined")

    @property
    def status(self) -> int:
        """Return the exit status: 0 all, 1 some refused or left open, 2 nothing."""
        if self.decided == 0:
            return 2
        return 1 if self.refused_rows or self.classes["undetermined"] else 0


def screen(order: Order) -> Summary:
    """Screen a population; raise ``BadPopulation``, ``NoEngine`` or ``BadValue`` when nothing can be done."""
    engines.require(order.engine)
    _check_paths(order)
    with tempfile.TemporaryDirectory(prefix="zhijia-screen-") as name:
        con = _connection(Path(name))
        try:
            return _screened(order, con, Path(name))
        finally:
            con.close()


def _connection(folder: Path) -> Any:
    import duckdb

    return duckdb.connect(config={
        "temp_directory": str(folder / "spill"), "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    })  # fmt: skip


def _check_paths(order: Order) -> None:
    if not order.folder.is_dir():
        raise BadPopulation(f"{order.folder}: there is no such folder")
    for path, ends in ((order.out, tuple(FORMATS)), (order.refusals, (".csv",))):
        if path.suffix not in ends:
            raise BadPopulation(f"{path}: the name must end with {' or '.join(ends)}")
        if not path.parent.is_dir():
            raise BadPopulation(f"{path.parent}: there is no such folder")
    inputs = {order.folder / f"{table}{end}" for table in ("households", "persons") for end in FORMATS}
    if {order.out, order.refusals} & inputs or order.out == order.refusals:
        raise BadPopulation("the output must not overwrite the population or the refusals")


def _screened(order: Order, con: Any, folder: Path) -> Summary:
    plan = order.loaded.plan
    order.stage("read and check")
    checked = read_and_check(con, order.folder, plan)
    order.stage("look up the standards")
    examples = _fill_places(con, plan, order.on)
    order.stage("decide")
    show = tuple(name for name, shown in plan.shown.items() if shown.exact)
    engines.run(order.engine, engines.Job(con, plan, show, folder, order.postgres, order.progress))
    _add_undetermined(con, plan)
    summary = _summary(con, plan, checked.refused_rows, checked.refused_households, examples)
    if not order.dry_run:
        order.stage("write")
        _write(con, order, show)
    return summary


def _fill_places(con: Any, plan: Plan, on: dt.date) -> tuple[str, ...]:
    """Look the standards of each place up once; return which of them are examples."""
    names = [item.name for item in plan.parameters]
    con.execute(f"create table places (place varchar{''.join(f', {quoted(name)} bigint' for name in names)})")
    con.execute("create table unknown_places (place varchar)")
    rows, examples = [], set()
    for (code,) in con.execute("select distinct place from households where place is not null").fetchall():
        place = rule_books.known_place(code)
        if place is None:
            con.execute("insert into unknown_places values (?)", [code])
        values = rule_books.values_for(plan, place, on)
        plain = rule_books.plain(values)
        rows.append([code, *(plain[name] for name in names)])
        examples |= {name for name, value in values.items() if value and value.certainty == "house"}
    if rows:
        con.executemany(f"insert into places values ({', '.join('?' * (len(names) + 1))})", rows)
    titles = plan.rule_set.titles()
    return tuple(titles[name].en for name in names if name in examples)


def _add_undetermined(con: Any, plan: Plan) -> None:
    """Name each household that was left open, with what is missing."""
    amounts = "".join(f" or {quoted(step.amount.name)} is null" for step in plan.amounts)
    names = _missing_names(plan)
    con.execute(
        f"insert into refusals select 'households', null, household_id, null, {names}, 'undetermined', null "
        f"from result join households using (household_id) where class = {UNDETERMINED}{amounts}"
    )


def _missing_names(plan: Plan) -> str:
    """Return the SQL that lists what was missing; without a known place nothing could be looked up."""
    names = [f"case when missing & {1 << found.bit} <> 0 then '{found.name}' end" for found in plan.missing]
    place = "case when place is null or place in (select place from unknown_places) then 'place' end"
    return f"concat_ws(' ', {', '.join([place, *names])})"


def _summary(con: Any, plan: Plan, rows: int, households: int, examples: tuple[str, ...]) -> Summary:
    words = {UNDETERMINED: "undetermined"} | dict(enumerate(CLASSES))
    found = con.execute("select class, count(*) from result group by 1").fetchall()
    names = [step.amount.name for step in plan.amounts]
    sums = ", ".join(f"coalesce(sum({quoted(name)}), 0)::bigint" for name in names) or "1"
    amounts = dict(zip(names, con.execute(f"select {sums} from result").fetchone(), strict=False))
    missing: Counter[str] = Counter()
    for names, count in con.execute(
        "select \"column\", count(*) from refusals where reason = 'undetermined' group by 1"
    ).fetchall():
        for name in names.split():
            missing[name] += count
    reasons = con.execute("select reason, count(*) from refusals group by 1").fetchall()
    first = con.execute(
        'select "table", "row", "column", reason from refusals where reason <> \'undetermined\' '
        'order by "table", "row", "column" limit 20'
    ).fetchall()
    return Summary(
        Counter({words[code]: count for code, count in found}), amounts, rows, households,
        Counter(dict(reasons)), first, examples, missing,
    )  # fmt: skip


def _write(con: Any, order: Order, show: tuple[str, ...]) -> None:
    plan = order.loaded.plan
    classes = " ".join(f"when {code} then '{name}'" for code, name in enumerate(CLASSES))
    reasons = ", ".join(
        f"case when reasons & {1 << bit} <> 0 then '{name}' end"
        for bit, name in sorted(plan.reason_names.items())
    )
    columns = ", ".join([
        "household_id", "place", f"case class {classes} else 'undetermined' end as class",
        *(f"{quoted(step.amount.name)} as {quoted(step.amount.name + '_fen')}" for step in plan.amounts),
        *(f"{quoted('value__' + name)} as {quoted(name)}" for name in show),
        f"concat_ws(' ', {reasons}) as reasons", "reasons as reason_bits",
        f"{_missing_names(plan)} as missing",
        f"'{order.loaded.rules.reference}' as rule_set", f"date '{order.on}' as decided_for",
    ])  # fmt: skip
    query = f"select {columns} from result join households using (household_id) order by household_id"
    _write_file(con, query, order.out)
    texts = " ".join(f"when '{reason}' then {text_literal(text)}" for reason, text in REASON_WORDS.items())
    explained = f"select *, case reason {texts} end as explanation from refusals"
    _write_file(con, f'{explained} order by "table", "row", "column"', order.refusals)


def _write_file(con: Any, query: str, path: Path) -> None:
    """Write beside and rename: an interrupted run leaves no half file. Only the owner may read it."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.touch(PRIVATE)
        con.execute(f"copy ({query}) to {text_literal(str(beside))} ({FORMATS[path.suffix]})")
        beside.chmod(PRIVATE)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
