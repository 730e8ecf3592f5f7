"""Rule values: the walk, versions, and files that must not load."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from zhijia.regulations import places, selectors
from zhijia.regulations.errors import BadRuleFile, UnknownPlace, UnknownRule
from zhijia.regulations.periods import Period
from zhijia.regulations.rule_files import book, load_folders

ON = dt.date(2026, 3, 2)
PROMISES = {
    "consultation": (Period(1, "working_day"), Period(1, "working_day")),
    "general": (Period(1, "working_day"), Period(5, "working_day")),
    "difficult": (Period(2, "working_day"), Period(15, "working_day")),
    "complex": (Period(2, "working_day"), Period(30, "working_day")),
    "urgent": (Period(2, "hour"), Period(3, "working_day")),
}


@pytest.mark.parametrize(
    ("key", "amount", "unit"),
    [
        ("appeal.tell_worker", 15, "day"), ("appeal.register_forward", 15, "day"),
        ("appeal.routing_objection", 5, "working_day"), ("appeal.finish", 60, "day"),
        ("appeal.extension", 30, "day"), ("appeal.review_request", 30, "day"),
        ("appeal.review_decision", 30, "day"), ("appeal.re_review_request", 30, "day"),
        ("appeal.re_review_decision", 30, "day"), ("appeal.refusal_notice", 5, "working_day"),
        ("appeal.reopen_window", 30, "day"), ("appeal.rating_window", 15, "day"),
        ("appeal.group_window", 90, "day"), ("appeal.retention.letter", 36, "month"),
    ],
)  # fmt: skip
def test_the_periods_of_appeals(key, amount, unit):
    assert selectors.period(key, "130502", ON) == Period(amount, unit)


@pytest.mark.parametrize("kind", PROMISES)
def test_the_service_promise_has_two_clocks(kind):
    first, final = PROMISES[kind]
    assert selectors.period(f"appeal.promise.{kind}.first", on=ON) == first
    assert selectors.period(f"appeal.promise.{kind}.final", on=ON) == final


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("330106", (10, "working_day", "330000", "read")),  # district, no city row: the province's
        ("310115", (15, "day", "310000", "known")),
        ("130502", (20, "day", "", "known")),  # neither Hebei nor below: the nation's
        ("", (20, "day", "", "known")),
    ],
)
def test_a_value_is_looked_up_from_the_county_to_the_nation(place, expected):
    found = selectors.value("bargaining.reply", place, ON)
    assert (found.value, found.unit, found.place, found.certainty) == expected


def test_a_city_goes_before_its_province_and_nobody_speaks_for_another_place():
    assert selectors.value("supervision.employer_reply", "360102", ON).place == "360100"
    with pytest.raises(UnknownRule):
        selectors.value("supervision.employer_reply", "130502", ON)
    with pytest.raises(UnknownRule):
        selectors.value("supervision.employer_reply", "360700", ON)


def test_a_value_holds_from_its_first_day():
    assert selectors.value("appeal.finish", on=dt.date(2022, 5, 1)).article == "第三十四条"
    with pytest.raises(UnknownRule):
        selectors.value("appeal.finish", on=dt.date(2022, 4, 30))


def test_a_value_needs_its_date():
    with pytest.raises(TypeError, match="date"):
        selectors.value("appeal.finish")


def test_what_is_no_period_is_not_given_as_one():
    with pytest.raises(UnknownRule):
        selectors.period("appeal.group_flag", on=ON)
    assert selectors.value("statistics.threshold", on=ON).value == 10


def test_every_shipped_rule_says_where_it_comes_from():
    rows = [row for rows in book().rows.values() for row in rows]
    assert len(rows) > 40
    assert all(row.source and row.article for row in rows)
    assert all((row.source == "house") == (row.certainty == "house") for row in rows)


GOOD = """keys:
  a.b: {zh: 甲, en: A}
rules:
  - {key: a.b, from: 2020-01-01, to: 2024-12-31, value: 0.05, unit: percent, article: x, source: y,
     certainty: read}
  - {key: a.b, from: 2025-01-01, value: 0.06, unit: percent, article: art. 1, source: law, certainty: read}
