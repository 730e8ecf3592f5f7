# ruff: noqa: E501
"""``zhijia screen``: a population in, results and refused rows out."""

import csv
import random
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from zhijia.assistance.screening import engines
from zhijia.assistance.tests import samples

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

RULES = samples.shipped().get("xingtai@2021")
DAY = "2026-03-02"
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def household(number, **given):
    return {"household_id": f"h{number}", "place": "130502"} | samples.facts(RULES, **given)


def member(number, person, **given):
    return {"household_id": f"h{number}", "person_id": person} | samples.person(RULES, **given)


def write_csv(folder, name, rows):
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def write(folder, households, persons):
    write_csv(folder, "households", households)
    write_csv(folder, "persons", persons)


def write_parquet(folder, name, rows, **types):
    table = pa.Table.from_pylist(rows)
    for column, kind in types.items():
        table = table.set_column(table.column_names.index(column), column, table[column].cast(kind))
    pq.write_table(table, folder / f"{name}.parquet")


def run(folder, *more, rules="xingtai", on=DAY):
    """Run the command; return its exit status."""
    out = folder.parent / "out.csv"
    try:
        call_command("screen", "--rules", rules, "--on", on, "--in", str(folder), "--out", str(out), *more)
    except SystemExit as end:
        return end.code
    return 0


