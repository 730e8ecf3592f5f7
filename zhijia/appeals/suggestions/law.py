"""Which articles of law to look at for a text or a kind of matter. Pointers in plain words, no advice."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from zhijia.core.text import grams

from .categories import likely_kinds
from .examples import NOT_WORK, examples, read_yaml
from .ranking import WeightTable, build_table, counted_grams

SAME_KIND = 6.0  # weight added to a pointer made for the kind: two or three telling words
WHOLE_BRANCH = 4.0  # added to every pointer of a branch when only the branch is given (WAGE)
SAME_BRANCH = 1.0  # added to a pointer made for a sister kind
OTHER_KIND = 0.5  # share of its weight kept by a pointer made for other kinds
LEAST_WEIGHT = 3.0  # below this nothing is shown


@dataclass(frozen=True)
class LawPointer:
    """An article worth reading and what it says in plain words (ours, not the law's).

    `certainty` is "read" where the article number was checked against the law's text, else "verify".
    `url_key` names the article for links, such as "LCL-82".
    """

    law: str
    article: str
    says_zh: str
    says_en: str
    url_key: str
    law_en: str
    in_force_since: date
    certainty: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class _Index:
    pointers: tuple[LawPointer, ...]
    table: WeightTable


def applicable_law(text: str, category_code: str | None = None, limit: int = 4) -> list[LawPointer]:
    """Return the articles that fit a text best; with a kind given, those made for it come first.

    Without a kind the two best suggestions stand in. A kind that is not about work has no pointers.
    """
    kinds = {category_code: 1.0} if category_code else _likely_shares(text)
    if NOT_WORK in kinds:
        return []
    index = _index()
    words = index.table.weigh(counted_grams(text))
    scores = [_score(pointer, float(words[n]), kinds) for n, pointer in enumerate(index.pointers)]
    order = sorted(range(len(scores)), key=lambda n: -scores[n])[: max(limit, 0)]
    return [index.pointers[n] for n in order if scores[n] >= LEAST_WEIGHT]


@cache
def law_pointers() -> tuple[LawPointer, ...]:
    """Return all pointers; the file is read once."""
    raw = read_yaml("law_pointers.yaml")
    return tuple(_pointer(row, raw["laws"][row["law"]]) for row in raw["pointers"])


def _pointer(row: dict, law: dict) -> LawPointer:
    return LawPointer(
        law=law["name_zh"],
        article=row["article"],
        says_zh=row["says_zh"],
        says_en=row["says_en"],
        url_key=f"{row['law']}-{row['article']}",
        law_en=law["name_en"],
        in_force_since=row.get("in_force_since", law["in_force_since"]),
        certainty=law["certainty"],
        categories=tuple(row["categories"]),
    )


@cache
def _index() -> _Index:
    pointers = law_pointers()
    ordinary = examples().ordinary
    documents = [
        [
            gram
            for gram in grams(f"{row['keywords']} {row['says_zh']}")
            if len(gram) > 1 and gram not in ordinary
        ]
        for row in read_yaml("law_pointers.yaml")["pointers"]
    ]
    return _Index(pointers, build_table(documents))


def _likely_shares(text: str) -> dict[str, float]:
    """Return the two likeliest kinds, the first with 1.0, the second with its share of the first's weight."""
    found = likely_kinds(text)
    best = max(found.values(), default=1.0)
    return {code: weight / best for code, weight in found.items()}


def _score(pointer: LawPointer, words: float, kinds: dict[str, float]) -> float:
    """Weigh a pointer: the words it shares with the text, and whether it was made for the kind."""
    if not kinds:
        return words * OTHER_KIND
    best = 0.0
    for code, share in kinds.items():
        if code in pointer.categories:
            best = max(best, words + SAME_KIND * share)
        elif _is_same_branch(code, pointer.categories):
            added = SAME_BRANCH if "." in code else WHOLE_BRANCH
            best = max(best, words * OTHER_KIND + added * share)
    return max(best, words * OTHER_KIND)


def _is_same_branch(code: str, categories: tuple[str, ...]) -> bool:
    branch = code.partition(".")[0]
    return any(category.partition(".")[0] == branch for category in categories)


def warm_up() -> None:
    """Build the index of pointers now instead of at the first question."""
    _index()
