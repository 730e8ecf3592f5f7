"""Decisions with their proof: the stand-alone check agrees, and finds whatever was altered."""

import datetime as dt
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tools import check_decision
from zhijia.assistance import decisions, rule_books
from zhijia.assistance.rules.model import Value
from zhijia.assistance.tests.samples import facts, person, random_household, random_values, shipped
from zhijia.audit import keys
from zhijia.audit.models import Entry
from zhijia.audit.verify_audit import encode
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
ON = dt.date(2026, 3, 2)
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(monkeypatch):
    """A family of two in deep difficulty in Xingtai."""
    rules = shipped().get("xingtai@2021")
    household = facts(rules, household_size=2, other_rigid_cost=1_000_00, name="王小明")
    people = [person(rules, wages=12_000_00), person(rules, wages=1_200_00)]
    return decisions.decide(rules, household=household, persons=people, place="130500", on=ON)


@pytest.fixture
def text(decided) -> str:
    return decisions.sign(decided, by=SYSTEM, now=NOW, tenant=13)


def public() -> str:
    return keys.public_of(keys.current().private).hex()


def status(path: Path, text: str, *more: str) -> int:
    path.write_text(text)
    return check_decision.main([str(path), *more])


def test_a_decision_holds_and_freezes_no_more_than_the_rules_ask_for(text, tmp_path, capsys):
    assert status(tmp_path / "d.jws", text + "\n", "--trust", public()) == 0
    assert capsys.readouterr().out.startswith(
        "holds: xingtai@2021 on 2026-03-02 for 130500: deep\nsigned with"
    )
    told, _key = check_decision.read(text)
    rules = shipped().get("xingtai@2021").plan
    assert set(told["household"]) == {item.name for item in rules.household_inputs}
    assert all(clause["article"] and clause["source"] for clause in told["rules"]["clauses"].values())
    assert all(value["source"] for value in told["parameters"].values())


def test_the_audit_says_when_it_was_signed_and_nothing_of_the_household(text):
    entry = Entry.objects.get(action=decisions.SIGNED)
    assert (entry.tenant, set(json.loads(entry.data) if isinstance(entry.data, str) else entry.data)) == (
        13, {"rules", "digest"},
    )  # fmt: skip


def test_every_altered_byte_is_found(text, tmp_path):
    """Each byte to its neighbours and to another of the alphabet, also where base64 has bits to spare."""
    trust = ["--trust", public()]
    draw, path = random.Random(5), tmp_path / "d.jws"
    places = {*range(60), *range(len(text) - 90, len(text)), *draw.sample(range(len(text)), 120)}
    for at in sorted(places):
        byte = ord(text[at])
        for other in {chr(byte ^ 1), chr(byte + 1), "A"} - {text[at]}:
            assert status(path, text[:at] + other + text[at + 1 :], *trust) == 1, at
    for ending in ("A", " ", "\t", "\n\n"):
        assert status(path, text + ending, *trust) == 1
    assert status(path, text[:-1], *trust) == 1
    assert status(path, text, *trust) == 0  # the control: unaltered it holds


ALTERED = {
    "class": lambda told: told["found"].update({"class": "none"}),
    "amount": lambda told: told["found"]["amounts"].update(
        living_aid=told["found"]["amounts"]["living_aid"] + 1
    ),
    "reasons": lambda told: told["found"].update(reasons=[]),
    "clause": lambda told: told["found"]["clauses"].update(motor_vehicle=True),
    "value": lambda told: told["found"]["values"].update(per_month=told["found"]["values"]["per_month"] + 1),
    "fact": lambda told: told["persons"][0].update(wages=told["persons"][0]["wages"] * 9),
    "standard": lambda told: told["parameters"]["dibao"].update(value=1_00),
    "operator": lambda told: told["rules"]["clauses"]["deep_income"].update(when="per_month > dibao"),
    "formula": lambda told: told["rules"]["derived"]["rigid"].update({"is": "0"}),
}


@pytest.mark.parametrize("part", ALTERED)
def test_what_was_signed_but_does_not_follow_is_found(part, text, tmp_path):
    """Somebody who holds our key signs a decision that its own rules and facts do not give."""
    told, _key = check_decision.read(text)
    told.pop("installation")
    ALTERED[part](told)
    assert status(tmp_path / "d.jws", keys.current().sign(told), "--trust", public()) == 1


