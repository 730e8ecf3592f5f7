"""What a formula may say, and how it is refused."""

import pytest

from zhijia.assistance.rules.syntax import (
    Arithmetic,
    Compare,
    FormulaError,
    IsCode,
    Logic,
    Name,
    Not,
    Number,
    names_in,
    parse,
)


def test_multiplication_binds_before_addition_and_comparison_before_and():
    assert parse("a + b * 2 <= c and not d") == Logic("and", (
        Compare("<=", Arithmetic("+", Name("a"), Arithmetic("*", Name("b"), Number(2))), Name("c")),
        Not(Name("d")),
    ))  # fmt: skip


def test_and_binds_before_or():
    assert parse("a or b and c") == Logic("or", (Name("a"), Logic("and", (Name("b"), Name("c")))))


def test_subtraction_and_division_go_from_the_left():
    assert parse("a - b - c") == Arithmetic("-", Arithmetic("-", Name("a"), Name("b")), Name("c"))
    assert parse("a / b / c") == Arithmetic("/", Arithmetic("/", Name("a"), Name("b")), Name("c"))


def test_money_is_read_in_fen_and_percent_over_a_hundred():
    assert parse("12.5 yuan") == Number(1250, "money")
    assert parse("80%") == Number(80, "number", 100)
    assert parse("1.5") == Number(15, "number", 10)


def test_codes_are_asked_with_is_and_in():
    assert parse("work is not jobless") == Not(IsCode("work", ("jobless",)))
    assert parse("work in (a, b)") == IsCode("work", ("a", "b"))


def test_an_operator_that_differs_by_place_is_named():
    assert parse("x @deep_line y") == Compare("@deep_line", Name("x"), Name("y"))


def test_names_are_listed_once_in_order():
    assert names_in(parse("if(b is x, a + b_2, a)")) == ("b", "a", "b_2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the formula is empty"),
        ("a +", "ends too early"),
        ("a b", "did not expect 'b' at character 3"),
        ("(a", "ends too early"),
        ("__import__('os')", "at character 12"),
        ("a.b", "'.' at character 2"),
        ("a; drop", "';' at character 2"),
        ("open(a)", "there is no function 'open'"),
        ("a = b", "'=' at character 3"),
        ("a != b", "'!' at character 3"),
        ("a < b < c", "did not expect '<' at character 7"),
        ("min(a)", "min() needs two or more parts, it has 1"),
        ("if(a, b)", "if() needs three parts, it has 2"),
        ("1.234 yuan", "finer than a fen"),
        ("1 + 2 is x", "one variable on their left"),
        ("and", "did not expect 'and' at character 1"),
        ("(" * 60 + "a" + ")" * 60, "nested too deeply"),
        ("not " * 60 + "a", "nested too deeply"),
        ("-" * 60 + "a", "nested too deeply"),
    ],
)
def test_what_is_no_formula_is_refused_and_says_where(text, says):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert says in str(caught.value)
