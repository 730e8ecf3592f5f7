"""Every step of every workflow leads somewhere real."""

from importlib import import_module
from importlib.util import find_spec

import pytest
import rules.permissions
from django.apps import apps

from tests.architecture.sources import nothing
from zhijia.core.manifest import contributions

STEPS = [step for workflow in contributions("workflows") for step in workflow.transitions]


@pytest.fixture(scope="module", autouse=True)
def _everything_is_loaded() -> None:
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.startswith("zhijia.") and find_spec(name):
            import_module(name)


def test_every_step_names_a_permission_that_somebody_decides() -> None:
    nothing([s.permission for s in STEPS if s.permission not in rules.permissions.permissions])


def test_every_step_has_a_label_in_the_audit() -> None:
    labels = {key for key, _label in contributions("audit_labels")}
    nothing([step.audit for step in STEPS if step.audit not in labels])


def test_every_message_of_a_step_is_of_a_kind_that_exists() -> None:
    kinds = {kind.key for kind in contributions("messages")}
    nothing([step.message for step in STEPS if step.message and step.message not in kinds])


def test_keys_of_messages_audit_labels_indicators_and_timers_are_unique() -> None:
    for slot, key in (
        ("messages", lambda kind: kind.key),
        ("audit_labels", lambda pair: pair[0]),
        ("indicators", lambda indicator: indicator.key),
        ("timers", lambda timer: timer.name),
    ):
        keys = [key(entry) for entry in contributions(slot)]
        assert sorted(keys) == sorted(set(keys)), slot


def test_every_indicator_has_a_written_definition() -> None:
    nothing([i.key for i in contributions("indicators") if len(str(i.definition)) < 20])
