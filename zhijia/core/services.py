"""How every service starts: lock the row, then look at it."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models

from zhijia.core.errors import NotAllowed, NotFound, WrongState
from zhijia.core.workflow import Refused, Transition, Workflow

Row = TypeVar("Row", bound=models.Model)


def load_locked(queryset: models.QuerySet[Row], **lookup: Any) -> Row:
    """Return the one row, locked until the transaction ends; raise ``NotFound``.

    SQLite has no row locks; there, each transaction takes the write lock when it begins
    (``transaction_mode = IMMEDIATE``), which is stricter.
    """
    try:
        return queryset.select_for_update(of=("self",)).get(**lookup)
    except ObjectDoesNotExist:
        raise NotFound from None


def require(by: Any, permission: str, obj: Any = None) -> None:
    """Raise ``NotAllowed`` unless the named permission holds; an unknown name raises ``KeyError``."""
    from rules import permissions

    if not permissions.permissions[permission].test(by, obj):
        raise NotAllowed


def check_state(table: Workflow, transition: str, state: str) -> Transition:
    """Return the transition, or raise ``WrongState`` in the reader's words."""
    try:
        return table.check(transition, state)
    except Refused:
        raise WrongState from None
