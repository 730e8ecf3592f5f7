"""Free texts of a row: the name, and what is kept as it stands."""

import re
from typing import Any

from zhijia.core.identifiers import normalise
from zhijia.membership.roster.cells import is_empty, plain, shown
from zhijia.membership.roster.draft import Draft
from zhijia.membership.roster.garbled import is_lost, mended

ROOM = {"name": 60, "address": 120, "ethnicity": 20, "politics": 20, "card_number": 20}
OTHERS = ("address", "ethnicity", "politics", "card_number")
HAN = "\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003134f"
_NAME = re.compile(f"[{HAN}]{{2,25}}\\Z")
_BETWEEN = re.compile(f"(?<=[{HAN}])\\s+(?=[{HAN}])")
_FOREIGN_NAME = re.compile(r"[^\W\d_][\w .·•'’\-]*\Z")


def fill(draft: Draft) -> None:
    """Read the name and the other texts."""
    draft.name = name_of(draft)
    for name in OTHERS:
        if name in draft.told:
            cell = draft.told[name]
            if isinstance(cell, str) and cell.isascii() and cell.isalnum() and len(cell) <= ROOM[name]:
                draft.others[name] = cell  # most numbers of cards: nothing to tidy
            elif cell != "" and not is_empty(cell):
                draft.others[name] = _text(name, cell, draft)


def name_of(draft: Draft) -> str:
    """Return the name; name what is none."""
    cell = draft.told.get("name", "")
    if isinstance(cell, str) and _NAME.match(cell) and not _suspicious(cell):
        return cell
    text = _text("name", cell, draft)
    text = _BETWEEN.sub("", text)
    if not text or is_empty(text):
        if not draft.is_named("name"):
            draft.find("name-missing", "name")
    elif not (_NAME.match(text) or _FOREIGN_NAME.match(text) or draft.is_named("name", but_warnings=True)):
        draft.find("name-odd", "name", shown(text))
    return text


def _text(name: str, cell: Any, draft: Draft) -> str:
    """Return a text for one line; a formula, a garbled or an endless text is a problem."""
    text = re.sub(r"[\s\x00-\x1f\x7f]+", " ", plain(cell))
    if text.startswith("="):
        draft.find("formula-text", name, shown(text))
    elif is_lost(text):
        draft.find("garbled-lost", name, shown(text))
    elif (meant := mended(text)) is not None:
        draft.find("garbled-mended", name, shown(text), meant[:60])
        text = meant
    if len(text) > ROOM[name]:
        draft.find("too-long", name, shown(text), str(ROOM[name]))
    return text[: ROOM[name]]


def _suspicious(name: str) -> bool:
    """Say whether a name of Chinese characters may be garbled: those that UTF-8 turns into are rare ones."""
    return mended(name) is not None or normalise(name) in ("锟斤拷",) or is_lost(name)
