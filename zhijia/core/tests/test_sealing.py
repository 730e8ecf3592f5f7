"""Sealing: what belongs elsewhere, was altered or lies under another key does not open."""

import pytest

from zhijia.core import key_ring
from zhijia.core.boxes import new_pair, open_with, seal_to
from zhijia.core.receipts import keys_of, new_receipt
from zhijia.core.sealing import SealBroken, blind_index, is_current, key_number, seal, unseal

TEXT = "工资三个月没有发".encode()


@pytest.fixture
def ring(tmp_path, settings):
    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    key_ring.forget()
    yield key_ring
    key_ring.forget()


@pytest.mark.parametrize("profile", key_ring.PROFILES)
def test_a_value_opens_only_where_it_was_sealed(ring, profile: str) -> None:
    ring.choose_profile(profile)
    value = seal(TEXT, purpose="phone", place="user|phone|1")
    assert unseal(value, purpose="phone", place="user|phone|1") == TEXT
    assert value[0] == {"international": 2, "chinese": 3}[profile]
    for purpose, place in (("phone", "user|phone|2"), ("mail", "user|phone|1")):
        with pytest.raises(SealBroken):
            unseal(value, purpose=purpose, place=place)


@pytest.mark.parametrize("profile", key_ring.PROFILES)
def test_every_altered_byte_is_found(ring, profile: str) -> None:
    ring.choose_profile(profile)
    value = seal(TEXT, purpose="phone", place="p")
    pair = new_pair()
    box = seal_to(pair.public, TEXT, place="p")
    for number in range(len(value)):
        bad = value[:number] + bytes([value[number] ^ 1]) + value[number + 1 :]
        with pytest.raises(SealBroken):
            unseal(bad, purpose="phone", place="p")
    for number in range(len(box)):
        bad = box[:number] + bytes([box[number] ^ 1]) + box[number + 1 :]
        with pytest.raises(SealBroken):
            open_with(pair.private, bad, place="p")


@pytest.mark.parametrize("profile", key_ring.PROFILES)
def test_a_box_takes_from_anybody_and_gives_to_the_private_half_only(ring, profile: str) -> None:
    ring.choose_profile(profile)
    own, other = new_pair(), new_pair()
    box = seal_to(own.public, TEXT, place="talk|7")
    assert open_with(own.private, box, place="talk|7") == TEXT
    for private, place in ((other.private, "talk|7"), (own.private, "talk|8")):
        with pytest.raises(SealBroken):
            open_with(private, box, place=place)


def test_after_a_rotation_old_values_open_new_ones_use_the_new_key_and_indexes_stay(ring) -> None:
    old, index = seal(TEXT, purpose="phone", place="p"), blind_index("138", purpose="phone")
    assert ring.rotate() == 2
    new = seal(TEXT, purpose="phone", place="p")
    assert (key_number(old), key_number(new)) == (1, 2)
    assert (is_current(old), is_current(new)) == (False, True)
    assert unseal(old, purpose="phone", place="p") == unseal(new, purpose="phone", place="p") == TEXT
    assert blind_index("138", purpose="phone") == index
    ring.destroy(1)
    assert blind_index("138", purpose="phone") == index
    assert unseal(new, purpose="phone", place="p") == TEXT
    with pytest.raises(SealBroken, match="missing"):
        unseal(old, purpose="phone", place="p")


def test_key_files_are_for_their_owner_only(ring) -> None:
    seal(TEXT, purpose="phone", place="p")
    assert [oct(path.stat().st_mode & 0o777) for path in ring.folder().iterdir()] == ["0o600"]
    assert oct(ring.folder().stat().st_mode & 0o777) == "0o700"


def test_a_value_of_the_first_form_still_opens(ring) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from zhijia.core.sealing import _derive

    ring.make(1)
    key = _derive("phone", ring.key(1))
    value = bytes([1]) + bytes(12) + AESGCM(key).encrypt(bytes(12), TEXT, b"p")
    assert unseal(value, purpose="phone", place="p") == TEXT
    assert not is_current(value)


def test_a_receipt_gives_one_look_up_key_and_one_opening_key(ring) -> None:
    receipt, other = new_receipt(), new_receipt()
    assert keys_of(receipt) == keys_of(f" {receipt[:4]} {receipt[4:]} ")
    assert keys_of(receipt).index != keys_of(other).index
    assert keys_of(receipt).key != keys_of(other).key
    assert receipt not in repr(keys_of(receipt))


def test_a_server_that_runs_on_seals_under_the_key_that_another_process_made(ring):
    before = seal(b"x", purpose="p", place="a")
    ring.write_key(ring.path_of(2), bytes(range(32)))  # as `zhijia keys rotate` does, in its own process
    after = seal(b"x", purpose="p", place="a")
    assert (key_number(before), key_number(after)) == (1, 2)
    assert unseal(before, purpose="p", place="a") == unseal(after, purpose="p", place="a")