def read(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def results(folder):
    return {row["household_id"]: row for row in read(folder.parent / "out.csv")}


def refusals(folder):
    rows = read(folder.parent / "out.refused.csv")
    return {(row["table"], row["row"], row["column"], row["reason"], row["found"]) for row in rows}


def test_a_sound_population_is_decided_with_reasons(folder, capsys):
    write(
        folder,
        [household(1, household_size=2), household(2, motor_vehicle=True), household(3)],
        [member(1, "a", wages=2_000_000), member(1, "b", work_status="child"), member(2, "c"),
         member(3, "d", wages=1_000_000)],
    )  # fmt: skip
    assert run(folder) == 0
    assert results(folder)["h1"] == {
        "household_id": "h1", "place": "130502", "class": "relative", "living_aid_fen": "100000",
        "per_month": "83333", "relative_limit": "140000", "reasons": "relative_income", "reason_bits": "2",
        "missing": "", "rule_set": "xingtai@2021", "decided_for": "2026-03-02",
    }  # fmt: skip
    assert [row["class"] for row in results(folder).values()] == ["relative", "none", "relative"]
    assert results(folder)["h2"]["reasons"] == "deep_income relative_income motor_vehicle"
    told = capsys.readouterr()
    assert "3 households: 1 none, 2 relative; living_aid ¥1,500.00" in told.out
    assert "EXAMPLES, to be confirmed" in told.err
    assert (folder.parent / "out.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("households", "persons", "refused"),
    [
        ([household(1, housing_cost="")], [member(1, "a")], {("households", "1", "housing_cost", "missing", "")}),
        ([household(1, housing_cost=-5)], [member(1, "a")], {("households", "1", "housing_cost", "too_small", "-5")}),
        ([household(1, housing_cost=10**30)], [member(1, "a")],
         {("households", "1", "housing_cost", "too_great", str(10**30))}),
        ([household(1, housing_cost=1.5)], [member(1, "a")], {("households", "1", "housing_cost", "wrong_type", "1.5")}),
        ([household(1, motor_vehicle="maybe")], [member(1, "a")],
         {("households", "1", "motor_vehicle", "wrong_type", "maybe")}),
        ([household(1)], [member(1, "a", wages=10_000_000_001)], {("persons", "1", "wages", "too_great", "10000000001")}),
        ([household(1)], [member(1, "a", work_status="idle")], {("persons", "1", "work_status", "unknown_code", "idle")}),
        ([household(1)], [member(1, "a", work_status="")], {("persons", "1", "work_status", "missing", "")}),
        ([household(1)], [member(1, "")], {("persons", "1", "person_id", "missing", "")}),
        ([household(1, household_size=3)], [member(1, "a")], {("households", "1", "household_size", "size_mismatch", "1")}),
        ([household(1, household_size=0)], [member(1, "a")],
         {("households", "1", "household_size", "too_small", "0"), ("households", "1", "household_size", "size_mismatch", "1")}),
        ([household(1), household(1)], [member(1, "a")],
         {("households", "1", "household_id", "household_twice", "h1"), ("households", "2", "household_id", "household_twice", "h1")}),
        ([household(1, household_size=2)], [member(1, "a"), member(1, "a")],
         {("persons", "1", "person_id", "person_twice", "a"), ("persons", "2", "person_id", "person_twice", "a")}),
    ],
)  # fmt: skip
def test_each_bad_row_is_named_and_the_rest_goes_on(folder, households, persons, refused):
    write(folder, [*households, household(9)], [*persons, member(9, "z")])
    assert run(folder) == 1
    assert list(results(folder)) == ["h9"]
    assert refusals(folder) == refused


def test_a_person_in_two_households_and_a_household_of_none(folder):
    write(
        folder,
        [household(n) for n in (1, 2, 3, 9)],
        [member(1, "a"), member(2, "a"), member(9, "z"), member(8, "y")],
    )
    assert run(folder) == 1
    assert list(results(folder)) == ["h9"]
    assert refusals(folder) == {
        ("persons", "1", "person_id", "person_in_two_households", "a"),
        ("persons", "2", "person_id", "person_in_two_households", "a"),
        ("households", "3", "household_size", "no_persons", "0"),
        ("persons", "4", "household_id", "no_such_household", "h8"),
    }


def test_where_a_place_or_a_standard_is_missing_nothing_is_guessed(folder, capsys):
    places = {1: "", 2: "999999", 3: "110101", 4: "130502"}
    write(
        folder, [household(n) | {"place": p} for n, p in places.items()], [member(n, f"p{n}") for n in places]
    )
    assert run(folder) == 1
    found = results(folder)
    assert {key: (row["class"], row["living_aid_fen"]) for key, row in found.items()} == {
        "h1": ("undetermined", ""), "h2": ("undetermined", ""), "h3": ("undetermined", ""),
        "h4": ("deep", "100000"),
    }  # fmt: skip
    assert found["h1"]["missing"].startswith("place dibao ")
    assert found["h2"]["missing"].startswith("place dibao ")
    assert found["h3"]["missing"] == "dibao minimum_wage"
    assert {reason for _t, _r, _c, reason, _f in refusals(folder)} == {"undetermined"}
    assert "missing dibao: 3 households" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / "persons.csv").unlink(), "there is no persons.parquet and no persons.csv"),
        (lambda f: (f / "persons.parquet").touch(), "there are both persons.parquet and persons.csv"),
        (lambda f: (f / "persons.csv").write_text("household_id,person_id\nh1,a\n"),
         "persons.csv: column wages is missing (expected whole numbers (fen))"),
        (lambda f: (f / "persons.csv").write_bytes(b"household_id,person_id\n\xff\xfe,a\n"), "persons.csv: cannot be read"),
    ],
)  # fmt: skip
def test_files_that_are_no_population_stop_everything(folder, capsys, spoil, says):
    write(folder, [household(1)], [member(1, "a")])
    spoil(folder)
    assert run(folder) == 2
    told = capsys.readouterr().err
    assert "nothing was done" in told
    assert says in told
    assert not (folder.parent / "out.csv").exists()


def test_a_parquet_column_of_another_type_is_named_with_what_was_found(folder, capsys):
    write_parquet(folder, "households", [household(1)], housing_cost=pa.float64(), motor_vehicle=pa.int32())
    write_parquet(folder, "persons", [member(1, "a")])
    assert run(folder) == 2
    told = capsys.readouterr().err
    assert "households.parquet: column housing_cost: expected whole numbers (fen), found DOUBLE" in told
    assert "households.parquet: column motor_vehicle: expected yes or no (BOOLEAN), found INTEGER" in told


