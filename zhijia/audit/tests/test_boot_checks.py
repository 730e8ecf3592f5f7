"""The boot gate looks for the signing key and for witnesses."""

import pytest
from django.db import DatabaseError

from zhijia.audit import boot_checks, keys
from zhijia.audit.models import SigningKey
from zhijia.core.boot_gate.findings import Weight

pytestmark = pytest.mark.django_db


def test_before_the_first_key_nothing_is_missing_and_none_is_made(keys_folder):
    assert boot_checks.signing_key_missing() is None
    assert not SigningKey.objects.exists()
    assert not keys_folder.exists()


def test_a_signing_key_that_is_gone_is_told_with_its_file(keys_folder):
    keys.current()
    assert boot_checks.signing_key_missing() is None
    keys._read.cache_clear()
    (keys_folder / "audit-signing-1.key").unlink()
    found = boot_checks.signing_key_missing()
    assert found is not None
    assert "audit-signing-1.key: No such file" in found.cause
    assert found.weight == Weight.PRODUCTION


def test_an_empty_database_is_borne(monkeypatch):
    def fail():
        raise DatabaseError("no such table")

    monkeypatch.setattr(SigningKey.objects, "exists", fail)
    assert boot_checks.signing_key_missing() is None


def test_a_house_without_witnesses_is_warned_and_opens(settings):
    settings.ZHIJIA_WITNESSES = []
    found = boot_checks.no_witness()
    assert found is not None
    assert found.weight == Weight.WARNING
    settings.ZHIJIA_WITNESSES = ["file:///mnt/heads.jws"]
    assert boot_checks.no_witness() is None
