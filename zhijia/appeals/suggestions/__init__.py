"""Suggestions while a worker types: kinds, similar answers, the law that applies. They never decide.

Pure functions of text, without the database; a classical method (BM25) over phrases of our own.
Why and how well: docs/explanation/suggestions.md.
"""

from .answers import similar_answers
from .categories import (
    WORK_THRESHOLD,
    CategorySuggestion,
    is_work_matter,
    suggest_categories,
    warm_up,
    work_score,
)

__all__ = [
    "WORK_THRESHOLD",
    "CategorySuggestion",
    "is_work_matter",
    "similar_answers",
    "suggest_categories",
    "warm_up",
    "work_score",
]
