"""A row that can be written: a line of text between checking and writing."""

from operator import itemgetter
from typing import NamedTuple

SEPARATOR = "\t"


class Ready(NamedTuple):
    """What one row of a roster becomes; all of it text, so that a line of it needs no parser."""

    row: str
    body: str
    kind: str = "full"
    worker: str = ""
    """Id of the worker on the roll already; "" for somebody new."""
    id_index: str = ""
    """Look-up key of a number that can be trusted."""
    standing: str = "missing"
    name: str = ""
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    born_on: str = ""
    address: str = ""
    ethnicity: str = ""
    politics: str = ""
    sex: str = "0"
    birth_year: str = ""
    education: str = ""
    is_migrant: str = ""
    """``1`` or "": what stands in the column of the table."""
    work_status: str = ""
    engagement: str = ""
    trade: str = ""
    joined_on: str = ""
    card_number: str = ""

    def line(self) -> str:
        """Return the row as a line."""
        return SEPARATOR.join(self)

    @classmethod
    def of(cls, line: str) -> "Ready":
        """Return the row of a line."""
        return cls._make(line.split(SEPARATOR))

    def key(self) -> tuple[str, str]:
        """Return by what a person without a trusted number is told from others."""
        return self.name, self.phone


DETAIL_NAMES = ("name", "id_kind", "id_number", "phone", "born_on", "address", "ethnicity", "politics")
"""What is sealed, in the order of ``models.person.DETAILS``."""
details_of = itemgetter(*(Ready._fields.index(name) for name in DETAIL_NAMES))
