"""Reading a population of households and persons, and checking every row before anything is decided.

A folder holds ``households.parquet`` or ``.csv`` and ``persons.parquet`` or ``.csv``. A column that is
missing or of another type stops the run. A row that makes no sense is refused with its reason, and with it
its whole household: a sum over the persons who are left would be wrong. The rest goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhijia.assistance.rules.model import Input
from zhijia.assistance.rules.plan import SIZE, Plan
from zhijia.assistance.screening.columns import Column, quoted, text_literal

TABLES = ("households", "persons")
KEYS = {"households": ("household_id", "place"), "persons": ("household_id", "person_id")}
ABOUT_HOUSEHOLD, ABOUT_PERSON = TABLES
Inputs = dict[str, Sequence[Input]]


class BadPopulation(Exception):
    """The files cannot be read as a population; nothing was done."""


@dataclass(frozen=True)
class Checked:
    """What the check left behind in the database: good rows, and how many."""

    households: int
    persons: int
    refused_households: int
    refused_rows: int


def read_and_check(con: Any, folder: Path, plan: Plan) -> Checked:
    """Fill ``households``, ``persons`` and ``refusals`` of the DuckDB connection; raise ``BadPopulation``."""
    inputs: Inputs = {ABOUT_HOUSEHOLD: plan.household_inputs, ABOUT_PERSON: plan.person_inputs}
    for table in TABLES:
        _read(con, folder, table, inputs[table])
    con.execute(
        'create table refusals ("table" varchar, "row" bigint, household_id varchar, person_id varchar, '
        '"column" varchar, reason varchar, found varchar)'
    )
    for table in TABLES:
        for select in _cell_problems(table, inputs[table]):
            con.execute(f"insert into refusals {select}")
    for select in _row_problems():
        con.execute(f"insert into refusals {select}")
    return _keep_the_good(con, inputs)


def _read(con: Any, folder: Path, table: str, inputs: Sequence[Input]) -> None:
    import duckdb

    path = _file(folder, table)
    raw = f"raw_{table}"
    try:
        con.execute(f"create table {raw} as select *, row_number() over () as row__ from {_source(path)}")
        found = dict(con.execute(f"select column_name, column_type from (describe {raw})").fetchall())
    except duckdb.Error as error:
        raise BadPopulation(f"{path.name}: cannot be read: {str(error).splitlines()[0]}") from None
    columns = [Column.key(name) for name in KEYS[table]] + [Column.of(item) for item in inputs]
    problems = [problem for column in columns if (problem := column.problem(found))]
    if problems:
        raise BadPopulation("\n".join(f"{path.name}: {problem}" for problem in problems))
    typed = ", ".join(f"{column.typed(found)} as {quoted(column.name)}" for column in columns)
    texts = ", ".join(f"{quoted(c.name)}::varchar as {quoted('text__' + c.name)}" for c in columns)
    bad = " or ".join(f"({column.is_bad})" for column in columns)
    con.execute(f"create table read_{table} as select row__, {typed} from {raw}")
    con.execute(f"create view typed_{table} as select *, ({bad}) as is_bad__ from read_{table}")
    rows = f"select row__ from typed_{table} where is_bad__"
    con.execute(f"create table bad_{table} as select row__, {texts} from {raw} where row__ in ({rows})")
    con.execute(f"drop table {raw}")


def _file(folder: Path, table: str) -> Path:
    found = [path for end in ("parquet", "csv") if (path := folder / f"{table}.{end}").is_file()]
    if not found:
        raise BadPopulation(f"{folder}: there is no {table}.parquet and no {table}.csv")
    if len(found) > 1:
        raise BadPopulation(f"{folder}: there are both {found[0].name} and {found[1].name}; leave one")
    return found[0]


def _source(path: Path) -> str:
    if path.suffix == ".parquet":
        return f"read_parquet({text_literal(str(path))})"
    return (
        f"read_csv({text_literal(str(path))}, header = true, all_varchar = true, delim = ',', quote = '\"', "
        "escape = '\"', strict_mode = true)"
    )


def _cell_problems(table: str, inputs: Sequence[Input]) -> Iterator[str]:
    person = "t.person_id" if table == ABOUT_PERSON else "null"
    columns = [Column.key(name) for name in KEYS[table]] + [Column.of(item) for item in inputs]
    for column in columns:
        given = quoted(f"text__{column.name}")
        reason = column.reason("t", f"b.{given}")
        yield (
            f"select '{table}', t.row__, t.household_id, {person}, {text_literal(column.name)}, {reason}, "
            f"b.{given} from typed_{table} t join bad_{table} b using (row__) where {column.bad_of('t')}"
        )


def _row_problems() -> Iterator[str]:
    """Yield what only more than one row can show."""
    h, p = "typed_households", "typed_persons"
    person = "select 'persons', row__, household_id, person_id"
    yield (
        "select 'households', row__, household_id, null, 'household_id', 'household_twice', household_id "
        f"from {h} where household_id in (select household_id from {h} group by 1 having count(*) > 1)"
    )
    yield (
        f"{person}, 'household_id', 'no_such_household', household_id from {p} "
        f"where household_id is not null and not exists (from {h} h where h.household_id = {p}.household_id)"
    )
    twice = (
        f"select person_id, count(distinct household_id) as homes__ from {p} where person_id is not null "
        "group by 1 having count(*) > 1"
    )
    reason = "case when homes__ > 1 then 'person_in_two_households' else 'person_twice' end"
    yield f"{person}, 'person_id', {reason}, person_id from {p} join ({twice}) t using (person_id)"
    members = f"select household_id, count(*) as members__ from {p} group by 1"
    reason = "case when members__ is null then 'no_persons' else 'size_mismatch' end"
    yield (
        f"select 'households', row__, household_id, null, '{SIZE}', {reason}, "
        f"coalesce(members__, 0)::varchar from {h} left join ({members}) m using (household_id) "
        f"where household_id is not null and {SIZE} is not null and {SIZE} is distinct from members__"
    )


def _keep_the_good(con: Any, inputs: Inputs) -> Checked:
    con.execute(
        "create table refused_households as "
        "select distinct household_id from refusals where household_id is not null"
    )
    refused = con.execute(
        "select count(distinct household_id) from typed_households "
        "where household_id in (from refused_households)"
    ).fetchone()[0]
    counts = {}
    for table in TABLES:
        keys = ", ".join(KEYS[table])
        names = "".join(f", {quoted(item.name)}" for item in inputs[table])
        con.execute(
            f"create table {table} as select {keys}{names} from typed_{table} where household_id is not null "
            "and household_id not in (select household_id from refused_households) and not is_bad__"
        )
        con.execute(f"drop view typed_{table}")
        con.execute(f"drop table read_{table}")
        counts[table] = con.execute(f"select count(*) from {table}").fetchone()[0]
    rows = con.execute('select count(distinct ("table", "row")) from refusals').fetchone()[0]
    return Checked(counts["households"], counts["persons"], refused, rows)
