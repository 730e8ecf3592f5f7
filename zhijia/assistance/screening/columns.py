"""One column of a population: what it must be, how it is read, and when a cell of it is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhijia.assistance.rules.model import Input

WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
    "UHUGEINT",
)
TEXT = ("VARCHAR",)
EXPECTED = {
    "money": "whole numbers (fen)", "count": "whole numbers", "yesno": "yes or no (BOOLEAN)",
    "code": "texts (codes)", "key": "texts or whole numbers",
}  # fmt: skip
YES, NO = ("true", "1", "yes", "是"), ("false", "0", "no", "否")


def quoted(name: str) -> str:
    """Return a column name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Column:
    """A column, by the input behind it; keys have none."""

    name: str
    kind: str
    item: Input | None = None

    @classmethod
    def of(cls, item: Input) -> "Column":
        """Return the column of an input."""
        return cls(item.name, item.kind, item)

    @classmethod
    def key(cls, name: str) -> "Column":
        """Return the column of an identifier or a place."""
        return cls(name, "key")

    def problem(self, found: Mapping[str, str]) -> str:
        """Return what is wrong with the column as a whole; empty when it fits."""
        if self.name not in found:
            return f"column {self.name} is missing (expected {EXPECTED[self.kind]})"
        if found[self.name] in self._types() or (
            found[self.name].startswith("ENUM") and self.kind in ("code", "key")
        ):
            return ""
        return f"column {self.name}: expected {EXPECTED[self.kind]}, found {found[self.name]}"

    def _types(self) -> tuple[str, ...]:
        return {
            "money": WHOLE + TEXT, "count": WHOLE + TEXT, "yesno": ("BOOLEAN", *TEXT), "code": TEXT,
            "key": WHOLE + TEXT,
        }[self.kind]  # fmt: skip

    def typed(self, found: Mapping[str, str]) -> str:
        """Return the SQL that reads a cell; null for what cannot be read."""
        name, is_text = quoted(self.name), found[self.name] in TEXT
        if self.kind == "key":
            return f"nullif(trim({name}::varchar), '')"
        if self.kind in ("money", "count"):
            return _whole(name) if is_text else f"try_cast({name} as bigint)"
        if self.kind == "yesno":
            return _yes_no(name) if is_text else name
        assert self.item is not None  # noqa: S101 - only keys have no input
        cases = " ".join(f"when {text_literal(code)} then {n}" for code, n in self.item.code_numbers.items())
        return f"(case trim({name}::varchar) {cases} else case when {_given(name)} then -1 end end)::bigint"

    @property
    def is_bad(self) -> str:
        """Return the SQL that holds for a cell that is refused."""
        return self.bad_of("")

    def bad_of(self, table: str) -> str:
        """Return the same, of a named table."""
        name = f"{table}.{quoted(self.name)}" if table else quoted(self.name)
        if self.kind == "key":
            return "false" if self.name == "place" else f"{name} is null"
        assert self.item is not None  # noqa: S101 - only keys have no input
        absent = "false" if self.item.optional else f"{name} is null"
        if self.kind == "yesno":
            return absent
        return f"({absent} or {name} < {self.item.least} or {name} > {self.item.most})"

    def reason(self, table: str, given: str) -> str:
        """Return the SQL that says why a cell is refused."""
        name = f"{table}.{quoted(self.name)}"
        if self.kind == "key" or self.item is None:
            return "'missing'"
        unread = (
            f"when {name} is null and {_given(given)} then 'wrong_type' when {name} is null then 'missing'"
        )
        if self.kind == "code":
            return f"case {unread} else 'unknown_code' end"
        return f"case {unread} when {name} < {self.item.least} then 'too_small' else 'too_great' end"


def _given(name: str) -> str:
    return f"trim({name}::varchar) <> ''"


def _whole(name: str) -> str:
    """Read a whole number from a text; more digits than fit are read as absurd, not as missing."""
    text = f"trim({name})"
    return (
        f"(case when regexp_full_match({text}, '-?[0-9]{{1,18}}') then try_cast({text} as bigint) "
        f"when regexp_full_match({text}, '-[0-9]+') then -999999999999999999 "
        f"when regexp_full_match({text}, '[0-9]+') then 999999999999999999 end)"
    )


def _yes_no(name: str) -> str:
    def among(words: tuple[str, ...]) -> str:
        return f"lower(trim({name})) in ({', '.join(map(text_literal, words))})"

    return f"(case when {among(YES)} then true when {among(NO)} then false end)"
