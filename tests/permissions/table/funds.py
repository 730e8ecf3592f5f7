"""Addresses of money: for those who hold a task with it in that very body, and for nobody else."""

from typing import Any

from tests.permissions.world import World, only
from zhijia.funds import services as s
from zhijia.funds.enums import Barred
from zhijia.unions.enums import Role
from zhijia.unions.tests.factories import NOW, TODAY, PostFactory

KEEPER = ("steward",)
"""The county's steward, who is given the treasurer's post too; a dispatcher has nothing to do with money."""


def money(world: World) -> dict[str, Any]:
    """Return the number of the county; the first time, make its steward the treasurer."""
    if "funds" not in world.people:
        PostFactory(body=world.tree.county, user=world.people["steward"], role=Role.TREASURER)
        world.people["steward"].refresh_from_db()
        world.people["funds"] = None
    return {"body_id": world.tree.county.pk}


def voucher(world: World) -> dict[str, Any]:
    """Return the address of a voucher of the county."""
    told = money(world)
    legs = (s.Leg("102", debit=5), s.Leg("408", credit=5))
    made = s.write_voucher(
        body=world.tree.county, posting=s.Posting(TODAY, "其他收入", "附表1", legs),
        by=world.people["steward"], now=NOW,
    )  # fmt: skip
    return told | {"year": made.year, "number": made.number}


def spending(world: World) -> dict[str, Any]:
    """Return the address of a payment of the county."""
    told = money(world)
    if "spending" not in world.people:
        order = s.Order("501", "activity", 100, "凭证1", "2026", "活动", "unit", "店", "13001658808050512345")
        world.people["spending"] = s.draft_spending(
            body=world.tree.county, order=order, confirmed=tuple(Barred.values),
            by=world.people["steward"], now=NOW,
        )  # fmt: skip
    return told | {"public_id": world.people["spending"].public_id}


def first(world: World) -> dict[str, Any]:
    """Make the treasurer before anybody signs in; the address takes nothing."""
    money(world)
    return {}


def _keeper(arguments: Any, **more: Any) -> Any:
    return only(*KEEPER, arguments=arguments, **more)


def _nothing(name: str) -> Any:
    return lambda world: money(world) | {name: 999_999}


ROUTES = {
    "funds:index": _keeper(first),
    "funds:overview": _keeper(money),
    "funds:ledger": _keeper(money),
    "funds:export": _keeper(money),
    "funds:write": _keeper(money),
    "funds:voucher": _keeper(voucher),
    "funds:close": _keeper(money, method="post", status="elsewhere"),
    "funds:sums": _keeper(money),
    "funds:dues": _keeper(money),
    "funds:charge": _keeper(money),
    "funds:decide": only(method="post", arguments=_nothing("adjustment_id")),
    "funds:levy": _keeper(money),
    "funds:levy_new": _keeper(money),
    "funds:transfer": _keeper(money, method="post", status="elsewhere"),
    "funds:refund": only(method="post", arguments=money),
    "funds:levy_return": _keeper(_nothing("return_id"), status=404),
    "funds:budgets": _keeper(money),
    "funds:budget": _keeper(_nothing("budget_id"), status=404),
    "funds:spendings": _keeper(money),
    "funds:spending_new": _keeper(money),
    "funds:spending": _keeper(spending),
    "funds:files": _keeper(money),
    "funds:file": _keeper(_nothing("batch_id"), status=404),
    "funds:file_export": _keeper(
        lambda world: money(world) | {"batch_id": 999_999, "form": "csv"}, method="post", status=404
    ),
}
