"""A row while it is being checked: what stands in its cells, what was found, what it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhijia.membership.roster.problems import Found, is_warning
from zhijia.membership.roster.rows import Ready


class Checked(NamedTuple):
    """One row after the check: ready to be written unless a problem keeps it."""

    row: int
    ready: Ready
    problems: Sequence[Found] = ()

    @property
    def is_bad(self) -> bool:
        """Say whether something keeps the row from being written."""
        return any(not is_warning(problem.code) for problem in self.problems)


@dataclass(slots=True)
class Draft:
    """One row under the eyes of the checker. The later fields become those of ``Ready``."""

    row: int
    told: dict[str, Any]
    """The cells by our names of columns; without those that the file does not have."""
    problems: list[Found] = field(default_factory=list)
    body: str = ""
    standing: str = "missing"
    name: str = ""
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""
    born_on: str = ""
    sex: str = "0"
    birth_year: str = ""
    joined_on: str = ""
    others: dict[str, str] = field(default_factory=dict)
    """Texts and codes that nothing else depends on."""

    def find(self, code: str, column: str = "", found: str = "", other: str = "") -> None:
        """Note a problem."""
        self.problems.append(Found(code, column, found, other))

    def is_named(self, column: str, *, but_warnings: bool = False) -> bool:
        """Say whether a column has been found wrong already."""
        return any(
            problem.field == column and not (but_warnings and is_warning(problem.code))
            for problem in self.problems
        )

    def ready(self, index: str) -> Ready:
        """Return what the row becomes."""
        return Ready(
            str(self.row), self.body, id_index=index, standing=self.standing, name=self.name,
            id_kind=self.id_kind, id_number=self.id_number, phone=self.phone, born_on=self.born_on,
            sex=self.sex, birth_year=self.birth_year, joined_on=self.joined_on, **self.others,
        )  # fmt: skip
