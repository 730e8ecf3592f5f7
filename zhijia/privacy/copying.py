"""The copy of one's own data: JSON for programs, a page for people, one archive with all files (PIPL 45).

Made while the person is there and never kept: what is sealed opens only with his key, which is here
only as long as he is.
"""

import json
import zipfile
from collections.abc import Iterator
from typing import Any

from zhijia.core.rights import Held
from zhijia.privacy.selectors.own import Matter, MyData, Shelf

FORMAT = "zhijia.my-data/1"


def as_plain(told: MyData) -> dict[str, Any]:
    """Return the whole copy as JSON-able values."""
    return {
        "format": FORMAT,
        "made_at": told.at.isoformat(),
        "account": [_shelf(shelf) for shelf in told.shelves],
        "matters": [_matter(matter) for matter in told.matters],
        "given_to_others": [_sharing(one) for one in told.sharings],
        "consents": [
            {
                "purpose": one.title, "words_shown": one.text, "version": one.version,
                "given_at": _time(one.given_at), "withdrawn_at": _time(one.withdrawn_at), "about": one.owner,
            }
            for one in told.history
        ],
        "requests": [
            {
                "number": str(one.row.public_id), "kind": one.row.kind, "state": one.row.state,
                "asked_at": _time(one.row.asked_at), "text": one.text, "answer": one.answer,
            }
            for one in told.requests
        ],
    }  # fmt: skip


def as_json(told: MyData) -> str:
    """Return the copy as text for programs."""
    return json.dumps(as_plain(told), ensure_ascii=False, indent=1)


def _shelf(shelf: Shelf) -> dict[str, Any]:
    return {
        "kind": shelf.kind.title, "what_for": list(shelf.kind.purposes), "ground": shelf.kind.ground,
        "article": shelf.kind.article, "kept": shelf.kind.kept,
        "things": [_thing(thing) for thing in shelf.things],
    }  # fmt: skip


def _thing(thing: Held) -> dict[str, Any]:
    found: dict[str, Any] = {"what": str(thing.title), "value": thing.value, "since": _time(thing.at)}
    if thing.files:
        found["files"] = [file.name for file in thing.files]
    return found


def _matter(matter: Matter) -> dict[str, Any]:
    return {
        "title": matter.title, "reference": matter.owner,
        "held": [_shelf(shelf) for shelf in matter.shelves],
        "opened": [
            {
                "at": _time(one.at), "part": one.part, "office": one.office, "why": one.why,
                "reason": one.reason,
            }
            for one in matter.openings
        ],
    }  # fmt: skip


def _sharing(one: Any) -> dict[str, Any]:
    return {
        "to": one.recipient, "contact": one.contact, "what_for": one.purpose, "which_data": one.kinds,
        "ground": str(one.get_basis_display()), "article": one.article, "at": _time(one.shared_at),
        "by": one.body.name,
    }  # fmt: skip


def _time(instant: Any) -> str | None:
    return instant.isoformat() if instant else None


class _Stream:
    """A file that only takes; what was taken is handed on piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing: pieces are handed on by ``taken``."""

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        found = b"".join(self.pieces)
        self.pieces.clear()
        return found


def archive(told: MyData, page: str) -> Iterator[bytes]:
    """Yield a ZIP with the copy for programs, the copy for people and every file, never on the disk."""
    out = _Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        packed.writestr("my-data.json", as_json(told))
        packed.writestr("my-data.html", page)
        yield out.taken()
        for name, file in _files(told):
            with packed.open(name, "w", force_zip64=True) as entry:
                for chunk in file.chunks():
                    entry.write(chunk)
                    yield out.taken()
    yield out.taken()


def _files(told: MyData) -> Iterator[tuple[str, Any]]:
    number = 0
    for matter in told.matters:
        for shelf in matter.shelves:
            for thing in shelf.things:
                for file in thing.files:
                    number += 1
                    yield f"files/{number:03d}-{file.name}", file
