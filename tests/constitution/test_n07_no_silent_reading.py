"""N7: no master key, no silent read, no switch that stops the log."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings

from tests.architecture.sources import PACKAGE, code, nothing, shown
from zhijia.appeals.permissions import CONTACT
from zhijia.appeals.tests.factories import make_world
from zhijia.audit import services as audit
from zhijia.core.actors import STRANGER, SYSTEM
from zhijia.vault.enums import Purpose
from zhijia.vault.models import Disclosure
from zhijia.vault.services import open_part, parts

SWITCH = re.compile(
    r"(AUDIT|(?<![A-Z])LOG(?!IN)|DISCLOSURE|VAULT)\w*_(OFF|DISABLED?|ENABLED?|SKIP|SILENT)|(NO|SKIP|DISABLE)_(AUDIT|LOG\b)"
)
OPENERS = {
    "zhijia/vault/services/parts.py",
    "zhijia/vault/keys.py",
    "zhijia/core/sealed_fields.py",
    "zhijia/core/boxes.py",
    "zhijia/attachments/keys.py",  # a file, with a key that the vault opened and logged
    "zhijia/core/backup/stream.py",  # a backup, with the key that the server does not have
}


@pytest.mark.django_db(transaction=True)
def test_nothing_opens_when_the_log_cannot_be_written(now: Any) -> None:
    world = make_world(now)
    matter = world.submit(by=STRANGER, confidentiality="sealed", name="周工", mobile="13912340000")
    asked = {"owner": matter.owner, "part": CONTACT, "by": SYSTEM, "purpose": Purpose.GRIEVANCE_HANDLE,
             "reason": "告知", "now": now, "tenant": matter.tenant}  # fmt: skip
    with (
        patch.object(audit, "record_read", side_effect=OSError("disk full")),
        pytest.raises(OSError, match="full"),
    ):
        open_part(**asked)
    with patch.object(
        parts, "open_with", side_effect=AssertionError("opened before it was logged")
    ) as opened:
        with (
            patch.object(parts, "_disclose", side_effect=OSError("disk full")),
            pytest.raises(OSError, match="full"),
        ):
            open_part(**asked)
        assert not opened.called
    assert not Disclosure.objects.exists()
    assert open_part(**asked)["mobile"].endswith("13912340000")
    assert Disclosure.objects.filter(owner=matter.owner).count() == 1


def test_no_setting_switches_the_log_off() -> None:
    found = {name for name in dir(settings) if SWITCH.search(name)}
    nothing(found - {"DJANGO_STRUCTLOG_IP_LOGGING_ENABLED"})  # the technical log; off, it keeps no address
    read = [
        p for p in code() if re.search(r"env(iron)?\b[^\n]*" + SWITCH.pattern, p.read_text(encoding="utf-8"))
    ]
    nothing(shown(path) for path in read)


def test_boxes_are_opened_in_the_vault_and_nowhere_else() -> None:
    """The private half of a case is used by few files; a new one is a new reader."""
    users = {shown(p) for p in code() if re.search(r"\bopen_with\b", p.read_text(encoding="utf-8"))}
    assert "zhijia/vault/services/parts.py" in users
    wrong = {name for name in users - OPENERS if not name.startswith("zhijia/vault/")}
    nothing(wrong)
    assert (PACKAGE / "vault").is_dir()
