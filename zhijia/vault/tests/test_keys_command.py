"""``zhijia keys`` as an operator types it: make, list, recovery, rehearse, recover."""

import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from zhijia.audit.models import Entry
from zhijia.core import key_ring
from zhijia.core.sealing import SM4_GCM, seal, unseal
from zhijia.unions.tests.factories import Tree
from zhijia.vault import services
from zhijia.vault.errors import KeyNotGiven
from zhijia.vault.tests.test_keys import NOW, TEXT, _keeper, officer, read, tree
from zhijia.vault.tests.test_keys import seal as seal_part

__all__ = ["_keeper", "tree"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def empty(tmp_path, settings):
    """A place for keys in which there are none yet."""
    settings.ZHIJIA_KEY_FILE = str(tmp_path / "keys" / "master.key")
    key_ring.forget()
    yield tmp_path / "keys"
    key_ring.forget()


def refused(*words: str) -> CommandError:
    with pytest.raises(CommandError) as told:
        call_command("keys", *words)
    return told.value


def test_a_key_is_made_once_with_the_profile_that_was_chosen(empty, capsys):
    call_command("keys", "make", "--profile", "chinese")
    assert f"made {empty / 'master.key'} (chinese)" in capsys.readouterr().out
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in empty.iterdir()}
    assert files == {"master.key": 0o600, "profile": 0o600}
    first = (empty / "master.key").read_bytes()
    again = refused("make", "--profile", "international")
    assert (again.returncode, (empty / "master.key").read_bytes()) == (2, first)
    assert key_ring.profile() == "chinese"
    sealed = seal(b"text", purpose="test", place="here")
    assert (sealed[0], unseal(sealed, purpose="test", place="here")) == (SM4_GCM, b"text")


def test_the_list_names_every_key_and_shows_none(empty, capsys):
    call_command("keys", "make")
    call_command("keys", "rotate")
    capsys.readouterr()
    call_command("keys", "list")
    told = capsys.readouterr().out
    assert "profile: international" in told
    assert f"key 1: only opens, mode 600, {empty / 'master.key'}" in told
    assert f"key 2: seals, mode 600, {empty / 'master-2.key'}" in told
    for number in (1, 2):
        secret = key_ring.key(number)
        assert secret.hex() not in told
        assert str(secret) not in told


def test_the_shares_of_the_recovery_key_open_together_and_bring_a_body_back(tree: Tree, tmp_path, capsys):
    call_command("keys", "recovery", "--shares", "3", "--needed", "2", "--folder", str(tmp_path))
    assert "2 of these 3 people" in capsys.readouterr().out
    shares = sorted(tmp_path.glob("recovery-1-share-*.txt"))
    assert [stat.S_IMODE(file.stat().st_mode) for file in shares] == [0o600] * 3
    told = [f"--share={file}" for file in shares]
    first = officer(tree.county)
    seal_part(tree.county)
    call_command("keys", "rehearse", told[0], told[2])
    assert "the shares open recovery key 1" in capsys.readouterr().out
    assert Entry.objects.filter(action="vault.recovery_rehearsed").count() == 1
    first.private_key = services.open_user_key(user=first, password="forgotten", now=NOW)
    with pytest.raises(KeyNotGiven):
        read(first)
    call_command("keys", "recover", "--body", str(tree.county.pk), told[1], told[2])
    assert f"handed on 1 keys to officers of {tree.county.name}" in capsys.readouterr().out
    assert read(first) == TEXT


def test_shares_that_do_not_suffice_and_unknown_bodies_are_refused_and_change_nothing(tree: Tree, tmp_path):
    call_command("keys", "recovery", "--shares", "3", "--needed", "2", "--folder", str(tmp_path))
    share = next(tmp_path.glob("*.txt"))
    for words in (
        ("rehearse", f"--share={share}"),
        ("recover", "--body", str(tree.county.pk), f"--share={share}"),
        ("recover", "--body", "999999", f"--share={share}"),
    ):
        assert refused(*words).returncode == 2
    assert not Entry.objects.filter(action__in=("vault.recovery_rehearsed", "vault.recovered")).exists()


def test_shares_are_printed_where_no_folder_is_named(capsys):
    call_command("keys", "recovery", "--shares", "2", "--needed", "2")
    printed = capsys.readouterr().out
    assert [line[:27] for line in printed.splitlines()][:2] == ["zhijia-recovery key 1 share"] * 2
    assert not list(Path.cwd().glob("recovery-*-share-*.txt"))
