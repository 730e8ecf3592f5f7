"""N4 and N12: no vote leads to a person, and no receipt proves a choice. There are no ballots yet.

Who builds them meets this test first: a table of votes has no key to a person, no address of a computer
and no moment finer than a quarter of an hour, for the order of casting against the order of issuing finds
nine voters in ten. What voted (the roll) stands in another table than what was chosen, and no column
stands for a receipt beside a choice.
"""

import re
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.sources import nothing
from tests.constitution.houses import house_models, label, person_keys
from zhijia.accounts.models import User

VOTES = re.compile(r"ballot|vote|(?<![a-z])poll|choice|tally|election", re.IGNORECASE)
ADDRESS = re.compile(r"(^|_)(ip|address|user_agent|device|session|host)(_|$)", re.IGNORECASE)
RECEIPT = re.compile(r"receipt|tracker|proof", re.IGNORECASE)
CHOSEN = re.compile(r"choice|chosen|option|candidate|plaintext|(^|_)vote$", re.IGNORECASE)
SUMS = {"organising.Vote.counted_at": "when the sums of a whole ballot were typed in from the count sheet"}
"""Moments of counting, which say nothing about when anybody voted."""
EXACT = (models.DateTimeField, models.TimeField)
"""A column that must know when holds a day (``DateField``), or the number of a batch."""


def _is_about_votes(model: Any) -> bool:
    return bool(VOTES.search(model._meta.app_label) or VOTES.search(model.__name__))


def faults() -> list[str]:
    """Return every column of a table of votes that could lead to a person or prove a choice."""
    found = []
    for model in filter(_is_about_votes, house_models()):
        names = [field.name for field in model._meta.local_fields]
        exact = [f.name for f in model._meta.local_fields if isinstance(f, EXACT)]
        wrong = {*person_keys(model), *filter(ADDRESS.search, names), *exact}
        if any(map(CHOSEN.search, names)):
            wrong |= set(filter(RECEIPT.search, names))
        found += [label(model, name) for name in sorted(wrong) if label(model, name) not in SUMS]
    return found


def test_no_table_of_votes_leads_to_a_person_or_proves_a_choice() -> None:
    nothing(faults())


@contextmanager
def _planted(**columns: Any) -> Any:
    told = {"__module__": "zhijia.appeals.models", **columns,
            "Meta": type("Meta", (), {"app_label": "appeals"})}  # fmt: skip
    try:
        yield type("CastBallot", (models.Model,), told)
    finally:
        apps.all_models["appeals"].pop("castballot", None)
        apps.clear_cache()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("voter", lambda: models.ForeignKey(User, models.CASCADE, related_name="+")),
        ("cast_by", lambda: models.CharField(max_length=40)),
        ("phone_index", lambda: models.BinaryField()),
        ("cast_ip", lambda: models.GenericIPAddressField()),
        ("cast_at", lambda: models.DateTimeField()),
        ("receipt", lambda: models.CharField(max_length=40)),
    ],
)
def test_each_of_them_is_seen_when_somebody_builds_it(name: str, column: Any) -> None:
    with _planted(choice=models.IntegerField(), **{name: column()}):
        assert faults() == [f"appeals.CastBallot.{name}"]
    assert faults() == []