def test_a_dry_run_writes_nothing(folder, capsys):
    write(folder, [household(1)], [member(1, "a")])
    assert run(folder, "--dry-run") == 0
    assert [path.name for path in folder.parent.iterdir()] == ["in"]
    assert "1 households: 1 deep" in capsys.readouterr().out


def test_nothing_decided_ends_with_two(folder):
    write(folder, [household(1, housing_cost=-1)], [member(1, "a")])
    assert run(folder) == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"rules": "paris"}, "there is no rule set 'paris'; there are: bengbu, national"),
        ({"rules": "xingtai", "on": "2019-01-01"}, "no version of 'xingtai' is in force on 2019-01-01"),
    ],
)
def test_a_rule_set_that_is_not_there_is_told(folder, capsys, more, says):
    write(folder, [household(1)], [member(1, "a")])
    assert run(folder, **more) == 2
    assert says in capsys.readouterr().err


def test_the_output_never_overwrites_the_population(folder, capsys):
    write(folder, [household(1)], [member(1, "a")])
    before = (folder / "persons.csv").read_bytes()
    assert run(folder, "--out", str(folder / "persons.csv")) == 2
    assert (folder / "persons.csv").read_bytes() == before
    assert run(folder, "--out", str(folder / "x.txt")) == 2
    assert "must end with .parquet or .csv" in capsys.readouterr().err


def test_missing_packages_are_told_with_how_to_install_them(folder, capsys, monkeypatch):
    write(folder, [household(1)], [member(1, "a")])
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert run(folder) == 2
    assert "pip install 'ibis-framework[duckdb]>=12,<13'" in capsys.readouterr().err
    monkeypatch.setattr(engines, "find_spec", lambda name: None if name == "pyspark" else name)
    assert run(folder, "--engine", "spark") == 2
    assert "make test-spark" in capsys.readouterr().err


def random_population(folder, seed, households=300):
    """Write a random population with some bad rows."""
    draw = random.Random(seed)
    rows, people = [], []
    for number in range(households):
        facts, persons = samples.random_household(RULES, draw)
        facts["household_size"] += draw.random() < 0.02
        rows.append(
            {"household_id": f"h{number}", "place": draw.choice(("130502", "130500", "110101", "")), **facts}
        )
        for n, person in enumerate(persons):
            people.append({"household_id": f"h{number}", "person_id": f"{number}-{n}", **person})
    write(folder, rows, people)


def agree(folder, engine, *more):
    random_population(folder, 7)
    assert run(folder) == 1
    expected = [(folder.parent / name).read_bytes() for name in ("out.csv", "out.refused.csv")]
    assert run(folder, "--engine", engine, *more) == 1
    assert [(folder.parent / name).read_bytes() for name in ("out.csv", "out.refused.csv")] == expected


def test_the_plain_engine_writes_the_same_bytes(folder, monkeypatch):
    monkeypatch.setattr(engines, "BATCH", 70)
    agree(folder, "plain")


@pytest.mark.postgres_only
def test_postgresql_writes_the_same_bytes(folder, db):
    from psycopg.conninfo import make_conninfo

    told = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    agree(folder, "postgres", "--postgres", make_conninfo(**{n: told[n] for n in names if told.get(n)}))


@pytest.mark.spark
def test_spark_writes_the_same_bytes(folder):
    agree(folder, "spark")


def test_a_server_that_does_not_answer_is_told(folder, capsys):
    write(folder, [household(1)], [member(1, "a")])
    assert run(folder, "--engine", "postgres", "--postgres", "postgresql://127.0.0.1:1/none") == 2
    assert "PostgreSQL does not answer" in capsys.readouterr().err
