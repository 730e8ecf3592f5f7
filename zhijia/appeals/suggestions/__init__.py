"""Suggestions while a worker types: kinds, similar answers, the law that applies. They never decide.

Pure functions of text, without the database; a classical method (BM25) over phrases of our own.
Why and how well: docs/explanation/suggestions.md.
"""

from . import categories, law
from .answers import similar_answers
from .categories import WORK_THRESHOLD, CategorySuggestion, is_work_matter, suggest_categories, work_score
from .law import LawPointer, applicable_law, law_pointers


def warm_up() -> None:
    """Build both indexes now instead of at the first question (about 0.5 s, half of it importing bm25s)."""
    categories.warm_up()
    law.warm_up()


__all__ = [
    "WORK_THRESHOLD",
    "CategorySuggestion",
    "LawPointer",
    "applicable_law",
    "is_work_matter",
    "law_pointers",
    "similar_answers",
    "suggest_categories",
    "warm_up",
    "work_score",
]
