"""Which union below the importing one a cell means."""

from collections import defaultdict

from zhijia.core.identifiers import normalise
from zhijia.membership.roster.cells import Reading, plain, shown
from zhijia.unions.models import UnionBody

_ENDINGS = ("基层工会委员会", "工会联合会", "工会委员会", "委员会")


def name_key(name: str) -> str:
    """Return a name without spaces, brackets and the endings that people leave out."""
    key = normalise(name).lower().replace("有限责任公司", "有限公司")
    for ending in _ENDINGS:
        if key.endswith(ending) and len(key) > len(ending):
            return key.removesuffix(ending) + "工会"
    return key


class Bodies:
    """The subtree of a body by full name, short name, credit code and number."""

    def __init__(self, top: UnionBody) -> None:
        self.top = top
        self.tenants: dict[int, int] = {}
        self.employers: dict[int, int | None] = {}
        self._closed: set[int] = set()
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._loose: dict[str, set[int]] = defaultdict(set)
        self._seen: dict[str, Reading] = {}
        columns = ("id", "tenant", "name", "short_name", "employer_id", "employer__credit_code", "is_active")
        for row in UnionBody.objects.subtree(top).values_list(*columns).iterator(5000):
            self._add(*row)

    def _add(
        self,
        pk: int,
        tenant: int,
        name: str,
        short: str,
        employer: int | None,
        code: str | None,
        active: bool,
    ) -> None:
        self.tenants[pk], self.employers[pk] = tenant, employer
        if not active:
            self._closed.add(pk)
        self._exact[name].add(pk)
        self._exact[f"#{pk}"].add(pk)
        if code:
            self._exact[code].add(pk)
        self._loose[name_key(name)].add(pk)
        if short:
            self._loose[name_key(short)].add(pk)

    def read(self, cell: object) -> Reading:
        """Return the id of the body that a cell means; an empty cell means the importing one."""
        text = plain(cell)
        if not text:
            return self.top.pk, "", ""
        if text not in self._seen:
            self._seen[text] = self._find(text, shown(cell))
        return self._seen[text]

    def _find(self, text: str, told: str) -> Reading:
        found = (
            self._exact.get(text)
            or self._exact.get(normalise(text).upper())
            or self._loose.get(name_key(text))
        )
        if not found:
            return None, "body-unknown", told
        open_ones = found - self._closed
        if not open_ones:
            return None, "body-closed", told
        return (None, "body-ambiguous", told) if len(open_ones) > 1 else (next(iter(open_ones)), "", "")
