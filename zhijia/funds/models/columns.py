"""Columns that the tables of this app share."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from zhijia.unions.models import UnionBody


def body_key(**options: Any) -> "models.ForeignKey[UnionBody, UnionBody]":
    """Return the column of the body whose money it is; the tenant's indexes lead to it."""
    told = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(UnionBody, **told)


def officer_key(**options: Any) -> "models.ForeignKey[Any, Any]":
    """Return the column of an officer who did something."""
    told = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False, **options}
    return models.ForeignKey(settings.AUTH_USER_MODEL, **told)


def link(to: Any, related_name: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    """Return a column that leads to another table of this app and protects its row."""
    told = {"on_delete": models.PROTECT, "related_name": related_name, "db_index": False, **options}
    return models.ForeignKey(to, **told)


def fen(label: Any = None, **options: Any) -> "models.BigIntegerField[int, int]":
    """Return a column of an amount in whole fen."""
    return models.BigIntegerField(label, **options)


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Rows that are written once: a correction is a new row."""

    def update(self, **changes: Any) -> NoReturn:
        raise TypeError("a posted voucher is never changed: reverse it")

    def delete(self) -> NoReturn:
        raise TypeError("a posted voucher is never deleted: reverse it")

    def bulk_update(self, *args: Any, **options: Any) -> NoReturn:
        raise TypeError("a posted voucher is never changed: reverse it")


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Insert the row; raise ``TypeError`` when it is there already."""
        if not self._state.adding:
            raise TypeError("a posted voucher is never changed: reverse it")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("a posted voucher is never deleted: reverse it")
