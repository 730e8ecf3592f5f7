"""Unique strings put into every field, and the search for them in bytes, however they are written."""

import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trust.canaries import unpacked

MARK = "雀鸟秘记"
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "unicode_escape")


def forms_of(text: str) -> dict[str, bytes]:
    """Return every way in which bytes may hold a text: encodings, hexadecimal, base64 at each offset."""
    found = {name: text.encode(name) for name in ENCODINGS}
    plain = text.encode()
    found["hex"] = plain.hex().encode()
    found["HEX"] = plain.hex().upper().encode()
    found["percent"] = "".join(f"%{byte:02X}" for byte in plain).encode()
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + plain)
        kept = whole[4 if offset else 0 : len(whole) // 4 * 4 - 4]
        found[f"base64+{offset}"] = kept
        found[f"base64url+{offset}"] = kept.translate(bytes.maketrans(b"+/", b"-_"))
    return found


@dataclass
class Canaries:
    """Makes canaries and finds them again."""

    words: dict[str, str] = field(default_factory=dict)
    """Canary to the field in which it was put."""
    mobiles: dict[str, str] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=lambda: itertools.count(10_000_001))

    def word(self, where: str) -> str:
        """Return a fresh canary for a field."""
        made = f"{MARK}{next(self._number)}"
        self.words[made] = where
        return made

    def mobile(self, where: str) -> str:
        """Return a fresh mobile number for a field."""
        made = f"173{next(self._number)}"
        self.mobiles[made] = where
        return made

    def found_in(self, content: bytes) -> set[str]:
        """Return the fields whose canary the bytes hold."""
        found = set()
        marked = {name: form for name, form in forms_of(MARK).items() if form in content}
        if marked:
            found |= {w for c, w in self.words.items() if any(f in content for f in forms_of(c).values())}
            found |= set() if found else {f"a canary as {'/'.join(sorted(marked))}"}
        for number, where in self.mobiles.items():
            if number.encode() in content or any(f in content for f in forms_of(number).values()):
                found.add(where)
        return found

    def search(self, *folders: Path) -> tuple[set[str], int, int]:
        """Return the fields found in any file below the folders, files and bytes read."""
        found, files, size = set(), 0, 0
        for folder in folders:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                content = path.read_bytes()
                for told in (content, *unpacked(content)):
                    found |= {f"{where} in {path.relative_to(folder)}" for where in self.found_in(told)}
                found |= {f"{w} in the name of a file" for w in self.found_in(path.name.encode())}
                files, size = files + 1, size + len(content)
        return found, files, size
