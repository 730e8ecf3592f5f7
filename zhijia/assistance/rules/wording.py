"""A rule set as readable text: every formula with titles instead of names, in Chinese or English."""

from dataclasses import dataclass

from zhijia.assistance.rules.explaining import money
from zhijia.assistance.rules.model import Input, RuleSet, Words
from zhijia.assistance.rules.syntax import (
    Arithmetic,
    Choice,
    Compare,
    Expr,
    If,
    IsCode,
    Logic,
    Name,
    Not,
    Number,
    OverPersons,
    Rounded,
    Truth,
)

SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "*": "×", "/": "÷", "-": "−"}
LOGIC = {"and": Words("并且", "and"), "or": Words("或者", "or")}
FUNCTIONS = {
    "min": Words("取小", "the smaller of"), "max": Words("取大", "the greater of"),
    "floor": Words("舍去尾数", "rounded down"), "ceil": Words("进位", "rounded up"),
    "round": Words("四舍五入", "rounded"), "sum": Words("家庭成员合计", "sum over the members of"),
    "count": Words("家庭成员中的人数：", "number of members with"),
    "any": Words("有家庭成员：", "any member with"),
}  # fmt: skip
BINDS = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "all": 9}


@dataclass(frozen=True)
class Wording:
    """Writes the formulas of one rule set in one language."""

    rules: RuleSet
    language: str

    def of(self, expr: Expr) -> str:
        """Return a formula in words."""
        return self._written(expr)[0]

    def _said(self, words: Words) -> str:
        return words.in_language(self.language)

    def _within(self, expr: Expr, binds: int) -> str:
        text, own = self._written(expr)
        return text if own >= binds else self._in_brackets(text)

    def _in_brackets(self, text: str) -> str:
        return f"（{text}）" if self.language.startswith("zh") else f"({text})"

    def _written(self, expr: Expr) -> tuple[str, int]:
        match expr:
            case Number():
                return self._number(expr), BINDS["all"]
            case Name(name=name):
                return self._said(self.rules.titles()[name]), BINDS["all"]
            case Truth(value=value):
                return self._said(Words("是", "yes") if value else Words("否", "no")), BINDS["all"]
            case Arithmetic(op=op, left=left, right=right):
                own = BINDS[op]
                after = own + 1 if op in "-/" else own
                return f"{self._within(left, own)} {SIGNS.get(op, op)} {self._within(right, after)}", own
            case Compare():
                return self._comparison(expr), BINDS["compare"]
            case Logic(op=op, parts=parts):
                word = f" {self._said(LOGIC[op])} "
                return word.join(self._within(part, BINDS[op] + 1) for part in parts), BINDS[op]
            case Not(part=part):
                return f"{self._said(Words('不是', 'not'))} {self._within(part, BINDS['all'])}", BINDS["not"]
            case IsCode(name=name, codes=codes):
                return self._coded(name, codes), BINDS["compare"]
        return self._function(expr), BINDS["all"]

    def _number(self, number: Number) -> str:
        if number.kind == "money":
            return money(number.value, self.language)
        if number.over == 100:
            return f"{number.value}%"
        return f"{number.value / number.over:g}" if number.over > 1 else f"{number.value:,}"

    def _comparison(self, expr: Compare) -> str:
        operators = {item.name: item.op for item in self.rules.operators}
        op = operators.get(expr.op[1:], expr.op)
        return f"{self._within(expr.left, 5)} {SIGNS.get(op, op)} {self._within(expr.right, 5)}"

    def _coded(self, name: str, codes: tuple[str, ...]) -> str:
        item = next(found for found in self.rules.inputs if found.name == name)
        titles = {code: self._said(words) for code, words in item.codes}
        mark, link = ("为", "或") if self.language.startswith("zh") else (" is ", " or ")
        return f"{self._said(item.title)}{mark}{link.join(titles[code] for code in codes)}"

    def _function(self, expr: Expr) -> str:
        match expr:
            case Choice(function=function, parts=parts):
                link = "、" if self.language.startswith("zh") else "; "
                inner = link.join(self.of(part) for part in parts)
                return self._said(FUNCTIONS[function]) + self._in_brackets(inner)
            case If(test=test, then=then, otherwise=otherwise):
                text = Words("若{}则{}，否则{}", "if {} then {}, else {}")
                return self._in_brackets(self._said(text).format(*map(self.of, (test, then, otherwise))))
            case Rounded(way=way, part=part):
                return self._in_brackets(self.of(part)) + self._in_brackets(self._said(FUNCTIONS[way]))
            case OverPersons(function=function, part=part):
                return self._said(FUNCTIONS[function]) + self._in_brackets(self.of(part))
        raise TypeError(f"cannot write {expr!r}")


@dataclass(frozen=True)
class Change:
    """A difference between two rule sets."""

    kind: str
    """``added``, ``changed`` or ``removed``."""
    title: str
    before: str
    after: str
    cites: str


def changes(older: RuleSet, newer: RuleSet, language: str) -> tuple[Change, ...]:
    """Return what differs in what is decided: comparisons, formulas, clauses and amounts."""
    before, after = _said(older, language), _said(newer, language)
    found = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and old[1] == new[1]:
            continue
        kind = "added" if old is None else "removed" if new is None else "changed"
        title, _text, cites = new or old or ("", "", "")
        found.append(Change(kind, title, old[1] if old else "", new[1] if new else "", cites))
    return tuple(found)


def _said(rules: RuleSet, language: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Return each part of a rule set by kind and name: its title, its text and where it stands."""
    words, found = Wording(rules, language), {}
    for derived in rules.derived:
        found["derived", derived.name] = (_title(derived, language), words.of(derived.formula), rules.source)
    for clause in rules.clauses:
        place = f"{clause.source} {clause.article}"
        found["clause", clause.name] = (_title(clause, language), words.of(clause.formula), place)
    for amount in rules.amounts:
        text = "; ".join(words.of(formula) for _given, formula, _text in amount.formulas)
        found["amount", amount.name] = (_title(amount, language), text, f"{amount.source} {amount.article}")
    return found


def _title(item: object, language: str) -> str:
    return item.title.in_language(language)  # type: ignore[attr-defined, no-any-return]


def codes_of(item: Input, language: str) -> str:
    """Return the codes of an input in words."""
    return ("、" if language.startswith("zh") else ", ").join(
        words.in_language(language) for _c, words in item.codes
    )
