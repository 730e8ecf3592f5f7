"""N13: nothing is shared by default, and no help is refused to whoever consents to nothing."""

from dataclasses import fields
from typing import Any

import pytest
from django.db import models
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.architecture.sources import nothing
from tests.constitution.houses import house_models, label
from tests.trust.twin_worlds import NOW
from zhijia.appeals import services as s
from zhijia.appeals.enums import Confidentiality
from zhijia.appeals.forms.worker import AppealForm
from zhijia.appeals.services import Submission
from zhijia.appeals.tests.factories import make_world
from zhijia.core.actors import STRANGER


def test_every_consent_is_no_until_somebody_says_yes() -> None:
    asked = [
        (model, field)
        for model in house_models()
        for field in model._meta.local_fields
        if isinstance(field, models.BooleanField) and "consent" in field.name
    ]
    assert asked
    nothing(label(model, field.name) for model, field in asked if field.get_default() is not False)
    nothing(f.name for f in fields(Submission) if "consent" in f.name and f.default is not False)


def test_no_box_of_consent_is_ticked_or_demanded_on_the_form() -> None:
    boxes = {name: field for name, field in AppealForm.base_fields.items() if "consent" in name}
    assert boxes
    nothing(name for name, field in boxes.items() if field.required or field.initial)


class Without(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(st.sampled_from(Confidentiality.values), st.booleans(), st.booleans())
    def test_a_matter_is_handled_to_its_end_with_every_consent_withheld(
        self, confidentiality: str, with_account: bool, with_employer: bool
    ) -> None:
        world = make_world(NOW)
        told: dict[str, Any] = {"confidentiality": confidentiality, "consents_to_publishing": False}
        if not with_account:
            told |= {"by": STRANGER, "name": "周工", "mobile": "13912340000"}
        if not with_employer:
            told["employer_id"] = None
        matter = world.replied(**told)
        assert matter.state == "replied"
        assert not matter.consents_to_publishing
        by = world.holder(matter)
        s.rate_reply(appeal_id=matter.pk, result="satisfied", attitude="satisfied", by=by, now=NOW)
        matter.refresh_from_db()
        assert matter.state == "confirmed"


@pytest.mark.django_db
def test_without_consent_nothing_is_published(now: Any) -> None:
    from zhijia.appeals.errors import ConsentMissing

    world = make_world(now)
    matter = world.replied()
    with pytest.raises(ConsentMissing):
        s.publish_answer(
            appeal_id=matter.pk, title="t", question="q", answer="a", checked_marks=True,
            by=world.people["dispatcher"], now=now,
        )  # fmt: skip
