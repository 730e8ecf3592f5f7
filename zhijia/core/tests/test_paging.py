"""Keyset paging: every row once, in order, whatever comes in meanwhile."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from zhijia.core.models import IdempotencyRecord
from zhijia.core.paging import BadCursor, paginate

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def _row(key: str, minutes: int) -> IdempotencyRecord:
    return IdempotencyRecord.objects.create(
        scope="test", key=key, body_hash="", answer=b"", created_at=START + dt.timedelta(minutes=minutes)
    )


@pytest.fixture
def rows() -> list[IdempotencyRecord]:
    return [_row(f"row-{n:02}", n // 3) for n in range(10)]  # ties of three


def _keys(page) -> list[str]:
    return [row.key for row in page]


def _all(size: int, ordering: list[str]) -> list[str]:
    found, cursor = [], None
    while True:
        page = paginate(IdempotencyRecord.objects.all(), cursor, size, ordering)
        found += _keys(page)
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10, 50])
def test_pages_together_are_the_list(rows, size: int) -> None:
    assert _all(size, ["created_at"]) == [row.key for row in rows]


def test_a_descending_column_may_stand_before_an_ascending_one(rows) -> None:
    expected = sorted(rows, key=lambda row: (-row.created_at.timestamp(), row.key))
    assert _all(4, ["-created_at", "key"]) == [row.key for row in expected]


def test_the_way_back_is_the_way_in(rows) -> None:
    everything = IdempotencyRecord.objects.all()
    first = paginate(everything, None, 4, ["created_at"])
    second = paginate(everything, first.next_cursor, 4, ["created_at"])
    third = paginate(everything, second.next_cursor, 4, ["created_at"])
    assert third.next_cursor is None
    assert first.previous_cursor is None
    back = paginate(everything, third.previous_cursor, 4, ["created_at"])
    assert _keys(back) == _keys(second)
    home = paginate(everything, back.previous_cursor, 4, ["created_at"])
    assert _keys(home) == _keys(first)
    assert home.previous_cursor is None


def test_a_row_that_comes_in_neither_repeats_nor_hides_another(rows) -> None:
    everything = IdempotencyRecord.objects.all()
    first = paginate(everything, None, 4, ["-created_at"])
    _row("newest", 100)
    second = paginate(everything, first.next_cursor, 6, ["-created_at"])
    assert sorted(_keys(first) + _keys(second)) == [row.key for row in rows]


def test_a_row_that_goes_away_does_not_move_the_next_page(rows) -> None:
    everything = IdempotencyRecord.objects.all()
    first = paginate(everything, None, 4, ["created_at"])
    IdempotencyRecord.objects.filter(key="row-03").delete()
    assert _keys(paginate(everything, first.next_cursor, 4, ["created_at"]))[0] == "row-04"


def test_an_empty_list_is_one_empty_page() -> None:
    page = paginate(IdempotencyRecord.objects.all(), None, 5, ["created_at"])
    assert (_keys(page), page.next_cursor, page.previous_cursor, len(page)) == ([], None, None, 0)


def test_a_page_is_never_larger_than_two_hundred_nor_smaller_than_one(rows) -> None:
    assert len(paginate(IdempotencyRecord.objects.all(), None, 0, ["created_at"])) == 1
    assert len(paginate(IdempotencyRecord.objects.all(), None, 10**9, ["created_at"])) == 10


@pytest.mark.parametrize("cursor", ["x", "a:b:c", "é", "." * 500])
def test_a_cursor_that_is_not_ours_is_refused(rows, cursor: str) -> None:
    with pytest.raises(BadCursor):
        paginate(IdempotencyRecord.objects.all(), cursor, 5, ["created_at"])


def test_a_cursor_for_another_order_is_refused(rows) -> None:
    cursor = paginate(IdempotencyRecord.objects.all(), None, 5, ["created_at"]).next_cursor
    with pytest.raises(BadCursor):
        paginate(IdempotencyRecord.objects.all(), cursor, 5, ["key"])


def test_one_page_is_one_query(rows, django_assert_num_queries) -> None:
    cursor = paginate(IdempotencyRecord.objects.all(), None, 5, ["created_at"]).next_cursor
    with django_assert_num_queries(1):
        paginate(IdempotencyRecord.objects.all(), cursor, 5, ["created_at"])


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(minutes=st.lists(st.integers(0, 4), max_size=12), size=st.integers(1, 5))
def test_any_list_comes_through_any_page_size(minutes: list[int], size: int) -> None:
    IdempotencyRecord.objects.all().delete()
    for n, minute in enumerate(minutes):
        _row(f"row-{n}", minute)
    found = _all(size, ["-created_at"])
    plain = IdempotencyRecord.objects.order_by("-created_at", "pk").values_list("key", flat=True)
    assert found == list(plain)
