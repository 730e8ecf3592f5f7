"""The check that stands alone: what it finds in an export, against keys and witnesses."""

import datetime as dt
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from zhijia.audit import verify_audit
from zhijia.audit.models import SigningKey
from zhijia.audit.services import change_key, record, sign_heads
from zhijia.audit.verify_audit import HEADS, KEYS, main
from zhijia.core.actors import SYSTEM

NOW = dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def add(tenant: int = 13, n: int = 1) -> None:
    record("thing.done", obj=f"thing:{n}", by=SYSTEM, now=NOW, tenant=tenant, data={"n": n})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An export with two chains, three rounds of heads and a change of the key between them."""
    for hour in range(3):
        add()
        add(tenant=0, n=hour)
        sign_heads(now=NOW + hour * dt.timedelta(hours=1))
        if hour == 1:
            change_key(now=NOW)
    call_command("audit", "export", str(tmp_path / "export"))
    return tmp_path / "export"


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def write(path: Path, content: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
    return path


def check(capsys, *arguments: object) -> tuple[int, str]:
    capsys.readouterr()
    code = main([str(one) for one in arguments])
    return code, capsys.readouterr().out


def test_an_export_is_checked_by_its_own_copy_without_this_house(folder):
    run = [sys.executable, "-I", str(folder / "verify_audit.py"), str(folder)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()
    assert [line[:26] for line in told[:2]] == ["intact: tenant 0, 4 rows, ", "intact: tenant 13, 3 rows,"]
    assert told[2] == "intact: 6 signed heads, every signature genuine"
    assert told[3].startswith("note: no witness was asked.")


def test_the_check_is_one_file_that_imports_nothing_of_the_house():
    source = Path(verify_audit.__file__).read_text(encoding="utf-8")
    imported = {line.split()[1].split(".")[0] for line in source.splitlines()
                if line.strip().startswith(("import ", "from "))}  # fmt: skip
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_without_the_package_for_signatures_it_says_so(folder):
    run = [sys.executable, "-I", "-S", str(folder / "verify_audit.py"), str(folder)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (
        2, "cannot be checked: signatures need the Python package 'cryptography'\n"
    )  # fmt: skip


def test_it_tells_how_far_a_witness_vouches(folder, tmp_path, capsys):
    heads = lines(folder / HEADS)
    held = write(tmp_path / "held.txt", ["From: the committee", "", *heads[:2], "Kind regards"])
    code, out = check(capsys, folder, "--witness", held)
    assert code == 0
    assert "a witness holds row 1 since 2026-03-02T01:30:00.000000Z, 2 rows came later" in out
    assert "note:" not in out


def test_a_witness_that_holds_nothing_cannot_vouch(folder, tmp_path, capsys):
    held = write(tmp_path / "held.txt", ["nothing"])
    assert check(capsys, folder, "--witness", held) == (
        2,
        f"cannot be checked: {held} holds no signed head\n",
    )


def test_a_head_that_the_list_of_heads_has_lost_is_found_by_the_witness(folder, tmp_path, capsys):
    heads = lines(folder / HEADS)
    write(folder / HEADS, heads[:2] + heads[4:])
    assert check(capsys, folder)[0] == 0
    held = write(tmp_path / "held.jws", heads)
    assert check(capsys, folder, "--witness", held) == (
        1, "BROKEN: tenant 0, row 2: has a head that a witness holds and heads.jws does not\n"
    )  # fmt: skip


def test_heads_out_of_order_are_found(folder, capsys):
    heads = lines(folder / HEADS)
    write(folder / HEADS, [heads[2], heads[0]])
    assert check(capsys, folder) == (1, "BROKEN: heads.jws, line 2: is out of order: row 1 after row 2\n")


def test_a_key_that_signs_after_it_was_replaced_is_found(folder, capsys):
    heads = lines(folder / HEADS)
    old = heads[0].partition(".")[0]
    again = next(n for n, line in enumerate(heads) if not line.startswith(old))
    write(folder / HEADS, [*heads[again:], heads[1]])
    code, out = check(capsys, folder)
    assert code == 1
    assert "after it was replaced" in out


def test_a_write_that_was_cut_off_and_repeated_is_no_break(folder, tmp_path, capsys):
    heads = lines(folder / HEADS)
    held = write(tmp_path / "held.jws", [heads[0], heads[1][:200], *heads[1:]])
    assert check(capsys, folder, "--witness", held)[0] == 0
    held = write(tmp_path / "held.jws", [heads[0], heads[1][:200], *heads[2:]])
    assert check(capsys, folder, "--witness", held) == (
        1, "BROKEN: held.jws, line 2: is not a signed statement\n"
    )  # fmt: skip


def test_the_printed_key_is_asked_for_the_way_to_the_newest(folder, capsys):
    first, second = SigningKey.objects.order_by("number")
    assert check(capsys, folder, "--trust", first.public)[0] == 0
    code, out = check(capsys, folder, "--trust", second.public)
    assert code == 0
    assert "intact: 2 signed heads" in out  # what the first key signed, nothing vouches for
    assert check(capsys, folder, "--trust", "ab" * 32)[0] == 1
    assert check(capsys, folder, "--trust", "xyz")[0] == 2


def test_a_key_that_nothing_announces_does_not_sign(folder, capsys):
    text = (folder / KEYS).read_text()
    announcement = SigningKey.objects.get(number=2).announcement
    (folder / KEYS).write_text(text.replace(announcement, ""))
    code, out = check(capsys, folder)
    assert code == 1
    assert "which nothing vouches for" in out


def test_a_second_heir_of_the_same_key_is_refused(folder, capsys):
    from zhijia.audit import keys

    signer = keys.Signer(1, SigningKey.objects.get(number=1).key_id, keys._read(keys.path_of(1)), "")
    second = SigningKey.objects.get(number=1).key_id
    forged = keys.Signer(1, signer.key_id, signer.private, second).sign(
        {"about": "key", "public": "ab" * 32, "at": "2026-03-02T01:30:00.000000Z"}
    )
    write(folder / HEADS, [*lines(folder / HEADS), forged])
    code, out = check(capsys, folder)
    assert (code, "another one was announced already" in out) == (1, True)


def test_another_installation_does_not_pass_for_ours(folder, capsys):
    from zhijia.audit import keys

    mine = keys.current()
    other = keys.Signer(mine.number, mine.key_id, mine.private, "0123456789abcdef")
    false = other.sign({"about": "head", "tenant": 13, "seq": 9, "hash": "a" * 64, "at": "2026-03-03T"})
    write(folder / HEADS, [*lines(folder / HEADS), false])
    code, out = check(capsys, folder)
    assert (code, "comes from another installation" in out) == (1, True)


def test_the_last_character_of_a_signature_counts(folder, capsys):
    heads = lines(folder / HEADS)
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = digits[digits.index(heads[0][-1]) ^ 1]  # the bits that decoding drops
    write(folder / HEADS, [heads[0][:-1] + last, *heads[1:]])
    assert check(capsys, folder) == (1, "BROKEN: heads.jws, line 1: is not a signed statement\n")


def test_a_line_that_reads_the_same_but_is_written_otherwise_is_found(folder, capsys):
    chain = folder / "chain.jsonl"
    first, *rest = lines(chain)
    for other in (first.replace('"seq":1', '"seq":1.0'), first.replace(',"at"', ', "at"'), f"{first} "):
        assert other != first
        write(chain, [other, *rest])
        assert check(capsys, folder)[0] == 1
    doubled = first.replace('{"action"', '{"action":"hidden","action"')
    write(chain, [doubled, *rest])
    assert check(capsys, folder) == (1, "BROKEN: tenant -1, row 1: is not a line of an export\n")


def test_the_last_line_must_be_whole(folder, capsys):
    chain = folder / "chain.jsonl"
    chain.write_bytes(chain.read_bytes()[:-1])
    assert check(capsys, folder)[0] == 1


def test_a_whole_chain_that_is_gone_is_found_by_its_heads(folder, capsys):
    chain = folder / "chain.jsonl"
    write(chain, [line for line in lines(chain) if '"tenant":13' not in line])
    assert check(capsys, folder) == (
        1, "BROKEN: tenant 13, row 1: was signed on 2026-03-02T01:30Z and is missing\n"
    )  # fmt: skip


def test_the_entries_about_a_case_are_listed_and_there_is_no_other(folder, capsys):
    code, out = check(capsys, folder, "--case", "thing:1")
    assert code == 0
    told = out.splitlines()
    assert [line.split("  ")[0] for line in told[:4]] == ["0:2", "13:1", "13:2", "13:3"]
    assert told[4] == "4 entries about thing:1; this chain holds no other"
    assert "5 entries about thing:1,thing:2;" in check(capsys, folder, "--case", "thing:1,thing:2")[1]


def test_a_missing_part_cannot_be_checked(folder, capsys):
    for name in (HEADS, KEYS, "chain.jsonl"):
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
        (copy / name).unlink()
        assert check(capsys, copy)[0] == 2
        shutil.rmtree(copy)
    assert main([]) == 2
