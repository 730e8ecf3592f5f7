"""Whoever reads Chinese meets no English on any page that a person in the table may open."""

import re
from html import unescape

import pytest
from django.http import HttpResponse
from django.urls import reverse

from tests.architecture.sources import nothing
from tests.permissions.test_table import TABLES
from tests.permissions.world import World

ACTORS = ("stranger", "worker", "dispatcher", "steward")
TOLD = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[a-f]*[0-9])[0-9a-f]{8,40}(?![0-9A-Za-z])")
"""The version of a text or of the program: hex digits, no word."""
WORD = re.compile(r"[A-Za-z]{3,}")
MEANT = {
    "English",  # the language's own name
    "Enter",  # a key
    "JavaScript",
    "CSV", "csv", "ODS", "PDF", "XLS", "XLSX",  # kinds of files
    "worker",  # the name of people in tests
}  # fmt: skip
SECRETS = {"mfa_activate_totp", "mfa_view_recovery_codes", "membership:work_door"}
"""Pages that show random letters."""


def words_of(page: HttpResponse) -> set[str]:
    """Return the Latin words that a person sees or is read aloud."""
    if page.streaming or not page.get("Content-Type", "").startswith("text/html"):
        return set()
    text = DIGEST.sub(" ", HIDDEN.sub("", page.content.decode()))
    seen = [re.sub(r"<[^>]+>", " ", text), *TOLD.findall(text)]
    return {word for part in seen for word in WORD.findall(unescape(part))} - MEANT


@pytest.mark.django_db
@pytest.mark.parametrize("app", TABLES)
def test_a_reader_of_chinese_meets_no_english(app: str, time_machine, now) -> None:
    time_machine.move_to(now, tick=False)
    world = World()
    wrong = []
    for name, route in TABLES[app].items():
        if route.method != "get" or name in SECRETS:
            continue
        address = reverse(name, kwargs=route.arguments(world) if route.arguments else None)
        for actor in ACTORS:
            words = words_of(world.client(actor).get(address))
            if words:
                wrong.append(f"{name}: {actor} reads {', '.join(sorted(words))}")
    nothing(wrong)
