"""Money of bodies for tests, made by the services that make real ones."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from zhijia.accounts.models import User
from zhijia.core.actors import SYSTEM
from zhijia.funds import services as s
from zhijia.funds.enums import Barred
from zhijia.funds.models import Batch, Budget, Spending, Voucher
from zhijia.unions.enums import Role
from zhijia.unions.models import UnionBody
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory, Tree

CARD = "6222020200112233453"
"""Passes the Luhn check; belongs to nobody."""
ALL = tuple(Barred.values)


def officer(body: UnionBody, role: str) -> User:
    """Return a fresh person with one post."""
    person = PostFactory(body=body, role=role).user
    person.refresh_from_db()
    return person


def order(**more: Any) -> s.Order:
    """Return a payment for an activity, or what the test says."""
    told: dict[str, Any] = {
        "code": "501", "purpose": "activity", "amount": 100_00, "source": f"test:{uuid.uuid4()}",
        "period": "2026", "text": "职工篮球赛", "payee_kind": "unit", "payee_name": "邢台某体育用品店",
        "payee_number": "13001658808050512345", "bank": "建设银行邢台分行",
    }  # fmt: skip
    return s.Order(**told | more)


def gift(**more: Any) -> s.Order:
    """Return a birthday gift to a member."""
    told = {"code": "502", "purpose": "birthday", "amount": 300_00, "text": "生日慰问",
            "payee_kind": "person", "payee_name": "王小满", "payee_number": CARD,
            "member_reference": "member-1"}  # fmt: skip
    return order(**told | more)


class Money:
    """The county of a small real tree with everybody who has to do with its money, and a budget."""

    def __init__(self, *, budget: int = 100_000_00) -> None:
        self.tree, self.now, self.today = Tree(), NOW, TODAY
        self.body = self.tree.county
        roles = {"treasurer": Role.TREASURER, "auditor": Role.AUDITOR, "chair": Role.CHAIR,
                 "deputy": Role.CHAIR, "steward": Role.STEWARD, "handler": Role.HANDLER}  # fmt: skip
        self.people = {name: officer(self.body, role) for name, role in roles.items()}
        if budget:
            self.plan({"501": budget, "502": budget})

    def __getattr__(self, name: str) -> User:
        """Return a person by his task: ``money.treasurer``."""
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def plan(self, lines: dict[str, int], year: int = 2026) -> Budget:
        """Return an approved budget."""
        made = s.draft_budget(body=self.body, year=year, lines=lines, by=self.treasurer, now=self.now)
        s.agree_budget(budget_id=made.pk, by=self.chair, now=self.now)
        return s.approve_budget(budget_id=made.pk, by=self.auditor, now=self.now)

    def post(self, debit: str = "102", credit: str = "408", amount: int = 100, **more: Any) -> Voucher:
        """Post a voucher with two legs."""
        on = more.pop("on", self.today)
        posting = s.Posting(
            on, more.pop("text", "其他收入"), more.pop("source", f"test:{uuid.uuid4()}"),
            (s.Leg(debit, debit=amount), s.Leg(credit, credit=amount)),
        )  # fmt: skip
        by = more.pop("by", self.treasurer)
        return s.write_voucher(body=more.pop("body", self.body), posting=posting, by=by, now=self.now)

    def draft(self, wanted: s.Order | None = None, **more: Any) -> Spending:
        """Draft a payment as the handler."""
        told = {"by": self.handler, "confirmed": ALL, "now": self.now} | more
        return s.draft_spending(body=self.body, order=wanted or order(), **told)

    def checked(self, wanted: s.Order | None = None) -> Spending:
        """Return a payment that waits for the committee."""
        made = self.draft(wanted)
        return s.check_spending(public_id=made.public_id, by=self.treasurer, now=self.now)

    def approved(self, wanted: s.Order | None = None) -> Spending:
        """Return a payment that may go to the bank."""
        made = self.checked(wanted)
        for person in (self.chair, self.deputy, self.steward)[: made.needed]:
            made = s.approve_spending(public_id=made.public_id, no_relative=True, by=person, now=self.now)
        return made

    def batch(self, *spendings: Spending) -> Batch:
        """Put payments into a file."""
        ids: Iterable[Any] = [one.public_id for one in spendings]
        return s.make_batch(body=self.body, public_ids=ids, by=self.treasurer, now=self.now)

    def paid(self, wanted: s.Order | None = None) -> Spending:
        """Return a payment that the bank has carried out."""
        made = self.approved(wanted)
        batch = self.batch(made)
        s.export_batch(batch_id=batch.pk, by=self.treasurer, now=self.now)
        s.confirm_batch(batch_id=batch.pk, on=self.today, by=self.treasurer, now=self.now)
        made.refresh_from_db()
        return made

    def charge(self, *members: s.Payer, month: dt.date = dt.date(2026, 2, 1)) -> s.Charged:
        """Charge the dues of a month."""
        return s.charge_dues(body=self.body, month_on=month, members=members, by=SYSTEM, now=self.now)

    def declare(self, wages: int = 1_000_000_00, body: UnionBody | None = None, **more: Any) -> Any:
        """Enter a levy return of the glass works at its own union's treasurer."""
        told: dict[str, Any] = {
            "employer": self.tree.glass, "from_on": dt.date(2026, 1, 1), "until_on": dt.date(2026, 1, 31),
            "wages": s.Wages(time_wages=wages),
        }  # fmt: skip
        by = more.pop("by", None) or self.base_treasurer
        return s.record_levy_return(
            body=body or self.tree.glass_union, declared=s.Declared(**told | more), by=by, now=self.now
        )

    @property
    def base_treasurer(self) -> User:
        """The treasurer of the glass works' union, made when asked for."""
        if "base" not in self.people:
            self.people["base"] = officer(self.tree.glass_union, Role.TREASURER)
        return self.people["base"]
