"""Which kinds a text may belong to, and whether it is about work at all. It suggests; people decide.

Every kind is one BM25 document made of its example phrases; every theme of other people's business
(homes, buses, schools) is another. A text is weighed against all of them at once.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from zhijia.core.text import grams

from .examples import NOT_WORK, examples
from .ranking import WeightTable, build_table, counted_grams, readable_part

WORK_THRESHOLD = 0.5  # measured: docs/explanation/suggestions.md
LEAST_EVIDENCE = 3.0  # weight below which nothing is suggested: about one telling word
LEAST_SHARE = 0.35  # a further suggestion has at least this share of the best one's weight
DOUBT = 3.0  # evidence that must be outweighed before a text counts as about work
MOST_REASONS = 4
LEAST_REASON = 1.0  # weight below which a word is not worth showing
LITTLE_WORDS = (
    "了的地得我你他她它们是不没未在有到要和与就也都给让把被个月天年几一二三四五六七八九十两多来去说这那里"
)

# Kinds that tell which way a person has gone, or nothing in particular: a matter of substance goes first.
STANDS_BACK = {
    "AID.ARBITRATION": 0.7,
    "AID.LEGAL": 0.7,
    "OTHER.WORK": 0.6,
    "OTHER.SUGGESTION": 0.6,
}


@dataclass(frozen=True)
class CategorySuggestion:
    """A kind that may fit. `score` compares within one answer only; `because` are words of the text."""

    code: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Index:
    """The weight table with its columns: first the kinds, then the themes that are not work."""

    table: WeightTable
    codes: tuple[str, ...]
    phrases: tuple[tuple[tuple[str, frozenset[str]], ...], ...]  # by column: each phrase and its grams
    factors: np.ndarray

    def kinds_and_themes(self, counts: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores of all kinds and of all themes that are not work."""
        scores = self.table.weigh(counts) * self.factors
        return scores[: len(self.codes)], scores[len(self.codes) :]


def warm_up() -> None:
    """Build the index now instead of at the first question."""
    _index()


def suggest_categories(text: str, limit: int = 3) -> list[CategorySuggestion]:
    """Return the kinds that fit a text best, best first; empty when nothing speaks for any.

    A text that is not about work gets OTHER.NOT_WORK first, and what it would be if it were.
    """
    counts = counted_grams(text)
    fitting = (_suggestion(text, counts, column, score) for column, score in _fitting(counts, limit))
    return [suggestion for suggestion in fitting if suggestion.because]


def likely_kinds(text: str, limit: int = 2) -> dict[str, float]:
    """Return the codes of the kinds that fit best and their weights, without the reasons."""
    return {_code(column): score for column, score in _fitting(counted_grams(text), limit)}


def work_score(text: str) -> float:
    """Return how much a text is about work or social insurance, 0 to 1 (see `WORK_THRESHOLD`)."""
    return _share_of_work(*_index().kinds_and_themes(counted_grams(text)))


def is_work_matter(text: str) -> bool:
    """Tell whether a text concerns work or social insurance at all."""
    return work_score(text) >= WORK_THRESHOLD


@cache
def _index() -> _Index:
    found = examples()
    groups = [*found.kinds.values(), *found.not_work.values()]
    table = build_table([_telling_grams(phrases) for phrases in groups])
    factors = [STANDS_BACK.get(code, 1.0) for code in found.kinds] + [1.0] * len(found.not_work)
    phrases = tuple(tuple((phrase, frozenset(grams(phrase))) for phrase in group) for group in groups)
    return _Index(table, tuple(found.kinds), phrases, np.array(factors, dtype="float32"))


def _telling_grams(phrases: Iterable[str]) -> list[str]:
    ordinary = examples().ordinary
    found = (gram for phrase in phrases for gram in grams(phrase))
    return [gram for gram in found if len(gram) > 1 and gram not in ordinary]


def _share_of_work(kinds: np.ndarray, themes: np.ndarray) -> float:
    codes = _index().codes
    work = max(float(kinds[column]) for column, code in enumerate(codes) if not code.startswith("OTHER."))
    return work / (work + float(themes.max()) + DOUBT)


def _fitting(counts: Counter[str], limit: int) -> list[tuple[int, float]]:
    """Return columns and their scores: a theme that is not work first, if it is one, then the best kinds."""
    index = _index()
    kinds, themes = index.kinds_and_themes(counts)
    floor = max(LEAST_EVIDENCE, LEAST_SHARE * float(kinds.max()))
    order = [int(column) for column in np.argsort(-kinds)[: max(limit, 0)]]
    found = [(column, float(kinds[column])) for column in order if kinds[column] >= floor]
    theme = int(themes.argmax())
    if themes[theme] >= LEAST_EVIDENCE and _share_of_work(kinds, themes) < WORK_THRESHOLD:
        found.insert(0, (len(index.codes) + theme, float(themes[theme])))
    return found[: max(limit, 0)]


def _code(column: int) -> str:
    codes = _index().codes
    return codes[column] if column < len(codes) else NOT_WORK


def _suggestion(text: str, counts: Counter[str], column: int, score: float) -> CategorySuggestion:
    return CategorySuggestion(_code(column), round(score, 2), _reasons(text, counts, column))


def _reasons(text: str, counts: Counter[str], column: int) -> tuple[str, ...]:
    """Return the words of the text that weighed most for a column, as they stand in our phrases too."""
    index, plain = _index(), unicodedata.normalize("NFKC", readable_part(text)).lower()
    weights: dict[str, float] = {}
    for phrase, its_grams in index.phrases[column]:
        if not its_grams.isdisjoint(counts):
            for word in _shared_words(phrase, plain):
                weights[word] = sum(index.table.weight(gram, column) for gram in grams(word))
    return _strongest(weights)


def _shared_words(phrase: str, plain: str) -> list[str]:
    """Return the longest pieces of a phrase that stand in a text, without little words at their ends."""
    found, start = [], 0
    while start < len(phrase) - 1:
        end = start + 1
        while end <= len(phrase) and phrase[start:end] in plain:
            end += 1
        piece = phrase[start : end - 1]
        found.append(piece if piece == phrase else piece.strip(LITTLE_WORDS))
        start = max(end - 1, start + 1)
    return [piece for piece in found if len(piece) > 1]


def _strongest(weights: dict[str, float]) -> tuple[str, ...]:
    chosen: list[str] = []
    for word in sorted(weights, key=lambda word: (-weights[word], word)):
        if weights[word] < LEAST_REASON or len(chosen) == MOST_REASONS:
            break
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return tuple(chosen)
