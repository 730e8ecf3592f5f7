"""The chain itself: every alteration is found, and a stranger can check an export."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.audit import verify_audit as chain
from zhijia.audit.verify_audit import GENESIS, Broken, Walker, canonical, hash_of, line_of

TEXT = st.text(max_size=12)
ROWS = st.lists(
    st.tuples(TEXT, TEXT, TEXT, st.dictionaries(TEXT, st.integers() | TEXT, max_size=2)),
    min_size=2,
    max_size=6,
)


def build(rows, tenant=13):
    lines, previous = [], GENESIS
    for seq, (actor, action, obj, data) in enumerate(rows, 1):
        line = line_of(
            tenant=tenant, seq=seq, at="2026-03-02T01:30:00.000000Z", actor=actor, kind="change", purpose="",
            action=action, obj=obj, data=canonical(data), previous=previous,
        )  # fmt: skip
        lines.append((seq, previous, line, hash_of(line)))
        previous = lines[-1][3]
    return lines


def walk(lines, tenant=13):
    walker = Walker(tenant)
    for line in lines:
        walker.step(*line)
    return walker


@given(rows=ROWS)
def test_a_line_is_canonical_json(rows):
    for _, _, line, _ in build(rows):
        assert canonical(json.loads(line)) == line


@given(rows=ROWS)
def test_an_untouched_chain_is_intact(rows):
    lines = build(rows)
    walker = walk(lines)
    assert (walker.seq, walker.hash) == (len(rows), lines[-1][3])


@given(rows=ROWS, choice=st.data())
def test_any_altered_character_is_found_at_its_row(rows, choice):
    lines = build(rows)
    number = choice.draw(st.integers(0, len(lines) - 1))
    seq, previous, line, digest = lines[number]
    at = choice.draw(st.integers(0, len(line) - 1))
    other = choice.draw(st.characters().filter(lambda c: c != line[at]))
    lines[number] = (seq, previous, line[:at] + other + line[at + 1 :], digest)
    with pytest.raises(Broken) as found:
        walk(lines)
    assert (found.value.tenant, found.value.seq, found.value.reason) == (13, number + 1, "was altered")


@given(rows=ROWS, choice=st.data())
def test_an_altered_row_with_its_own_hash_made_anew_is_found_at_the_next(rows, choice):
    lines = build(rows)
    number = choice.draw(st.integers(0, len(lines) - 2))
    seq, previous, line, _ = lines[number]
    forged = line.replace('"kind":"change"', '"kind":"read"')
    lines[number] = (seq, previous, forged, hash_of(forged))
    with pytest.raises(Broken) as found:
        walk(lines)
    assert (found.value.seq, found.value.reason) == (number + 2, "does not follow the row before it")


@given(rows=ROWS, choice=st.data())
def test_a_deleted_row_is_found(rows, choice):
    lines = build(rows)
    number = choice.draw(st.integers(0, len(lines) - 2))
    del lines[number]
    with pytest.raises(Broken) as found:
        walk(lines)
    assert (found.value.seq, found.value.reason) == (number + 1, "is missing")


@given(rows=ROWS, choice=st.data())
def test_an_inserted_row_is_found(rows, choice):
    lines = build(rows)
    number = choice.draw(st.integers(0, len(lines) - 1))
    lines.insert(number, lines[number])
    with pytest.raises(Broken) as found:
        walk(lines)
    assert (found.value.seq, found.value.reason) == (number + 1, "appears twice")


@given(rows=ROWS, choice=st.data())
def test_swapped_contents_are_found(rows, choice):
    lines = build(rows)
    one = choice.draw(st.integers(0, len(lines) - 2))
    first, second = lines[one], lines[one + 1]
    lines[one] = (first[0], *second[1:])
    lines[one + 1] = (second[0], *first[1:])
    with pytest.raises(Broken) as found:
        walk(lines)
    assert found.value.seq == one + 1


@given(rows=ROWS)
def test_a_chain_of_another_tenant_does_not_pass_for_ours(rows):
    lines = build(rows)
    moved = [(s, p, line.replace('"tenant":13}', '"tenant":14}'), h) for s, p, line, h in lines]
    with pytest.raises(Broken):
        walk(moved, tenant=14)


def test_what_json_cannot_say_exactly_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        canonical({"x": float("nan")})


def export(path: Path, rows) -> Path:
    lines = [f'{line[:-1]},"hash":"{digest}"}}\n' for _, _, line, digest in build(rows)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


ROWS_EXAMPLE = [
    ("user:1", "appeal.assigned", "appeal:7", {"to": "user:2", "近": "是"}),
    ("system", "x.y", "a:1", {}),
]


def test_a_stranger_checks_an_export_with_one_file_and_plain_python(tmp_path):
    file = export(tmp_path / "chain.jsonl", ROWS_EXAMPLE)
    checker = tmp_path / "chain.py"
    checker.write_text(Path(chain.__file__).read_text())
    run = [sys.executable, "-I", "-S", str(checker), str(file)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:29]) == (0, "intact: tenant 13, 2 rows, he")
    file.write_text(file.read_text().replace("user:2", "user:3"))
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "BROKEN: tenant 13, row 1: was altered\n")


@pytest.mark.parametrize("text", ["not json\n", "{}\n", "[]\n", "7\n"])
def test_a_file_that_is_no_export_is_named_by_line(tmp_path, text, capsys):
    file = export(tmp_path / "chain.jsonl", ROWS_EXAMPLE)
    file.write_text(file.read_text() + text)
    assert chain.main([str(file)]) == 1
    assert "row 3: is not a line of an export" in capsys.readouterr().out
