"""Sealing anew what lies under an old key of the ring, table by table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Q

from zhijia.core.sealed_fields import KeptTextField
from zhijia.core.sealing import SealBroken, is_current, key_number, seal, unseal

BATCH = 500


@dataclass(frozen=True)
class Rekey:
    """Something an app keeps under the ring."""

    name: str
    """``table.column``."""
    purpose: str
    """The ``purpose`` with which it is sealed; an architecture test looks for each one."""
    numbers: Callable[[], Iterator[int]]
    """Yields the key number of each value that is not in today's form under the newest key."""
    seal_anew: Callable[[], Iterator[str]]
    """Seals each such value anew; yields its reference when that failed, "" when it is done."""


def sealed_column(
    model: str, column: str, purpose: str, place: Callable[[Any], str], only: Q | None = None
) -> Rekey:
    """Return how a binary column is sealed anew; ``place(row)`` is its associated data."""

    def stale() -> Iterator[Any]:
        kind = apps.get_model(model)
        last = 0
        while rows := list(
            kind._base_manager.filter(only or Q(), pk__gt=last)
            .exclude(**{column: b""})
            .order_by("pk")[:BATCH]
        ):
            yield from (row for row in rows if not is_current(getattr(row, column)))
            last = rows[-1].pk

    def numbers() -> Iterator[int]:
        return (key_number(getattr(row, column)) for row in stale())

    def seal_anew() -> Iterator[str]:
        for row in stale():
            yield _seal_anew(row, column, purpose, place)

    return Rekey(f"{model}.{column}", purpose, numbers, seal_anew)


def kept_columns() -> list[Rekey]:
    """Return how every ``KeptTextField`` of the house is sealed anew."""
    return [
        _kept_column(model, field.name, field.place)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, KeptTextField)
    ]


def _kept_column(model: Any, column: str, place: str) -> Rekey:
    raw = ExpressionWrapper(F(column), output_field=BinaryField())

    def stale() -> Iterator[tuple[int, bytes]]:
        rows = model._base_manager.annotate(raw=raw).order_by("pk").values_list("pk", "raw")
        return ((pk, bytes(value)) for pk, value in rows.iterator(BATCH) if value and not is_current(value))

    def seal_anew() -> Iterator[str]:
        for pk, value in list(stale()):
            try:
                text = unseal(value, purpose=KeptTextField.purpose, place=place).decode()
            except SealBroken as error:
                yield f"{model.__name__} {pk}: {error}"
                continue
            model._base_manager.filter(pk=pk).update(**{column: text})
            yield ""

    numbers = lambda: (key_number(value) for _pk, value in stale())  # noqa: E731
    return Rekey(f"{model._meta.label}.{column}", KeptTextField.purpose, numbers, seal_anew)


@transaction.atomic
def _seal_anew(found: Any, column: str, purpose: str, place: Callable[[Any], str]) -> str:
    row = type(found)._base_manager.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if row is None or not getattr(row, column) or is_current(getattr(row, column)):
        return ""
    try:
        text = unseal(getattr(row, column), purpose=purpose, place=place(row))
    except SealBroken as error:
        return f"{type(found).__name__} {found.pk}: {error}"
    type(found)._base_manager.filter(pk=row.pk).update(
        **{column: seal(text, purpose=purpose, place=place(row))}
    )
    return ""
