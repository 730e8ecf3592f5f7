"""BM25 over small sets of texts: how strongly each gram of a text speaks for each of them.

The weights are those of the bm25s library. They are laid out as a plain table (gram by document),
so that a text is weighed by adding rows, and the words that spoke can be shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhijia.core.text import grams

HEAD = 1200  # characters read from the beginning: people come to the point there
TAIL = 400  # and from the end, where they say what they want
REPEATS = 6  # a word said more often than this weighs no more


def readable_part(text: str) -> str:
    """Return the part of a text that is weighed: all of a short one, both ends of a long one."""
    if len(text) <= HEAD + TAIL:
        return text
    return text[:HEAD] + "\n" + text[-TAIL:]


def counted_grams(text: str) -> Counter[str]:
    """Count the grams of the readable part of a text."""
    return Counter(grams(readable_part(text)))


@dataclass(frozen=True)
class WeightTable:
    """BM25 weights of a fixed set of documents: one row per gram, one column per document."""

    rows: dict[str, int]
    weights: np.ndarray

    def weigh(self, counts: Counter[str]) -> np.ndarray:
        """Return the score of every document for these grams."""
        known = [(self.rows[gram], min(n, REPEATS)) for gram, n in counts.items() if gram in self.rows]
        if not known:
            return np.zeros(self.weights.shape[1], dtype="float32")
        rows, repeats = zip(*known, strict=True)
        return np.sqrt(np.array(repeats, dtype="float32")) @ self.weights[list(rows)]

    def weight(self, gram: str, column: int) -> float:
        """Return how strongly one gram speaks for one document."""
        row = self.rows.get(gram)
        return 0.0 if row is None else float(self.weights[row, column])


def build_table(documents: Sequence[Sequence[str]], *, k1: float = 1.2, b: float = 0.4) -> WeightTable:
    """Index documents, each given as its grams."""
    import bm25s  # takes a quarter of a second to import: only who asks for suggestions pays

    index = bm25s.BM25(k1=k1, b=b, method="lucene")
    index.index([list(document) for document in documents], show_progress=False)
    weights = np.zeros((len(index.vocab_dict), len(documents)), dtype="float32")
    ends = index.scores["indptr"]
    rows = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    weights[rows, index.scores["indices"]] = index.scores["data"]
    return WeightTable({gram: row for gram, row in index.vocab_dict.items() if gram}, weights)
