"""What an address may hold where a number is expected, and files that a browser saves."""

import pytest

from zhijia.core.http import CSV, PDF, download, whole_number
from zhijia.core.spreadsheet import csv_file


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_a_number_of_an_address_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "²", "٣", "１２", "-1", "1.5", "x", " 1", "9" * 19])
def test_anything_else_is_no_number_and_raises_nothing(text: str) -> None:
    assert whole_number(text) is None


def test_a_file_is_saved_or_opened_under_its_name() -> None:
    assert download(b"x", "a.csv", CSV)["Content-Disposition"] == 'attachment; filename="a.csv"'
    assert download(b"x", "a.pdf", PDF, opens=True)["Content-Disposition"] == 'inline; filename="a.pdf"'


def test_no_text_of_a_csv_is_a_formula() -> None:
    rows = [["名称", 1, -2, None], ["=1+1", "+8", "-8", "@x"], ["\t=1", "a", "", 0.5]]
    lines = csv_file(rows).decode("utf-8-sig").splitlines()
    assert lines == ["名称,1,-2,", "'=1+1,'+8,'-8,'@x", "'\t=1,a,,0.5"]
