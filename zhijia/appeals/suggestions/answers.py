"""Which of some given texts are most like a question: published answers, similar cases."""

from collections import Counter
from collections.abc import Sequence

from zhijia.core.text import grams

from .examples import examples
from .ranking import build_table, counted_grams, readable_part

MOST_CANDIDATES = 300  # more are cut off: the caller narrows by kind and place first
LEAST_LIKENESS = 0.25  # below this two texts share only everyday words


def similar_answers(text: str, answers: Sequence[tuple[int, str]], limit: int = 3) -> list[tuple[int, float]]:
    """Rank given texts (id, text) by likeness to `text`, best first, as (id, likeness 0 to 1).

    The likeness is the BM25 score divided by the score the question itself would get. Takes about
    0.1 ms per candidate of 300 characters; candidates beyond 300 are not looked at.
    """
    asked = _telling(counted_grams(text))
    candidates = answers[:MOST_CANDIDATES]
    if not asked or not candidates or limit < 1:
        return []
    documents = [[gram for gram in grams(readable_part(body)) if gram in asked] for _, body in candidates]
    scores = build_table([*documents, list(asked)], b=0.6).weigh(asked)
    own = float(scores[-1])
    ranked = [
        (key, round(min(float(score) / own, 1.0), 3))
        for (key, _), score in zip(candidates, scores, strict=False)  # the last score is the question's own
    ]
    ranked.sort(key=lambda pair: -pair[1])
    return [pair for pair in ranked[:limit] if pair[1] >= LEAST_LIKENESS]


def _telling(counts: Counter[str]) -> Counter[str]:
    ordinary = examples().ordinary
    return Counter({gram: n for gram, n in counts.items() if gram not in ordinary})
