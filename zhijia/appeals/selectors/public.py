"""What everybody may read: published answers, and what is suggested while somebody writes."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from zhijia.appeals.highlighter import Span, identifying_spans
from zhijia.appeals.models import Category, PublishedAnswer
from zhijia.appeals.suggestions import LawPointer, applicable_law, similar_answers, suggest_categories
from zhijia.core.errors import NotFound
from zhijia.core.paging import Page, paginate
from zhijia.core.text import tidy
from zhijia.unions.models import Employer
from zhijia.unions.selectors import find_employers

LEAST = 6
"""Characters below which nothing is suggested."""
CANDIDATES = 100
MOST_SPANS = 6
LAWS = 2
PAGE = 20
LONGEST_QUERY = 60
LONGEST_TEXT = 10_000
"""Characters that are looked at for suggestions."""


@dataclass(frozen=True)
class SuggestedCategory:
    """A kind that may fit, and the words that speak for it."""

    category: Category
    because: tuple[str, ...]


@dataclass(frozen=True)
class Law:
    """An article worth reading, in the reader's language."""

    pointer: LawPointer

    @property
    def law(self) -> str:
        """Name of the law."""
        return self.pointer.law_en if _is_english() else f"《{self.pointer.law}》"

    @property
    def article(self) -> str:
        """Number of the article."""
        return self.pointer.article

    @property
    def says(self) -> str:
        """What it says, in plain words."""
        return self.pointer.says_en if _is_english() else self.pointer.says_zh


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class Mark:
    """A stretch of the text that may tell who wrote it."""

    text: str
    why: Any


@dataclass(frozen=True)
class Suggestions:
    """Everything shown beside the form. All of it may be ignored."""

    categories: tuple[SuggestedCategory, ...] = ()
    answers: tuple[PublishedAnswer, ...] = ()
    laws: tuple[Law, ...] = ()
    marks: tuple[Mark, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.categories or self.answers or self.laws or self.marks)


def suggestions_for(text: str) -> Suggestions:
    """Return kinds, similar answers, the law and telling marks for a text; nothing is stored."""
    kept = tidy(text)
    if len(kept) < LEAST:
        return Suggestions(marks=_marks(kept))
    categories = _categories(kept)
    codes = [one.category.code for one in categories]
    laws = tuple(Law(pointer) for pointer in applicable_law(kept, limit=LAWS))
    return Suggestions(categories, _answers(kept, codes), laws, _marks(kept))


def _categories(text: str) -> tuple[SuggestedCategory, ...]:
    found = suggest_categories(text)
    known = {c.code: c for c in Category.objects.filter(code__in=[s.code for s in found], is_active=True)}
    return tuple(SuggestedCategory(known[s.code], s.because) for s in found if s.code in known)


def _answers(text: str, codes: list[str]) -> tuple[PublishedAnswer, ...]:
    tops = {code.partition(".")[0] for code in codes}
    near = Q(category__code__in=codes)
    for top in tops:
        near |= Q(category__code=top) | Q(category__code__startswith=f"{top}.")
    rows = published().filter(near) if codes else published()
    candidates = {a.pk: a for a in rows.order_by("-published_at")[:CANDIDATES]}
    ranked = similar_answers(text, [(a.pk, f"{a.title}\n{a.question}") for a in candidates.values()])
    return tuple(candidates[pk] for pk, _score in ranked)


def _marks(text: str) -> tuple[Mark, ...]:
    spans: list[Span] = identifying_spans(text)
    marks = {text[s.start : s.end]: Mark(text[s.start : s.end], s.why) for s in spans}
    return tuple(marks.values())[:MOST_SPANS]


def published() -> Any:
    """Return the answers everybody may read."""
    return PublishedAnswer.objects.filter(withdrawn_at=None).select_related("category", "body")


def answers_page(query: str, category: str, cursor: str | None) -> Page:
    """Return a page of published answers holding every typed word, newest first."""
    rows = published()
    for word in tidy(query)[:LONGEST_QUERY].split():
        rows = rows.filter(Q(title__icontains=word) | Q(question__icontains=word) | Q(answer__icontains=word))
    if category:
        rows = rows.filter(Q(category__code=category) | Q(category__code__startswith=f"{category}."))
    return paginate(rows, cursor, PAGE, ["-published_at", "-pk"])


def published_answer(pk: int) -> PublishedAnswer:
    """Return one published answer; raise ``NotFound``, also when it was withdrawn."""
    found = published().filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def category_choices() -> list[tuple[str, Any]]:
    """Return the categories in use, grouped under those above, for a select field; two queries at most."""
    rows = list(Category.objects.filter(is_active=True).order_by("order", "code"))
    tops = [c for c in rows if c.parent_id is None]
    below: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        if row.parent_id is not None:
            below.setdefault(row.parent_id, []).append((row.code, row.name))
    return [(top.name, [(top.code, top.name), *below.get(top.pk, [])]) for top in tops]


def top_categories() -> list[tuple[str, str]]:
    """Return the categories of the first level as choices."""
    rows = Category.objects.filter(is_active=True, parent=None).order_by("order", "code")
    return [(c.code, c.name) for c in rows]


def usual_kind(code: str) -> str:
    """Return what people of this category usually want, "" when the category is unknown."""
    return Category.objects.filter(code=code).values_list("default_kind", flat=True).first() or ""


def employer_named(text: str, place: str) -> Employer | None:
    """Return the one employer that is called exactly what was typed, if there is exactly one."""
    wanted = tidy(text)
    if not wanted:
        return None
    same = [e for e in find_employers(wanted, place, limit=5) if wanted in (e.name, e.credit_code)]
    return same[0] if len(same) == 1 else None
