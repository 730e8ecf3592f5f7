"""Signed heads: when they are signed, with which key, and what a check finds about them."""

import datetime as dt
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from zhijia.audit import keys, selectors
from zhijia.audit.errors import AuditIsFinal, SigningKeyMissing
from zhijia.audit.models import Entry, Head, SignedHead, SigningKey
from zhijia.audit.services import (
    change_key,
    commitment_of,
    record,
    sign_heads,
    sign_statement,
    stamp,
)
from zhijia.audit.verify_audit import Statement, main
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.django_db


def add(tenant: int = 13, n: int = 1) -> Entry:
    return record("thing.done", obj=f"thing:{n}", by=SYSTEM, now=NOW, tenant=tenant)


def verify(capsys, *options: str) -> tuple[int, str]:
    try:
        call_command("audit", "verify", *options)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, capsys.readouterr().out


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_head_of_each_chain_that_moved_is_signed():
    first, other = add(), add(tenant=31)
    assert sign_heads(now=NOW) == 2
    assert sign_heads(now=NOW + HOUR) == 0
    second = add()
    assert sign_heads(now=NOW + 2 * HOUR) == 1
    signed = list(SignedHead.objects.order_by("pk").values_list("tenant", "seq", "hash", "at"))
    assert signed == [
        (13, 1, first.hash, NOW), (31, 1, other.hash, NOW), (13, 2, second.hash, NOW + 2 * HOUR),
    ]  # fmt: skip


def test_a_chain_that_rests_is_signed_once_a_day():
    add()
    sign_heads(now=NOW)
    assert sign_heads(now=NOW + 23 * HOUR) == 0
    assert sign_heads(now=NOW + 24 * HOUR) == 1


def test_a_statement_says_which_head_when_and_by_whom():
    entry = add()
    sign_heads(now=NOW)
    statement = Statement.read(SignedHead.objects.get().statement, "")
    key = SigningKey.objects.get()
    assert statement.content == {
        "about": "head", "tenant": 13, "seq": 1, "hash": entry.hash, "at": stamp(NOW),
        "installation": key.key_id,
    }  # fmt: skip
    assert statement.key == key.key_id
    assert statement.is_signed_by(bytes.fromhex(key.public))
    assert not statement.is_signed_by(bytes(32))


def test_the_first_key_is_made_on_first_need_and_readable_by_its_owner_only(keys_folder):
    signer = keys.current()
    file = keys_folder / "audit-signing-1.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == 32
    assert keys.current() == signer
    assert SigningKey.objects.count() == 1


def test_a_lost_key_is_not_quietly_replaced(keys_folder):
    add()
    keys.current()
    keys._read.cache_clear()
    (keys_folder / "audit-signing-1.key").unlink()
    with pytest.raises(SigningKeyMissing, match=r"audit-signing-1\.key"):
        sign_heads(now=NOW)
    assert SignedHead.objects.count() == 0


def test_another_key_in_the_file_does_not_sign(keys_folder):
    keys.current()
    keys._read.cache_clear()
    (keys_folder / "audit-signing-1.key").write_bytes(bytes(32))
    with pytest.raises(SigningKeyMissing, match="does not hold key"):
        keys.current()


def test_a_new_key_is_announced_in_the_chain_signed_with_the_old_one():
    old = keys.current()
    new = change_key(now=NOW)
    entry = Entry.objects.get(tenant=0)
    assert (entry.action, entry.object) == ("audit.key_changed", "audit.signingkey:2")
    statement = Statement.read(selectors.data_of(entry)["statement"], "")
    assert statement.key == old.key_id
    assert statement.is_signed_by(keys.public_of(old.private))
    assert (statement.content["about"], statement.content["public"]) == ("key", new.public)
    signer = keys.current()
    assert (signer.number, signer.key_id, signer.installation) == (2, new.key_id, old.key_id)


