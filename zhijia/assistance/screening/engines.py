"""The engines that run a rule over a whole population. They are optional: the ``analytics`` group.

Each takes the good rows from DuckDB and leaves a table ``result`` there, with the same columns.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from zhijia.assistance.rules.evaluating import Evaluator, Outcome
from zhijia.assistance.rules.model import Input
from zhijia.assistance.rules.plan import Plan
from zhijia.assistance.screening.columns import quoted, text_literal

ENGINES = ("duckdb", "postgres", "spark", "plain")
BATCH = 20_000
HOW_TO_INSTALL = (
    "the packages for screening are not installed. In a checkout: make develop. On a server, into the "
    "platform's environment: pip install 'ibis-framework[duckdb]>=12,<13' 'sqlglot<30'"
)
HOW_TO_INSTALL_SPARK = (
    "Spark is not installed. It lives in an environment of its own and needs Java 17: run make test-spark "
    "once, then .venv-spark/bin/zhijia screen … --engine spark"
)


class NoEngine(Exception):
    """An engine cannot be used; the text says what to do."""


@dataclass(frozen=True)
class Job:
    """What is to be run."""

    con: Any
    """The DuckDB connection with ``households``, ``persons`` and ``places``."""
    plan: Plan
    show: Sequence[str]
    folder: Path
    """A folder of our own for what passes between engines."""
    postgres: str = ""
    progress: Callable[[int], None] = lambda _done: None


def require(engine: str) -> None:
    """Raise ``NoEngine`` when the packages of an engine are missing."""
    if find_spec("ibis") is None or find_spec("duckdb") is None:
        raise NoEngine(HOW_TO_INSTALL)
    if engine == "spark" and find_spec("pyspark") is None:
        raise NoEngine(HOW_TO_INSTALL_SPARK)
    if engine == "postgres" and find_spec("psycopg") is None:
        raise NoEngine("the driver of PostgreSQL is not installed: pip install 'psycopg[binary]'")


def run(engine: str, job: Job) -> None:
    """Run the rule; leave ``result`` in DuckDB."""
    {"duckdb": _on_duckdb, "postgres": _on_postgres, "spark": _on_spark, "plain": _one_by_one}[engine](job)


def statement(plan: Plan, show: Sequence[str], dialect: str) -> str:
    """Return the whole rule as one query of a dialect, over ``households``, ``persons`` and ``places``."""
    import ibis

    from zhijia.assistance.rules.tables import screen

    def table(name: str, inputs: Sequence[Input], **more: str) -> Any:
        kinds = {item.name: "boolean" if item.kind == "yesno" else "int64" for item in inputs}
        return ibis.table({"household_id": "string", **more, **kinds}, name=name)

    values = {item.name: "int64" for item in plan.parameters}
    places = ibis.table({"place": "string", **values}, name="places")
    expression = screen(
        plan, table("households", plan.household_inputs, place="string"),
        table("persons", plan.person_inputs), places, show=show,
    )  # fmt: skip
    return str(ibis.to_sql(expression, dialect=dialect))


def _on_duckdb(job: Job) -> None:
    job.con.execute(f"create table result as {statement(job.plan, job.show, 'duckdb')}")


def _on_postgres(job: Job) -> None:
    import psycopg

    try:
        with psycopg.connect(job.postgres) as connection, connection.cursor() as cursor:
            for name in ("households", "persons", "places"):
                _copy_in(job, cursor, name)
            cursor.execute("analyze households, persons, places")  # type: ignore[arg-type]
            # Compiling one long expression takes seconds, far longer than it then saves.
            cursor.execute("set local jit = off")
            query = statement(job.plan, job.show, "postgres")
            cursor.execute(f"create temp table result as {query}")  # type: ignore[arg-type]
            path = job.folder / "result.csv"
            with path.open("wb") as file, cursor.copy("copy result to stdout (format csv, header)") as copy:
                for part in copy:
                    file.write(part)
            connection.rollback()  # the temporary tables go with it
    except psycopg.OperationalError as error:
        raise NoEngine(f"PostgreSQL does not answer: {str(error).splitlines()[0]}") from None
    kinds = ", ".join(f"{text_literal(name)}: '{kind}'" for name, kind in _result_columns(job).items())
    source = f"read_csv({text_literal(str(path))}, header = true, columns = {{{kinds}}})"
    job.con.execute(f"create table result as select * from {source}")


def _result_columns(job: Job) -> dict[str, str]:
    """Return the columns of a result with their types, as DuckDB names them."""
    numbers = ["class", *(step.amount.name for step in job.plan.amounts), "reasons", "missing"]
    truths = {name for name in job.show if job.plan.shown[name].kind == "yesno"}
    return {
        "household_id": "VARCHAR", **dict.fromkeys(numbers, "BIGINT"),
        **{f"value__{name}": "BOOLEAN" if name in truths else "BIGINT" for name in job.show},
    }  # fmt: skip


def _copy_in(job: Job, cursor: Any, name: str) -> None:
    """Carry one table over as CSV, which both sides read and write fast."""
    from psycopg import sql

    kinds = {"BOOLEAN": "boolean", "BIGINT": "bigint"}
    columns = job.con.execute(f"select column_name, column_type from (describe {name})").fetchall()
    parts = [
        sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL(kinds.get(kind, "text"))) for c, kind in columns
    ]
    table = sql.Identifier(name)
    cursor.execute(sql.SQL("create temp table {} ({})").format(table, sql.SQL(", ").join(parts)))
    path = job.folder / f"{name}.csv"
    job.con.execute(f"copy {name} to {text_literal(str(path))} (format csv, header false)")
    with (
        path.open("rb") as file,
        cursor.copy(sql.SQL("copy {} from stdin (format csv)").format(table)) as copy,
    ):
        while part := file.read(1 << 20):
            copy.write(part)
    path.unlink()


def _on_spark(job: Job) -> None:
    session = spark_session(job.folder)
    try:
        for name in ("households", "persons", "places"):
            path = job.folder / f"{name}.parquet"
            job.con.execute(f"copy {name} to {text_literal(str(path))} (format parquet)")
            session.read.parquet(str(path)).createOrReplaceTempView(name)
        path = job.folder / "result"
        session.sql(statement(job.plan, job.show, "pyspark")).write.parquet(str(path))
    finally:
        session.stop()
    written = text_literal(str(path / "*.parquet"))
    job.con.execute(f"create table result as select * from read_parquet({written})")


def spark_session(folder: Path) -> Any:
    """Return a local Spark that keeps its files in ``folder`` and asks nothing of the network."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("zhijia")
    options = {
        "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1", "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"), "spark.sql.shuffle.partitions": "4",
        "spark.sql.ansi.enabled": "true", "spark.sql.session.timeZone": "UTC",
    }  # fmt: skip
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _one_by_one(job: Job) -> None:
    """Decide each household by the evaluator of single cases: slow, and the measure of the others."""
    import pyarrow as pa

    evaluator = Evaluator(job.plan)
    values = {row.pop("place"): row for row in _rows(job.con.cursor(), "select * from places")}
    nothing: dict[str, Any] = {item.name: None for item in job.plan.parameters}
    persons = groupby(_rows(job.con.cursor(), _sorted(job, "persons")), key=itemgetter("household_id"))
    batch: list[dict[str, Any]] = []
    job.con.execute(_empty_result(job))
    for household in _rows(job.con.cursor(), _sorted(job, "households")):
        _key, people = next(persons)
        outcome = evaluator.decide(household, list(people), values.get(household["place"], nothing))
        batch.append(_told(job, household["household_id"], outcome))
        if len(batch) == BATCH:
            _insert(job, pa.Table.from_pylist(batch))
            batch = []
    if batch:
        _insert(job, pa.Table.from_pylist(batch))


