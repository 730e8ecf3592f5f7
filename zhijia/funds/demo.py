"""Demo money: a city with a budget, dues, levy and payments in every state. People and firms are invented."""

import datetime as dt
from typing import Any

from zhijia.accounts.models import User
from zhijia.core.actors import SYSTEM
from zhijia.core.clock import local_date, now
from zhijia.funds import services as s
from zhijia.funds.enums import Barred, WorkerGroup
from zhijia.funds.models import Book
from zhijia.notifications.services import inside_only
from zhijia.unions.models import UnionBody

TREASURER, AUDITOR, CHAIR, HANDLER = "13800000016", "13800000017", "13800000007", "13800000004"
PLAN = {"401": 60_000_00, "402": 900_000_00, "501": 400_000_00, "502": 200_000_00, "504": 80_000_00}
WAGES = (684_200_00, 702_350_50, 719_008_00)


def load(stdout: Any, size: str = "small") -> None:
    """Load the demo money; a second run changes nothing."""
    city = UnionBody.objects.filter(name="邢台市总工会").first()
    if city is None or Book.objects.filter(body=city).exists():
        return
    moment = now()
    people = {name: User.objects.get_by_phone(phone) for name, phone in (
        ("treasurer", TREASURER), ("auditor", AUDITOR), ("chair", CHAIR), ("handler", HANDLER),

    )}  # fmt: skip
    with inside_only():
        _plan(city, people["chair"], people, moment)
        _dues(city, people, moment)
        _levy(people, moment)
        _payments(city, people, moment)
    stdout.write("funds: a budget, dues, levy and payments of a city and an enterprise union")


def _plan(body: UnionBody, chair: User, people: dict[str, User], moment: dt.datetime) -> None:
    year = local_date(moment).year
    made = s.draft_budget(body=body, year=year, lines=PLAN, by=people["treasurer"], now=moment)
    s.agree_budget(budget_id=made.pk, by=chair, now=moment)
    s.approve_budget(budget_id=made.pk, by=people["auditor"], now=moment)


def _dues(body: UnionBody, people: dict[str, User], moment: dt.datetime) -> None:
    """Charge eight invented members for three months; some of them have paid."""
    first = local_date(moment).replace(day=1)
    members = [
        s.Payer(f"demo-{n:04d}", (4_200 + 317 * n) * 100, WorkerGroup.WAGE, dt.date(2020, 1, 1), n == 8)
        for n in range(1, 9)
    ]
    for back in (3, 2, 1):
        month = (first - dt.timedelta(days=28 * back)).replace(day=1)
        s.charge_dues(body=body, month_on=month, members=members, by=SYSTEM, now=moment)
    for member in members[:5]:
        s.record_dues_payment(
            body=body, member_reference=member.reference, amount=60_00, paid_on=local_date(moment),
            key=f"demo-{member.reference}", by=people["treasurer"], now=moment,
        )  # fmt: skip


def _levy(people: dict[str, User], moment: dt.datetime) -> None:
    """Enter three returns of the glass works; the first is paid and handed on, the second paid in part."""
    body = UnionBody.objects.select_related("employer").get(name="沙河明澈玻璃有限公司工会")
    by, today = people["treasurer"], local_date(moment)
    if body.employer is None:
        return
    first, made = today.replace(day=1), []
    for wages in WAGES:
        last = first - dt.timedelta(days=1)
        first = last.replace(day=1)
        declared = s.Declared(body.employer, first, last, s.Wages(time_wages=wages, bonuses=wages // 8))
        made.append(s.record_levy_return(body=body, declared=declared, by=by, now=moment))
    told: dict[str, Any] = {"paid_on": today, "by": by, "now": moment}
    s.record_levy_payment(return_id=made[2].pk, amount=made[2].amount, key="demo-levy-1", **told)
    s.transfer_shares(body=body, on=today, by=by, now=moment)
    s.record_levy_payment(return_id=made[1].pk, amount=made[1].amount // 2, key="demo-levy-2", **told)


def _payments(city: UnionBody, people: dict[str, User], moment: dt.datetime) -> None:
    """Draft payments and bring some of them further."""
    texts = ("职工篮球赛器材", "劳模报告会场地", "困难职工慰问活动", "普法讲座资料")
    made = [
        s.draft_spending(
            body=city, confirmed=tuple(Barred.values), by=people["handler"], now=moment,
            order=s.Order(
                code="501", purpose="activity", amount=(1_200 + 640 * n) * 100, source=f"paper:DEMO-{n}",
                period=str(local_date(moment).year), text=text, payee_kind="unit",
                payee_name=f"邢台某服务部{n}", payee_number=f"1300166680805051{n:04d}",
                bank="建设银行邢台分行",
            ),
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip
    for one in made[:3]:
        s.check_spending(public_id=one.public_id, by=people["treasurer"], now=moment)
    for one in made[:2]:
        s.approve_spending(public_id=one.public_id, no_relative=True, by=people["chair"], now=moment)
    batch = s.make_batch(body=city, public_ids=[made[0].public_id], by=people["treasurer"], now=moment)
    s.export_batch(batch_id=batch.pk, by=people["treasurer"], now=moment)
    s.confirm_batch(batch_id=batch.pk, on=local_date(moment), by=people["treasurer"], now=moment)