"""


def load(tmp_path: Path, text: str):
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    return load_folders(tmp_path)


def test_versions_follow_one_another_and_numbers_stay_exact(tmp_path, monkeypatch):
    loaded = load(tmp_path, GOOD)
    monkeypatch.setattr(selectors, "book", lambda: loaded)
    old, new = (selectors.value("a.b", on=dt.date(year, 12, 31)) for year in (2024, 2025))
    assert (old.value, old.version) == (Decimal("0.05"), "2020-01-01")
    assert (new.value, new.version) == (Decimal("0.06"), "2025-01-01")


ROW = "- {key: a.b, from: 2020-01-01, value: 5, unit: day, article: x, source: law, certainty: read}"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("source: law, ", "", 4, "source is missing: a rule without a source does not load"),
        ("source: law", "source: ''", 4, "source is missing: a rule without a source does not load"),
        ("article: x, ", "", 4, "article is missing"),
        ("value: 5", "value: five", 4, "the value 'five' does not fit the unit day"),
        ("value: 5", "value: 5.5", 4, "the value Decimal('5.5') does not fit the unit day"),
        ("value: 5", "value: -5", 4, "the value -5 does not fit the unit day"),
        ("value: 5", "value: true", 4, "the value True does not fit the unit day"),
        ("unit: day", "unit: moon", 4, "unit must be one of"),
        ("certainty: read", "certainty: sure", 4, "certainty must be one of"),
        ("from: 2020-01-01", "from: soon", 4, "from must be a date, YYYY-MM-DD, it is 'soon'"),
        ("from: 2020-01-01", "from: 2020-13-01", 4, "month must be in 1..12"),
        ("from: 2020-01-01", "from: 2020-01-01, to: 2019-01-01", 4, "the last day (to) lies"),
        ("from: 2020-01-01", "from: 2020-01-01, place: 330000", 4, "place must be a quoted code"),
        ("from: 2020-01-01", "from: 2020-01-01, place: '990000'", 4, "place must be a quoted code"),
        ("from: 2020-01-01", "from: 2020-01-01, placce: '33'", 4, "'placce' is not a column of a rule"),
        ("key: a.b", "key: a.c", 4, "the key 'a.c' has no title under keys:"),
        ("key: a.b", "key: a.b, key: a.b", 4, "'key' stands twice"),
        ("en: A", "fr: A", 2, "a title needs zh and en"),
        ("rules:", "rule:", 1, "there is no list of rules:"),
        ("{key", "{key: [", 4, "not YAML"),
    ],
)  # fmt: skip
def test_a_file_with_a_mistake_does_not_load_and_is_named_by_line(tmp_path, old, new, line, message):
    text = "keys:\n  a.b: {zh: 甲, en: A}\nrules:\n  " + ROW + "\n"
    assert load(tmp_path, text).rows
    with pytest.raises(BadRuleFile) as refused:
        load(tmp_path, text.replace(old, new, 1))
    assert str(refused.value).startswith(f"{tmp_path / 'r.yaml'}:{line}: {message}")


def test_two_rows_for_the_same_day_do_not_load(tmp_path):
    text = "keys:\n  a.b: {zh: 甲, en: A}\nrules:\n  " + ROW + "\n  " + ROW.replace("2020", "2021") + "\n"
    with pytest.raises(BadRuleFile, match=r"r\.yaml:5: overlaps .*r\.yaml:4; end the older one with to:"):
        load(tmp_path, text)


def test_the_start_is_refused_when_the_operators_rules_are_wrong(tmp_path, settings):
    from zhijia.regulations.checks import check_rule_files

    assert check_rule_files() == []
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.yaml").write_text("rules:\n  - {key: x}\n")
    book.cache_clear()
    try:
        (error,) = check_rule_files()
    finally:
        book.cache_clear()
    assert error.msg == f"{tmp_path}/rules/own.yaml:2: from is missing"


@pytest.mark.parametrize(
    ("code", "above"),
    [("130502", ("130500", "130000")), ("130500", ("130000",)), ("130000", ()), ("", ())],
)
def test_places_know_what_lies_above_them(code, above):
    assert places.parents(code) == above


def test_places_are_named_and_cleaned():
    assert places.full_name("130502") == "河北省邢台市襄都区"
    assert places.name("130599") == "邢台市"
    assert places.full_name("") == ""
    assert places.clean_place(" 33 ") == "330000"
    assert "130000" in places.children("")
    assert "130502" in places.children("130500")
    assert "130502" not in places.children("130000")
    for bad in ("99", "1", "13050", "abcdef", "１３"):
        with pytest.raises(UnknownPlace):
            places.clean_place(bad)


@pytest.mark.django_db
def test_anybody_can_read_the_rules(client):
    page = client.get("/rules/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "信访工作条例（2022年2月25日） 第三十四条" in text
    assert "浙江省" in text
    assert "at most 60 days" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("q=复查", "第三十五条", "第二十三条"),
        ("place=330000&q=bargaining", "浙江省集体合同条例", "上海市集体合同条例"),
        ("place=330106&q=bargaining", "浙江省", "上海市集体合同条例"),
    ],
)
def test_the_rules_can_be_searched(client, query, found, missing):
    text = client.get(f"/rules/?{query}").content.decode()
    assert found in text
    assert missing not in text


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["q=nothing-of-the-kind", "place=xx", "q=%00", "q=" + "x" * 5000])
def test_a_search_without_result_or_sense_still_answers(client, query):
    assert client.get(f"/rules/?{query}").status_code == 200
