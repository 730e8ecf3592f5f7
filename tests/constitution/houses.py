"""What the tests of this folder look at: the models, columns and addresses of the house."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models

from zhijia.accounts.models import User
from zhijia.core.sealed_fields import SealedTextField

NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)
MARKS = (models.BooleanField, models.JSONField)
"""What says something about a person without being a number: "is frequent", or a score inside a JSON."""
PERSON_NAMES = re.compile(
    r"(^|_)(by|index|phone|mobile|email|actor|author|author_sealed|handler|holder|person|user|worker|account|"
    r"id_number|credential|to|address|address_sealed)$"
)
"""Columns that are no foreign key and yet lead to a person: whoever did it as a text (``user:7``), and
the keyed indexes of telephone numbers, identity numbers and receipts."""


NO_PERSON = {
    "unions.UnionBody": {"phone", "address"},  # of an office, printed on its page
    "audit.WitnessState": {"address"},  # where heads are sent
}
"""Columns with such a name that lead to nobody."""


def house_models() -> list[Any]:
    """Return every model that the house itself defines."""
    return [m for m in apps.get_models() if m.__module__.startswith("zhijia.")]


def label(model: Any, name: str = "") -> str:
    """Return ``app.Model`` or ``app.Model.column``."""
    return f"{model._meta.label}.{name}" if name else model._meta.label


def person_keys(model: Any) -> list[str]:
    """Return the columns that lead to a person: an account, who did it as a text, an index, a seal."""
    if model is User:
        return ["itself"]
    no_person = NO_PERSON.get(label(model), set())
    return [f.name for f in model._meta.local_fields if f.name not in no_person and _leads_to_a_person(f)]


def _leads_to_a_person(field: Any) -> bool:
    if field.is_relation:
        return field.related_model is User
    return not isinstance(field, (*NUMBERS, *MARKS)) and bool(PERSON_NAMES.search(field.name))


def numbers(model: Any) -> list[str]:
    """Return the columns that hold a number which is neither a key nor the tenant."""
    return [
        f.name
        for f in model._meta.local_fields
        if not f.is_relation and not f.primary_key and f.name not in ("tenant", "about_tenant") and _counts(f)
    ]


def _counts(field: Any) -> bool:
    return isinstance(getattr(field, "output_field", None) or field, NUMBERS)


def numbers_beside_people() -> set[str]:
    """Return every number that stands in one row with a person."""
    return {label(m, name) for m in house_models() if person_keys(m) for name in numbers(m)}


def marks(model: Any) -> list[str]:
    """Return the columns that hold a yes or no, or anything at all."""
    return [
        f.name
        for f in model._meta.local_fields
        if isinstance(getattr(f, "output_field", None) or f, MARKS) and not f.is_relation
    ]


def marks_beside_people() -> set[str]:
    """Return every yes-or-no and every JSON that stands in one row with a person."""
    return {label(m, name) for m in house_models() if person_keys(m) for name in marks(m)}


def columns() -> list[tuple[Any, str]]:
    """Return every column of the house."""
    return [(model, field.name) for model in house_models() for field in model._meta.local_fields]


def sealed_columns() -> Iterator[tuple[Any, str]]:
    """Yield every column that holds what somebody wrote, under seal."""
    for model in house_models():
        for field in model._meta.local_fields:
            if isinstance(field, SealedTextField):
                yield model, field.name


PLANTED = {
    "person": lambda: models.ForeignKey(User, models.CASCADE, related_name="+"),
    "phone_index": lambda: models.BinaryField(),
    "id_index": lambda: models.BinaryField(),
    "opened_by": lambda: models.CharField(max_length=40),
    "refused_by": lambda: models.CharField(max_length=40),
    "author_sealed": lambda: models.BinaryField(),
}
"""Ways in which a table that must never be built could name its person."""


@contextmanager
def planted(key: str) -> Iterator[Any]:
    """Make up, for the length of a block, a table with a score and two marks beside this key."""
    known = apps.all_models["appeals"]
    told = {
        "__module__": "zhijia.appeals.models",
        key: PLANTED[key](),
        "discontent": models.FloatField(),
        "is_frequent": models.BooleanField(default=False),
        "profile": models.JSONField(default=dict),
        "Meta": type("Meta", (), {"app_label": "appeals"}),
    }
    try:
        yield type("Planted", (models.Model,), told)
    finally:
        known.pop("planted", None)
        apps.clear_cache()
