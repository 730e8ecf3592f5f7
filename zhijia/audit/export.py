"""Everything that somebody needs to check the audit elsewhere, in one folder."""

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from zhijia.audit import verify_audit
from zhijia.audit.models import SignedHead, SigningKey
from zhijia.audit.verification import rows_of
from zhijia.audit.verify_audit import CHAIN, HEADS, KEYS, with_hash

READ_ME = """This folder holds the audit of a Zhijia installation: who did what, and who read what.

    python verify_audit.py .

checks it with Python 3.11 and the package "cryptography", without Zhijia and without a network. It
proves something only against what the operator cannot change. So ask a witness for the heads that it
was shown (--witness FILE) and read the public key off the notice board (--trust PUBLIC).

  chain.jsonl      one entry a line, each tied to the one before it
  heads.jws        the head of each chain, signed every hour
  keys.json        the public keys, each announced by the one before it
  verify_audit.py  the check itself; python verify_audit.py --help
"""


def write_export(folder: Path, tenants: Iterable[int]) -> int:
    """Write the chains of ``tenants`` with heads, keys and the check; return the number of rows.

    The folder appears whole or not at all. Raises ``OSError``, also when it exists already.
    """
    fresh = folder.with_name(f".{folder.name}.part")
    if folder.exists():
        raise FileExistsError(f"{folder} exists already")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    try:
        chosen = list(tenants)
        # First the heads: a row that is added meanwhile may lack a head, no head may lack its row.
        _write(fresh / HEADS, _heads(chosen))
        _write(fresh / KEYS, [json.dumps({"keys": keys()}, indent=1)])
        rows = _write(
            fresh / CHAIN, (with_hash(line, row[9]) for each in chosen for row, line in rows_of(each))
        )
        _write(fresh / "README.txt", [READ_ME.rstrip()])
        shutil.copyfile(verify_audit.__file__, fresh / "verify_audit.py")
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return rows


def keys() -> list[dict[str, object]]:
    """Return the public keys, oldest first, as ``keys.json`` holds them."""
    return [
        {"number": key.number, "id": key.key_id, "public": key.public, "announcement": key.announcement}
        for key in SigningKey.objects.order_by("number")
    ]


def _heads(tenants: list[int]) -> Iterable[str]:
    found = SignedHead.objects.filter(tenant__in=tenants).order_by("pk")
    yield from found.values_list("statement", flat=True).iterator()


def _write(path: Path, lines: Iterable[str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for count, line in enumerate(lines, 1):  # noqa: B007
            file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
    return count
