"""Values of closed lists: each word is looked up once, however often it stands in a file."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from zhijia.membership.roster import cells, words
from zhijia.membership.roster.draft import Draft

Value = TypeVar("Value")
LISTS: dict[str, tuple[Mapping[str, Any], Any]] = {
    "education": (words.EDUCATION, ""), "work_status": (words.STATUS, ""),
    "engagement": (words.ENGAGEMENT, ""), "trade": (words.TRADE, ""), "is_migrant": (words.YES, False),
    "sex": (words.SEX, None), "id_kind": (words.ID_KIND, ""),
}  # fmt: skip
MOST = 50_000
"""So many different cells of a column are remembered; in a wrong column every one differs."""


class Memory(dict[Any, Value]):
    """Remembers what ``read`` makes of a cell."""

    def __init__(self, read: Callable[[Any], Value]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: Any) -> Value:
        value = self.read(cell)
        if len(self) < MOST:
            self[cell] = value
        return value


def _list(name: str) -> Memory[cells.Reading]:
    table, default = LISTS[name]
    return Memory(lambda cell: cells.coded(cell, table, default, f"{name}-unknown"))


class Codes:
    """Reads the cells of closed lists for one file."""

    def __init__(self) -> None:
        self.known = {name: _list(name) for name in LISTS}

    def read(self, name: str, draft: Draft) -> Any:
        """Return the code that a cell means, or what stands for an empty one; name an unknown word."""
        if name not in draft.told:
            return LISTS[name][1]
        value, code, seen = self.known[name][draft.told[name]]
        if code:
            draft.find(code, name, seen)
        return value

    def fill(self, draft: Draft) -> None:
        """Read all that nothing else depends on."""
        for name in ("education", "work_status", "engagement", "trade"):
            draft.others[name] = self.read(name, draft)
        draft.others["is_migrant"] = migrant(self.read("is_migrant", draft))


def migrant(value: Any) -> str:
    """Return what stands in the column of the table."""
    return "1" if value else ""
