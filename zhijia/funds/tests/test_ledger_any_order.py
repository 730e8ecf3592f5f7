"""Whatever is posted, sent again, taken back and refused, in any order: the books agree with a count."""

import datetime as dt
from collections import defaultdict
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from zhijia.core.errors import DomainError
from zhijia.funds import selectors, services
from zhijia.funds.errors import AlreadyReversed, NotBalanced, PeriodClosed, SourceReused
from zhijia.funds.models import Line, Voucher
from zhijia.funds.services import Leg, Posting
from zhijia.funds.tests.factories import Money, order
from zhijia.unions.tests.factories import NOW, TODAY

CODES = ("101", "102", "211", "401", "408", "501", "508")
GROWS_BY_DEBIT = {"1", "5"}
amounts = st.integers(1, 10**9)


class Books(RuleBasedStateMachine):
    """The county's books beside a dictionary of what each account should hold."""

    money: Money

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.savepoint()
        self.expected: dict[str, int] = defaultdict(int)
        self.posted: dict[str, tuple[Posting, Voucher]] = {}
        self.count, self.number = 0, 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    def _write(self, posting: Posting) -> Voucher:
        return services.write_voucher(body=self.money.body, posting=posting, by=self.money.treasurer, now=NOW)

    def _expect(self, legs: tuple[Leg, ...], sign: int = 1) -> None:
        for leg in legs:
            up = 1 if leg.code[0] in GROWS_BY_DEBIT else -1
            self.expected[leg.code] += sign * up * (leg.debit - leg.credit)
        self.count += 1

    @rule(codes=st.permutations(CODES), parts=st.lists(amounts, min_size=1, max_size=4), flip=st.booleans())
    def post(self, codes: list[str], parts: list[int], flip: bool) -> None:
        one, many = codes[0], codes[1 : len(parts) + 1]
        legs: tuple[Leg, ...] = (Leg(one, debit=sum(parts)),)
        legs += tuple(Leg(code, credit=part) for code, part in zip(many, parts, strict=True))
        if flip:
            legs = tuple(Leg(leg.code, leg.credit, leg.debit) for leg in legs)
        self.number += 1
        posting = Posting(TODAY, "某事", f"s{self.number}", legs)
        self.posted[posting.source] = posting, self._write(posting)
        self._expect(legs)

    @rule(amount=amounts, short=amounts)
    def post_what_does_not_balance(self, amount: int, short: int) -> None:
        legs = (Leg("102", debit=amount + short), Leg("401", credit=amount))
        with pytest.raises(NotBalanced):
            self._write(Posting(TODAY, "某事", "bad", legs))

    @rule(data=st.data())
    def send_again(self, data: Any) -> None:
        if self.posted:
            posting, voucher = self.posted[data.draw(st.sampled_from(sorted(self.posted)))]
            assert self._write(posting).pk == voucher.pk
            other = Posting(TODAY, "某事", posting.source, (Leg("101", debit=7), Leg("211", credit=7)))
            if list(other.legs) != list(posting.legs):
                with pytest.raises(SourceReused):
                    self._write(other)

    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        if not self.posted:
            return
        posting, voucher = self.posted[data.draw(st.sampled_from(sorted(self.posted)))]
        is_back = Voucher.objects.filter(reverses=voucher).exists()
        told = {"body": self.money.body, "voucher_id": voucher.pk, "on": TODAY, "reason": "错"}
        try:
            services.reverse_voucher(**told, by=self.money.treasurer, now=NOW)
        except AlreadyReversed:
            assert is_back
            return
        assert not is_back
        self._expect(tuple(posting.legs), -1)

    @rule(amount=amounts)
    def post_into_a_closed_month(self, amount: int) -> None:
        legs = (Leg("102", debit=amount), Leg("401", credit=amount))
        with pytest.raises(PeriodClosed):
            self._write(Posting(dt.date(2025, 12, 31), "某事", "old", legs))

    @rule(amount=st.integers(1, 4_000_00), back=st.booleans())
    def pay(self, amount: int, back: bool) -> None:
        row = self.money.paid(order(amount=amount, source=f"paper:{self.count}-{amount}"))
        legs = (Leg("501", debit=amount), Leg("102", credit=amount))
        self._expect(legs)
        if back:
            services.reverse_spending(public_id=row.public_id, reason="退", by=self.money.chair, now=NOW)
            self._expect(legs, -1)

    @rule(amount=amounts)
    def pay_more_than_the_budget_holds(self, amount: int) -> None:
        with pytest.raises(DomainError):
            self.money.checked(order(amount=10**9 * 100 + amount, source=f"over:{amount}:{self.count}"))

    @invariant()
    def every_balance_equals_the_count(self) -> None:
        rows = selectors.trial_balance(self.money.body, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
        assert {r.account.code: r.closing for r in rows if r.closing} == {
            code: total for code, total in self.expected.items() if total
        }
        assert sum(r.debit for r in rows) == sum(r.credit for r in rows)

    @invariant()
    def every_voucher_balances_and_numbers_have_no_gap(self) -> None:
        numbers = list(Voucher.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, self.count + 1))
        for voucher in Voucher.objects.prefetch_related("lines"):
            sides: dict[str, int] = defaultdict(int)
            for line in voucher.lines.all():
                sides["debit"] += line.amount if line.debit_id else 0
                sides["credit"] += line.amount if line.credit_id else 0
            assert sides["debit"] == sides["credit"] > 0
        total = Line.objects.aggregate(sum=Sum("amount"))["sum"] or 0
        assert total >= max(self.expected.values(), default=0)


def test_the_books_agree_with_a_plain_count_whatever_happens(money: Money) -> None:
    services.close_period(body=money.body, until_on=dt.date(2025, 12, 31), by=money.treasurer, now=NOW)
    Books.money = money
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    told = settings(
        max_examples=8, stateful_step_count=12, deadline=None, derandomize=True, suppress_health_check=checks
    )
    run_state_machine_as_test(Books, settings=told)