@pytest.mark.parametrize("way", ["save", "delete", "update"])
def test_code_cannot_change_a_signed_head(way):
    add()
    sign_heads(now=NOW)
    head = SignedHead.objects.get()
    with pytest.raises(AuditIsFinal):
        {"save": head.save, "delete": head.delete, "update": lambda: SignedHead.objects.update(seq=9)}[way]()


# What zhijia audit verify finds -------------------------------------------------------------


def test_verify_counts_the_signed_heads(capsys):
    entry = add()
    sign_heads(now=NOW)
    code, out = verify(capsys)
    assert code == 0
    assert out.splitlines()[0] == f"intact  13:1:{entry.hash}  1 signed heads"


def rewrite_chain(tenant: int = 13) -> None:
    """Make the whole chain anew, with another actor, as somebody who owns the database can."""
    from zhijia.audit.services import entry_line
    from zhijia.audit.verify_audit import GENESIS, hash_of

    previous = GENESIS
    for entry in Entry.objects.filter(tenant=tenant).order_by("seq"):
        entry.actor, entry.previous = "user:99", previous
        previous = hash_of(entry_line(entry))
        sql(
            "UPDATE audit_entry SET actor = 'user:99', previous = %s, hash = %s WHERE id = %s",
            entry.previous, previous, entry.pk,
        )  # fmt: skip
    Head.objects.filter(tenant=tenant).update(hash=previous)


def test_verify_finds_a_chain_made_anew_by_the_signed_heads(capsys):
    for n in range(3):
        add(n=n)
    sign_heads(now=NOW)
    rewrite_chain()
    assert verify(capsys) == (
        1,
        "BROKEN  tenant 13, row 3: is not the row that was signed on 2026-03-02T01:30Z\n",
    )


def test_verify_finds_rows_cut_off_behind_a_signed_head(capsys):
    for n in range(3):
        add(n=n)
    sign_heads(now=NOW)
    sql("DELETE FROM audit_entry WHERE seq > 1")
    Head.objects.update(seq=1, hash=Entry.objects.get().hash)
    assert verify(capsys) == (1, "BROKEN  tenant 13, row 3: was signed on 2026-03-02T01:30Z and is missing\n")


def test_verify_finds_a_signed_head_that_was_altered(capsys):
    add()
    sign_heads(now=NOW)
    pk = SignedHead.objects.get().pk
    sql("UPDATE audit_signedhead SET hash = %s", "f" * 64)
    assert verify(capsys) == (1, f"BROKEN  tenant 13, row 1: is not what signed head {pk} was signed about\n")


def test_verify_finds_a_head_that_another_key_signed(capsys):
    entry = add()
    sign_heads(now=NOW)
    pk = SignedHead.objects.get().pk
    stranger = keys.Signer(
        1, keys.current().key_id, keys.Ed25519PrivateKey.generate(), keys.current().installation
    )
    false = stranger.sign({"about": "head", "tenant": 13, "seq": 1, "hash": entry.hash, "at": stamp(NOW)})
    sql("UPDATE audit_signedhead SET statement = %s", false)
    assert verify(capsys) == (1, f"BROKEN  signed head {pk}: has a false signature\n")


def test_verify_finds_a_new_key_that_the_chain_does_not_announce(capsys):
    add(tenant=0)
    keys.current()
    change_key(now=NOW)
    assert verify(capsys)[0] == 0
    sql("DELETE FROM audit_entry WHERE seq = 2")
    Head.objects.update(seq=1, hash=Entry.objects.get().hash)
    code, out = verify(capsys)
    assert code == 1
    assert out.splitlines()[-1].startswith("BROKEN  tenant 0, row 1: is the last row, and a key that signs")


def test_verify_compares_with_what_a_witness_holds(capsys, tmp_path):
    for n in range(3):
        add(n=n)
    sign_heads(now=NOW)
    held = tmp_path / "held.jws"
    held.write_text(SignedHead.objects.get().statement + "\n")
    assert verify(capsys, "--witness", str(held))[0] == 0
    # The whole chain is made anew, and the list of signed heads with it.
    rewrite_chain()
    sql("DELETE FROM audit_signedhead")
    sign_heads(now=NOW)
    assert verify(capsys)[0] == 0
    # The moment of the head is the same: only what it says differs.
    code, out = verify(capsys, "--witness", str(held))
    assert code == 1
    assert out.startswith("BROKEN  tenant 13, row 3: has two versions: one was signed on 2026-03-02T01:30Z, ")


