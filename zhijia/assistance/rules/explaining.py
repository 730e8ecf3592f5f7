"""A trace in words, Chinese or English: every sentence with its numbers and the article it rests on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhijia.assistance.rules.evaluating import ClauseTrace, Outcome
from zhijia.assistance.rules.model import FEN_PER_YUAN, Parameter, Value, Words
from zhijia.assistance.rules.plan import Plan, Shown

CLASS_WORDS = {
    "none": Words("不符合困难职工认定条件", "not a household in difficulty under these rules"),
    "deep": Words("深度困难", "deep difficulty"),
    "relative": Words("相对困难", "relative difficulty"),
    "accidental": Words("意外致困", "accidental difficulty"),
    "undetermined": Words("无法判定", "cannot be determined"),
}
OPERATOR_WORDS = {
    "<=": Words("不高于", "at most"), "<": Words("低于", "less than"), ">=": Words("不低于", "at least"),
    ">": Words("高于", "more than"), "==": Words("等于", "exactly"),
}  # fmt: skip
CERTAINTY_WORDS = {
    "read": Words("已与原文核对", "compared with the text"),
    "known": Words("待与原文核对", "to be compared with the text"),
    "house": Words("示例值，待本地确认", "example, to be confirmed locally"),
}
YES_NO = {True: Words("是", "yes"), False: Words("否", "no")}
OWN_EXAMPLE = Words("本平台示例", "our own example")
ABOUT = Words("约", "about ")
UNKNOWN = Words("（缺）", "(missing)")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True)
class Sentence:
    """One clause in words."""

    clause: str
    title: str
    text: str
    """The sentence itself, ending with its article and source."""
    cites: str
    hit: bool | None
    effect: str
    """``gives`` or ``bars``."""


@dataclass(frozen=True)
class ValueUsed:
    """A standard that was used, with where it comes from."""

    title: str
    amount: str
    cites: str
    place: str
    since: str
    certainty: str
    note: str


@dataclass(frozen=True)
class Explanation:
    """Everything there is to read about one result."""

    result: str
    sentences: tuple[Sentence, ...]
    amounts: tuple[str, ...]
    missing: tuple[str, ...]
    """What is missing, by its title; empty when everything was determined."""
    standards: tuple[ValueUsed, ...]


def explain(plan: Plan, outcome: Outcome, values: Mapping[str, Value | None], language: str) -> Explanation:
    """Return a result in words; ``values`` are the parameters with their sources."""
    writer = _Writer(plan, outcome, language)
    return Explanation(
        result=CLASS_WORDS[outcome.name].in_language(language),
        sentences=tuple(writer.sentence(trace) for trace in outcome.trace),
        amounts=tuple(writer.amounts()),
        missing=tuple(writer.title(name) for name in plan.missing_of(outcome.missing)),
        standards=tuple(
            standard(item, value, language)
            for item in plan.parameters
            if (value := values.get(item.name)) is not None
        ),
    )


def money(fen: int, language: str) -> str:
    """Return an amount as people read it: ``1,234.50元``, ``¥1,234.50``."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    number = f"{fen // FEN_PER_YUAN:,}.{fen % FEN_PER_YUAN:02d}"
    return f"{sign}{number}元" if language.startswith("zh") else f"{sign}¥{number}"


def cited(article: str, source: str, language: str) -> str:
    """Return article and source as they close a sentence."""
    source = OWN_EXAMPLE.in_language(language) if source == "house" else source
    return f"（依据：{source}，{article}）" if language.startswith("zh") else f" (Basis: {source}, {article})"


def standard(item: Parameter, value: Value, language: str) -> ValueUsed:
    """Return a standard in words, with where it comes from and how far it may be relied on."""
    amount = f"{value.value:,}"
    if item.kind == "money":
        amount = money(value.value, language)
    elif item.kind == "percent":
        amount = f"{value.value}%"
    return ValueUsed(
        item.title.in_language(language), amount, cited(value.article, value.source, language).strip(),
        value.place, value.version, value.certainty, CERTAINTY_WORDS[value.certainty].in_language(language),
    )  # fmt: skip


class _Writer:
    def __init__(self, plan: Plan, outcome: Outcome, language: str) -> None:
        self.plan, self.outcome, self.language = plan, outcome, language
        self.operators = {item.name: item.op for item in plan.rule_set.operators}
        self.titles = plan.rule_set.titles()
        self.percents = {item.name for item in plan.parameters if item.kind == "percent"}

    def title(self, name: str) -> str:
        return self.titles[name].in_language(self.language)

    def sentence(self, trace: ClauseTrace) -> Sentence:
        clause = trace.step.clause
        cites = cited(clause.article, clause.source, self.language)
        return Sentence(
            clause.name, clause.title.in_language(self.language), self._said(trace) + cites, cites.strip(),
            trace.hit, "gives" if clause.gives else "bars",
        )  # fmt: skip

    def _said(self, trace: ClauseTrace) -> str:
        clause = trace.step.clause
        if trace.hit is not None:
            return self.filled((clause.hit if trace.hit else clause.miss).in_language(self.language))
        title = clause.title.in_language(self.language)
        if self.language.startswith("zh"):
            return f"“{title}”：无法判定，因为缺少所需的标准或情况。"
        return f"{title}: cannot be determined, for a standard or a fact is missing."

    def filled(self, text: str, **more: str) -> str:
        return _PLACEHOLDER.sub(lambda match: more.get(match[1]) or self.value(match[1]), text)

    def value(self, name: str) -> str:
        if name in self.operators:
            return OPERATOR_WORDS[self.operators[name]].in_language(self.language)
        return self._shown(name, self.plan.shown[name], self.outcome.values[name])

    def _shown(self, name: str, shown: Shown, value: Any) -> str:
        if value is None:
            return UNKNOWN.in_language(self.language)
        if name in self.percents:
            return f"{value}%"
        if shown.kind == "money":
            about = ABOUT.in_language(self.language) if name in self.outcome.rounded else ""
            return about + money(value, self.language)
        if shown.kind == "yesno":
            return YES_NO[bool(value)].in_language(self.language)
        return f"{value:,}"

    def amounts(self) -> list[str]:
        found = []
        for step in self.plan.amounts:
            amount, value = step.amount, self.outcome.amounts[step.amount.name]
            if value == 0 or (value is None and self.outcome.name in ("none", "undetermined")):
                continue
            shown = UNKNOWN.in_language(self.language) if value is None else money(value, self.language)
            text = self.filled(amount.say.in_language(self.language), amount=shown)
            found.append(text + cited(amount.article, amount.source, self.language))
        return found
