"""Charts: geometry and the figures beside it."""

import pytest

from zhijia.core.charts import Bar, BarChart, LineChart, Series


def test_bars_begin_at_zero_and_end_at_the_largest() -> None:
    drawn = BarChart("t", [Bar("a", 50), Bar("b", 200), Bar("c", 0), Bar("d", None), Bar("e", -3)]).drawn
    assert [bar.width for bar in drawn] == [25, 100, 0, 0, 0]
    assert [bar.text for bar in drawn] == ["50", "200", "0", "—", "-3"]


def test_bars_without_figures_do_not_divide_by_zero() -> None:
    assert BarChart("t", []).drawn == []
    assert BarChart("t", [Bar("a", 0)]).drawn[0].width == 0


def test_a_missing_figure_breaks_the_line() -> None:
    chart = LineChart("t", ["1", "2", "3", "4"], [Series("s", [0, 10, None, 5])])
    line = chart.drawn[0]
    assert line.path == "M46.0 190.0L161.3 14.0M392.0 102.0"
    assert len(line.dots) == 3


def test_a_line_of_nothing_says_so() -> None:
    assert not LineChart("t", ["1"], [Series("s", [None])]).has_values
    assert not LineChart("t", [], []).has_values


@pytest.mark.parametrize(
    ("largest", "ceiling"), [(0, 1), (0.4, 0.4), (1, 1), (3, 4), (9, 10), (10, 10), (15.2, 20), (1280, 2000)]
)
def test_the_axis_ends_at_a_round_figure(largest: float, ceiling: float) -> None:
    assert LineChart("t", ["1"], [Series("s", [largest])]).ceiling == pytest.approx(ceiling)


def test_the_table_holds_every_figure() -> None:
    chart = LineChart("t", ["1", "2"], [Series("a", [1.25, None]), Series("b", [3, 4])], places=1)
    assert [(row.label, row.texts) for row in chart.rows] == [("1", ["1.2", "3.0"]), ("2", ["—", "4.0"])]


def test_only_first_middle_and_last_label_are_written() -> None:
    chart = LineChart("t", list("abcdefg"), [Series("s", [1] * 7)])
    assert [(mark.text, mark.anchor) for mark in chart.marks] == [
        ("a", "start"),
        ("d", "middle"),
        ("g", "end"),
    ]
    assert [mark.text for mark in LineChart("t", ["a"], [Series("s", [1])]).marks] == ["a"]
