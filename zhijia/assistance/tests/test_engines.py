"""One rule, several engines: on random populations all agree to the fen."""

import random

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.assistance.rules.library import load_rule_set
from zhijia.assistance.tests import samples

ibis = pytest.importorskip("ibis")
import pyarrow as pa  # noqa: E402

from zhijia.assistance.rules import tables  # noqa: E402

LIBRARY = samples.shipped()
RULES = {reference: LIBRARY.get(reference) for reference in LIBRARY.found}
RULES["everything@1"] = load_rule_set(samples.EVERYTHING)
HOUSEHOLDS = 60
SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
FEW = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Population:
    """Random households with what the evaluator says of each, and the same as tables."""

    def __init__(self, rules, seed, households=HOUSEHOLDS):
        draw = random.Random(seed)
        self.rules, plan = rules, rules.plan
        places = {
            code: samples.random_values(rules, draw, unknown=u)
            for code, u in (("a", 0), ("b", 0.3), ("c", 0))
        }
        self.expected, rows, people = {}, [], []
        for number in range(households):
            household, persons = samples.random_household(rules, draw)
            place = draw.choice("abc")
            if draw.random() < 0.5:
                samples.meet_the_line(rules, household, persons, places[place], draw)
            self.expected[number] = self.told(rules.evaluator.decide(household, persons, places[place]))
            rows.append({"household_id": number, "place": place, **_coded(plan.household_inputs, household)})
            people += [{"household_id": number, **_coded(plan.person_inputs, one)} for one in persons]
        self.households = pa.Table.from_pylist(rows, _schema(plan.household_inputs, place=pa.string()))
        self.persons = pa.Table.from_pylist(people, _schema(plan.person_inputs))
        columns = {
            item.name: pa.array([v[item.name] for v in places.values()], pa.int64())
            for item in plan.parameters
        }
        self.places = pa.table({"place": pa.array(list(places)), **columns})

    @property
    def show(self):
        return sorted(self.rules.plan.shown)

    def told(self, outcome):
        shown = [outcome.values[name] for name in self.show]
        return (outcome.code, outcome.reasons, outcome.missing, *outcome.amounts.values(), *shown)

    def on(self, backend):
        """Return what an engine says of each household, in the same form."""
        made = [
            backend.create_table(f"assist_{name}", table, temp=True, overwrite=True)
            for name, table in (("h", self.households), ("p", self.persons), ("q", self.places))
        ]
        expression = tables.screen(self.rules.plan, *made, show=self.show)
        return self.read(backend.to_pyarrow(expression).to_pylist())

    def read(self, rows):
        amounts = [step.amount.name for step in self.rules.plan.amounts]
        names = [tables.CLASS, tables.REASONS, tables.MISSING, *amounts, *(f"value__{n}" for n in self.show)]
        return {row["household_id"]: tuple(row[name] for name in names) for row in rows}


def _coded(inputs, row):
    return {i.name: i.code_numbers.get(row[i.name]) if i.kind == "code" else row[i.name] for i in inputs}


def _schema(inputs, **more):
    kinds = {i.name: pa.bool_() if i.kind == "yesno" else pa.int64() for i in inputs}
    return pa.schema({"household_id": pa.int64(), **more, **kinds})


@pytest.fixture(scope="module")
def duckdb():
    backend = ibis.duckdb.connect()
    yield backend
    backend.disconnect()


@pytest.fixture
def postgres(db):
    told = connection.get_connection_params()
    backend = ibis.postgres.connect(
        host=told.get("host"), port=told.get("port") or 5432, user=told.get("user"),
        password=told.get("password"), database=told["dbname"],
    )  # fmt: skip
    backend.raw_sql("set jit = off").close()  # compiling the long expression would take most of the time
    yield backend
    backend.disconnect()


@pytest.mark.parametrize("reference", RULES)
@FEW
@given(seed=SEEDS)
def test_duckdb_agrees_with_the_evaluator(duckdb, reference, seed):
    population = Population(RULES[reference], seed)
    assert population.on(duckdb) == population.expected


def test_columns_of_32_bits_do_not_overflow(duckdb):
    rules, high = RULES["national@2021"], 2_000_000_000
    home, one = samples.facts(rules), samples.person(rules, wages=high, other_income=high)
    rows = {"household_id": 1, "place": "a"} | _coded(rules.plan.household_inputs, home)
    people = {"household_id": 1} | _coded(rules.plan.person_inputs, one)
    kinds = {name: pa.bool_() if value is False else pa.int32() for name, value in people.items()}
    values = {item.name: item.least for item in rules.plan.parameters}
    made = [
        duckdb.create_table("narrow_h", pa.Table.from_pylist([rows]), overwrite=True),
        duckdb.create_table("narrow_p", pa.Table.from_pylist([people], pa.schema(kinds)), overwrite=True),
        duckdb.create_table("narrow_q", pa.Table.from_pylist([{"place": "a"} | values]), overwrite=True),
    ]
    (row,) = duckdb.to_pyarrow(tables.screen(rules.plan, *made, show=["income"])).to_pylist()
    assert row["value__income"] == 2 * high


@pytest.mark.postgres_only
@pytest.mark.parametrize("reference", RULES)
@FEW
@given(seed=SEEDS)
def test_postgresql_agrees_with_the_evaluator(postgres, reference, seed):
    population = Population(RULES[reference], seed)
    assert population.on(postgres) == population.expected


@pytest.mark.spark
def test_spark_agrees_with_the_evaluator(spark):
    session, backend = spark
    for seed, (reference, rules) in enumerate(RULES.items()):
        population = Population(rules, seed, 400)
        for name in ("households", "persons", "places"):
            session.createDataFrame(getattr(population, name)).createOrReplaceTempView(name)
        made = [backend.table(name) for name in ("households", "persons", "places")]
        expression = tables.screen(rules.plan, *made, show=population.show)
        rows = session.sql(str(ibis.to_sql(expression, dialect="pyspark"))).toArrow().to_pylist()
        assert population.read(rows) == population.expected, reference


def test_the_populations_hold_what_matters():
    """Every result, exact lines, and unknown standards: else agreement would say little."""
    names = set()
    for seed in range(12):
        for rules in RULES.values():
            names |= {told[0] for told in Population(rules, seed).expected.values()}
    assert names == {-1, 0, 1, 2, 3}
    on_the_line = 0
    for seed in range(12):
        population = Population(RULES["xingtai@2021"], seed)
        at = [3 + 1 + population.show.index(name) for name in ("per_month", "dibao")]
        on_the_line += sum(told[at[0]] == told[at[1]] for told in population.expected.values())
    assert on_the_line > 10
