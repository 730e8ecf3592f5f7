"""Amounts: exact to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.funds.money import is_card_number, share_of, show, split, to_fen, to_yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1234.5", 123450), ("1,234.56", 123456), ("¥8", 800), (" 0.01 ", 1), ("-3.20", -320),
        ("１，２３４．５６", 123456), ("￥８", 800), ("－3.20", -320),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_type_it(text: str, fen: int) -> None:
    assert to_fen(text) == fen


@pytest.mark.parametrize("text", ["", "abc", "1.234", "1e99", "NaN", "Infinity", "--1"])
def test_what_is_no_amount_of_whole_fen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        to_fen(text)


def test_the_worked_example_of_the_levy_and_its_split() -> None:
    assert share_of(1_234_567_89, 2) == 24_691_36
    assert split(24_691_36, [60, 40]) == [14_814_82, 9_876_54]


@given(st.integers(0, 10**12), st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_parts_always_make_the_whole_and_none_is_negative(fen: int, percents: list[int]) -> None:
    if sum(percents) > 100:
        return
    parts = split(fen, [*percents, 100 - sum(percents)])
    assert sum(parts) == fen
    assert min(parts) >= 0


def test_two_halves_of_one_fen_and_nothing_for_the_last() -> None:
    assert split(1, [50, 50, 0]) == [1, 0, 0]
    with pytest.raises(ValueError, match="not 100"):
        split(100, [60, 30])


@given(st.integers(-(10**14), 10**14))
def test_what_is_written_is_read_again(fen: int) -> None:
    assert to_fen(to_yuan(fen)) == to_fen(show(fen)) == fen


def test_a_card_number_passes_the_check_of_luhn() -> None:
    assert is_card_number("6222020200112233453")
    assert not is_card_number("6222020200112233456")
    assert not is_card_number("６222020200112233455")
    assert not is_card_number("4242")
