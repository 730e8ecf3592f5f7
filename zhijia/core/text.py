"""What people type, made safe to keep and possible to compare."""

import re
import unicodedata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"[{HAN}]+|[a-z0-9]+")
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F], None)


def tidy(text: str) -> str:
    """Return text as it is kept: NFC, one kind of line end, no controls, no direction overrides.

    Emoji, right-to-left letters and mark-up stay as typed; templates escape on the way out.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_BIDI)
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def grams(text: str) -> list[str]:
    """Cut text into overlapping pairs of Han characters and whole Latin or digit words, lower-case.

    One function for what is stored and what is asked, so both are cut alike; a single Han
    character between others yields itself.
    """
    found: list[str] = []
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii() or len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, 0 to 1: shared grams over all grams (Jaccard)."""
    first, second = set(grams(one)), set(grams(other))
    if not first or not second:
        return 0.0
    return len(first & second) / len(first | second)
