"""Sealing and look-up keys in bulk give what the plain functions give, under both profiles."""

import pytest

from zhijia.core import key_ring
from zhijia.core.sealing import NONCE_BYTES, Sealer, blind_index, indexer, is_current, unseal


@pytest.fixture(params=key_ring.PROFILES)
def profile(request, tmp_path, settings):
    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    key_ring.forget()
    key_ring.choose_profile(request.param)
    yield request.param
    key_ring.forget()


def test_what_is_sealed_in_bulk_opens_like_any_other(profile):
    sealer = Sealer("roll")
    sealed = [sealer.seal(f"张三{n}".encode(), f"place|{n}") for n in range(1200)]
    assert [unseal(value, purpose="roll", place=f"place|{n}").decode() for n, value in enumerate(sealed)] == [
        f"张三{n}" for n in range(1200)
    ]
    assert all(is_current(value) for value in sealed)
    assert len({value[2 : 2 + NONCE_BYTES] for value in sealed}) == 1200


def test_look_up_keys_in_bulk_are_the_same(profile):
    index = indexer("roll-identity")
    for text in ("11010519491231002X", "", "张三"):
        assert index(text) == index(text) == blind_index(text, purpose="roll-identity")
    assert indexer("roll-phone")("1") != index("1")