def test_a_printed_key_that_is_none_of_ours_cannot_vouch(capsys):
    add()
    sign_heads(now=NOW)
    assert verify(capsys, "--trust", SigningKey.objects.get().public)[0] == 0
    assert verify(capsys, "--trust", "ab" * 32) == (
        1, "BROKEN  keys.json: does not hold the key that --trust names\n"
    )  # fmt: skip


# Receipts -----------------------------------------------------------------------------------


def test_a_receipt_can_be_checked_offline_against_the_chain(tmp_path, capsys):
    add()
    salt, matter = "12345678901234567890", "1f0c"
    text = sign_statement({
        "received_at": stamp(NOW), "head": selectors.head_of(13), "commitment": commitment_of(matter, salt),
    })  # fmt: skip
    assert matter not in text
    add(n=2)
    call_command("audit", "export", str(tmp_path / "export"))
    capsys.readouterr()
    receipt = tmp_path / "receipt.txt"
    receipt.write_text(text)
    given = [str(tmp_path / "export"), "--receipt", str(receipt), "--matter", matter, "--salt", salt]
    assert main(given) == 0
    assert '"received_at":"2026-03-02T01:30:00.000000Z"' in capsys.readouterr().out
    assert main([*given[:-1], "0"]) == 1
    assert "belongs to another matter" in capsys.readouterr().out
    assert main(["--trust", SigningKey.objects.get().public, "--receipt", text]) == 0


def test_a_receipt_shows_that_its_row_was_removed(tmp_path, capsys):
    for n in range(2):
        add(n=n)
    text = sign_statement({"received_at": stamp(NOW), "head": selectors.head_of(13)})
    sql("DELETE FROM audit_entry WHERE seq = 2")
    call_command("audit", "export", str(tmp_path / "export"))
    capsys.readouterr()
    assert main([str(tmp_path / "export"), "--receipt", text]) == 1
    assert "row 2: was written on the receipt of 2026-03-02T01:30Z and is missing" in capsys.readouterr().out


def test_a_head_does_not_pass_for_a_receipt(capsys):
    add()
    sign_heads(now=NOW)
    given = ["--trust", SigningKey.objects.get().public, "--receipt", SignedHead.objects.get().statement]
    assert main(given) == 1
    assert "is a statement about something else" in capsys.readouterr().out


def test_a_receipt_cannot_be_made_to_speak_as_a_head():
    statement = Statement.read(sign_statement({"about": "head", "tenant": 13, "seq": 1}), "")
    assert statement.content["about"] == "receipt"


# The commands -------------------------------------------------------------------------------


def test_the_commands_sign_show_keys_and_change_them(capsys):
    add()
    call_command("audit", "sign")
    assert capsys.readouterr().out == "1 heads signed, 0 confirmed by witnesses\n"
    call_command("audit", "change-key")
    assert capsys.readouterr().out.startswith("key 2  ")
    call_command("audit", "keys")
    first, second = SigningKey.objects.order_by("number")
    assert capsys.readouterr().out.splitlines() == [
        f"installation {first.key_id}", f"key 1  {first.key_id}  {first.public}",
        f"key 2  {second.key_id}  {second.public}  signs now",
    ]  # fmt: skip


def test_a_missing_key_file_stops_signing_with_clear_words(keys_folder, capsys):
    add()
    call_command("audit", "sign")
    keys._read.cache_clear()
    (keys_folder / "audit-signing-1.key").unlink()
    with pytest.raises(
        CommandError, match=r"cannot do this: .*audit-signing-1\.key: No such file"
    ) as refused:
        call_command("audit", "sign")
    assert refused.value.returncode == 2
