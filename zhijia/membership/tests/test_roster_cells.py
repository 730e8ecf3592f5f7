"""Cells under noise: what is read is right, whatever stands around it; nothing raises."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.rosters import number_of
from zhijia.core.errors import BadInput
from zhijia.core.identifiers import clean_mobile, clean_resident_id
from zhijia.membership.roster import cells
from zhijia.membership.roster.garbled import mended
from zhijia.membership.roster.identity import Numbers

DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2008, 12, 31))
NUMBERS = st.builds(number_of, st.sampled_from(["130502", "110105", "440305"]), DAYS, st.integers(1, 999))
ANYTHING = st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.none(), st.dates())
PADDING = st.text(alphabet=" 　'’\u200b\ufeff", max_size=3)
FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(NUMBERS, PADDING, PADDING, st.booleans(), st.booleans())
def test_a_number_is_read_through_any_noise(number, before, after, full, small):
    noisy = number.translate(FULL) if full else number.lower() if small else number
    assert cells.number_text(before + noisy + after) == (number, False)


@given(st.text(alphabet="0123456789X", min_size=15, max_size=19))
def test_the_fast_check_agrees_with_the_plain_one(number):
    try:
        clean_resident_id(number)
        right = True
    except BadInput:
        right = False
    assert (Numbers(dt.date(2026, 3, 2)).fault(number) == "") == right


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(number, place, digit):
    changed = number[:place] + digit + number[place + 1 :]
    fault = Numbers(dt.date(2026, 3, 2)).fault(changed)
    assert (fault == "") == (changed == number)


@given(
    st.integers(13_000_000_000, 19_999_999_999), PADDING, st.sampled_from(["", "+86", "86", "0086", "+86-"])
)
def test_a_mobile_number_is_read_through_any_noise(number, padding, prefix):
    assert (
        cells.mobile(f"{padding}{prefix}{number}{padding}")[0] == f"+86{number}" == clean_mobile(str(number))
    )
    assert cells.mobile(float(number))[0] == f"+86{number}"


@given(DAYS)
def test_a_day_is_read_in_every_usual_form(day):
    forms = [day, dt.datetime.combine(day, dt.time(0)), f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}",
             f"{day:%Y.%m.%d}",
             f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}-{day.month}-{day.day}",
             f"{day:%Y-%m-%d} 00:00:00", int(f"{day:%Y%m%d}"), f"'{day:%Y-%m-%d}"]  # fmt: skip
    assert {cells.date(form)[0] for form in forms} == {day}
    serial = (day - cells.EPOCH_1900).days
    if serial > 12_000:
        assert cells.date(float(serial))[0] == cells.date(str(serial))[0] == day
        assert cells.date(float(serial - 1462), since_1904=True)[0] == day


@settings(max_examples=300)
@given(ANYTHING)
def test_nothing_that_a_cell_may_hold_raises(cell):
    for read in (cells.plain, cells.mobile, cells.date, cells.number_text, cells.is_empty):
        read(cell)


@given(st.text(alphabet="张王李赵刘陈杨黄周吴国明建华秀英伟芳娜静", min_size=2, max_size=4))
def test_garbled_names_are_understood_and_good_ones_left_alone(name):
    assert mended(name) is None
    wrong = name.encode().decode("gb18030", "replace")
    if "\ufffd" not in wrong:
        assert mended(wrong) == name
    assert mended(name.encode().decode("latin-1")) == name
    assert mended(name.encode("gb18030").decode("latin-1")) == name
