"""The rule sets of the installation and the values of a place."""

import datetime as dt

import pytest

from zhijia.assistance import rule_books
from zhijia.assistance.checks import check_rule_sets
from zhijia.assistance.rules.model import BadRuleSet
from zhijia.regulations import rule_files

DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _fresh():
    yield
    rule_files.book.cache_clear()
    rule_books.library.cache_clear()


def operator_row(settings, tmp_path, **cells):
    """Let the operator have one row of his own."""
    row = {"key": "assistance.dibao", "place": '"140000"', "from": "2021-01-01", "value": 500, "unit": "yuan",
           "comparison": '"="', "article": "一", "source": "某通知", "certainty": "read"} | cells  # fmt: skip
    folder = tmp_path / "rules"
    folder.mkdir()
    text = ", ".join(f"{name}: {value}" for name, value in row.items())
    (folder / "own.yaml").write_text(f"rules:\n  - {{{text}}}\n", encoding="utf-8")
    settings.DATA = tmp_path
    rule_files.book.cache_clear()


def test_values_are_looked_up_from_the_county_upwards_and_by_date():
    loaded = rule_books.for_place("130502", DAY)
    assert loaded.rules.reference == "xingtai@2021"
    found = rule_books.values_for(loaded.plan, "130502", DAY)
    assert (found["dibao"].value, found["dibao"].place, found["dibao"].certainty) == (
        70_000,
        "130500",
        "house",
    )
    assert found["relative_coefficient"].value == 200
    assert rule_books.values_for(loaded.plan, "130502", dt.date(2022, 1, 1))["dibao"].value == 62_000


def test_where_there_is_no_value_there_is_none_and_never_zero():
    loaded = rule_books.for_place("110101", DAY)
    assert loaded.rules.reference == "national@2021"
    found = rule_books.values_for(loaded.plan, "110101", DAY)
    assert found["dibao"] is None
    assert set(rule_books.values_for(loaded.plan, None, DAY).values()) == {None}


def test_places_that_are_none_are_known_as_none():
    assert rule_books.known_place("1305") == "130500"
    assert rule_books.known_place("999999") is None
    assert rule_books.known_place("") is None
    assert rule_books.known_place(None) is None


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"unit": "percent"}, "own.yaml:2: assistance.dibao is money, not counted in percent"),
        ({"value": 600.005}, "finer than what can be reckoned with"),
        ({"value": 60_000}, "lies outside what is plausible"),
        ({"value": 0}, "lies outside what is plausible"),
    ],
)
def test_a_row_that_does_not_fit_is_named(settings, tmp_path, cells, says):
    operator_row(settings, tmp_path, **cells)
    loaded = rule_books.for_place("140000", DAY)
    with pytest.raises(rule_books.BadValue) as caught:
        rule_books.values_for(loaded.plan, "140000", DAY)
    assert says in str(caught.value)


def test_a_row_of_the_operator_is_used_to_the_fen(settings, tmp_path):
    operator_row(settings, tmp_path, value=612.5)
    plan = rule_books.for_place("140000", DAY).plan
    assert rule_books.values_for(plan, "140000", DAY)["dibao"].value == 61_250


def test_a_bad_rule_set_of_the_operator_stops_the_start(settings, tmp_path):
    assert check_rule_sets() == []
    folder = tmp_path / "assistance-rules"
    folder.mkdir()
    (folder / "own.yaml").write_text("rule_set: own\n", encoding="utf-8")
    settings.DATA = tmp_path
    rule_books.library.cache_clear()
    with pytest.raises(BadRuleSet):
        rule_books.library()
    (error,) = check_rule_sets()
    assert "own.yaml:1: version is missing" in error.msg