def _insert(job: Job, found: Any) -> None:
    job.con.register("batch", found)
    job.con.execute("insert into result by name select * from batch")
    job.con.unregister("batch")
    job.progress(found.num_rows)


def _sorted(job: Job, table: str) -> str:
    """Select a table by household, with codes as their words."""
    inputs = job.plan.household_inputs if table == "households" else job.plan.person_inputs
    columns = ["household_id", *(["place"] if table == "households" else [])]
    for item in inputs:
        name = quoted(item.name)
        words = " ".join(f"when {n} then {text_literal(code)}" for code, n in item.code_numbers.items())
        columns.append(f"case {name} {words} end as {name}" if item.codes else name)
    return f"select {', '.join(columns)} from {table} order by household_id"


def _rows(cursor: Any, query: str) -> Iterator[dict[str, Any]]:
    cursor.execute(query)
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(BATCH):
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _told(job: Job, household: str, outcome: Outcome) -> dict[str, Any]:
    shown = {f"value__{name}": outcome.values[name] for name in job.show}
    return {
        "household_id": household, "class": outcome.code, **outcome.amounts, "reasons": outcome.reasons,
        "missing": outcome.missing, **shown,
    }  # fmt: skip


def _empty_result(job: Job) -> str:
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in _result_columns(job).items())
    return f"create table result ({columns})"