def test_another_key_and_another_statement_are_refused(text, tmp_path, capsys):
    assert status(tmp_path / "d.jws", text, "--trust", "00" * 32) == 1
    assert "none of those that you trust" in capsys.readouterr().out
    receipt = keys.current().sign({"about": "receipt", "received_at": "x"})
    assert status(tmp_path / "d.jws", receipt, "--trust", public()) == 1
    told, key = check_decision.read(text)
    forged = f"{text.rsplit('.', 1)[0]}.{encode(b'0' * 64)}"
    assert (told["about"], key) == ("decision", keys.current().key_id)
    assert status(tmp_path / "d.jws", forged, "--trust", public()) == 1
    assert "signature is false" in capsys.readouterr().out
    assert check_decision.main([str(tmp_path / "none.jws")]) == 2


@pytest.mark.parametrize("reference", sorted(shipped().found))
def test_the_check_agrees_on_random_households(reference, monkeypatch):
    """Every shipped rule set, with standards that are sometimes missing and lines hit exactly."""
    rules, draw, seen = shipped().get(reference), random.Random(11), set()
    for _n in range(150):
        household, people = random_household(rules, draw)
        values = {
            name: None if value is None else Value(value, "第一条", "某办法", "", "2021", "known")
            for name, value in random_values(rules, draw, unknown=0.05).items()
        }
        monkeypatch.setattr(rule_books, "values_for", lambda *_told, found=values: found)
        found = decisions.decide(rules, household=household, persons=people, place="130500", on=ON)
        content = json.loads(json.dumps(found.content))
        assert check_decision.check(content) == []
        seen.add(content["found"]["class"])
    assert {"none", "undetermined"} < seen


def test_the_check_is_short_stands_alone_and_shares_no_code_with_the_engine(text, tmp_path):
    source = Path(check_decision.__file__).read_text()
    assert len(source.splitlines()) < 300
    assert "zhijia" not in "".join(
        line for line in source.splitlines() if line.strip().startswith(("import ", "from "))
    )
    path = tmp_path / "d.jws"
    path.write_text(text)
    run = [sys.executable, "-I", check_decision.__file__, str(path), "--trust", public()]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


# The command ---------------------------------------------------------------------------------------


def write_facts(path: Path, **household) -> Path:
    rules = shipped().get("xingtai@2021")
    told = {"household": facts(rules, **household), "persons": [person(rules, wages=1_200_00)]}
    path.write_text(json.dumps(told | {"name": "王小明"}), encoding="utf-8")
    return path


def test_the_command_decides_says_why_and_signs(tmp_path, capsys):
    out = tmp_path / "d.jws"
    path = write_facts(tmp_path / "f.json")
    call_command("decide", "--in", path, "--place", "130500", "--on", "2026-03-02", "--out", out,
                 "--language", "en")  # fmt: skip
    told = capsys.readouterr().out
    assert told.startswith("xingtai@2021: deep difficulty\n")
    assert "(Basis: " in told
    assert out.stat().st_mode & 0o777 == 0o600
    assert "王小明" not in out.read_text()
    assert check_decision.main([str(out), "--trust", public()]) == 0


def test_the_command_names_each_fact_that_is_wrong_and_signs_nothing(tmp_path, capsys):
    path = write_facts(tmp_path / "f.json", household_size=3, housing_cost=-5)
    with pytest.raises(SystemExit) as left:
        call_command(
            "decide", "--in", path, "--place", "130500", "--on", "2026-03-02", "--out", tmp_path / "d"
        )
    told = capsys.readouterr().err
    assert left.value.code == 2
    assert "household: housing_cost: is negative or below what is possible" in told
    assert "household: household_size: the household has another number of persons" in told
    assert not (tmp_path / "d").exists()
    assert not Entry.objects.filter(action=decisions.SIGNED).exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "is no JSON"), ("[]", "must hold"), ('{"household": {}, "persons": [1]}', "each")],
)
def test_a_file_that_holds_no_facts_is_named(content, said, tmp_path, capsys):
    path = tmp_path / "f.json"
    path.write_text(content)
    with pytest.raises(SystemExit) as left:
        call_command("decide", "--in", path, "--place", "130500", "--on", "2026-03-02")
    assert (left.value.code, said in capsys.readouterr().err) == (2, True)
