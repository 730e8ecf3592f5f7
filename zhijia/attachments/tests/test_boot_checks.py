"""The boot gate tells when documents are read without a wall around them."""

from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from zhijia.attachments.boot_checks import sandbox_missing
from zhijia.attachments.sandbox import runner
from zhijia.core.boot_gate.findings import Weight


@pytest.fixture
def bwrap(monkeypatch):
    """Say whether the wall can be built on this machine."""

    def set_to(works: bool) -> None:
        monkeypatch.setattr(runner, "_bubblewrap_works", lambda: works)

    return set_to


@pytest.mark.parametrize(
    ("wanted", "works", "words"),
    [
        ("auto", True, ""),
        ("bubblewrap", True, ""),
        ("auto", False, "read without a sandbox"),
        ("bubblewrap", False, "nobody can open them"),
        ("limits", False, ""),
    ],
)
def test_a_missing_wall_is_told_with_its_cure_unless_it_was_chosen(settings, bwrap, wanted, works, words):
    settings.ZHIJIA_SANDBOX = wanted
    bwrap(works)
    found = sandbox_missing()
    assert (found is None) == (words == "")
    if found:
        assert words in found.cause
        assert "apt-get install bubblewrap" in found.cure
        assert found.weight is Weight.WARNING


@pytest.mark.django_db
def test_the_doctor_names_it(settings, bwrap, capsys):
    settings.ZHIJIA_SANDBOX = "auto"
    bwrap(False)
    with suppress(CommandError):
        call_command("doctor")
    told = capsys.readouterr()
    assert "read without a sandbox" in told.out + told.err
