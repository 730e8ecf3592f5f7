"""How well and how fast the suggestions are, on message files of your own.

    python -m bench.suggestions FOLDER

The folder holds CSV files with the columns subject and body, and one of: about_work (yes/no: a rough
flag by keywords), category (the board's own), reply (what was answered). Nothing of them is kept.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from zhijia.appeals.highlighter import identifying_spans
from zhijia.appeals.suggestions import (
    applicable_law,
    similar_answers,
    suggest_categories,
    warm_up,
    work_score,
)

WORK_CATEGORY = "劳动和社会保障"
THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6)


def main() -> None:
    """Print the figures for every CSV file of the folder given."""
    begun = time.perf_counter()
    warm_up()
    print(f"indexes built in {(time.perf_counter() - begun) * 1000:.0f} ms (with the import of bm25s)")
    texts: list[str] = []
    for path in sorted(Path(sys.argv[1]).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        if rows and {"subject", "body"} <= set(rows[0]):
            print(f"\n== {path.name}: {len(rows)} messages")
            _measure(rows)
            texts += map(_text, rows)
    _print_speed(texts)


def _measure(rows: list[dict[str, str]]) -> None:
    if "about_work" in rows[0]:
        _print_accuracy("about_work (rough)", [(_text(row), row["about_work"] == "yes") for row in rows])
    if "category" in rows[0]:
        _print_accuracy("category", [(_text(row), row["category"] == WORK_CATEGORY) for row in rows])
    if "reply" in rows[0]:
        _print_answers(rows)
    kinds = Counter(found[0].code if (found := suggest_categories(_text(row))) else "none" for row in rows)
    print("first suggestion:", ", ".join(f"{code} {times}" for code, times in kinds.most_common(8)))


def _print_accuracy(name: str, marked: list[tuple[str, bool]]) -> None:
    scores = [(work_score(text), about) for text, about in marked]
    for threshold in THRESHOLDS:
        hits = sum(score >= threshold and about for score, about in scores)
        found = sum(score >= threshold for score, _ in scores)
        wanted = sum(about for _, about in scores)
        print(
            f"work against {name}, from {threshold:.2f}: precision {hits / max(found, 1):.3f}"
            f" recall {hits / max(wanted, 1):.3f} ({hits} of {wanted} found, {found - hits} besides)"
        )


def _print_answers(rows: list[dict[str, str]]) -> None:
    answers = [(number, row["reply"]) for number, row in enumerate(rows)]
    ranks = [[key for key, _ in similar_answers(_text(row), answers)] for row in rows]
    first = sum(bool(found) and found[0] == number for number, found in enumerate(ranks))
    among = sum(number in found for number, found in enumerate(ranks))
    print(f"own reply found: first {first / len(rows):.3f}, among three {among / len(rows):.3f}")


def _print_speed(texts: list[str]) -> None:
    print()
    joined = "\n".join(texts)
    for length in (500, 20_000):
        pieces = [joined[at : at + length] for at in range(0, len(joined) - length, len(joined) // 40)]
        for call in (work_score, suggest_categories, applicable_law, identifying_spans):
            print(f"{length:6} characters  {call.__name__:20} {_milliseconds(call, pieces):6.2f} ms")


def _milliseconds(call: Callable[[str], object], pieces: Iterable[str]) -> float:
    """Return the median time of a call."""
    times = []
    for piece in pieces:
        begun = time.perf_counter()
        call(piece)
        times.append(time.perf_counter() - begun)
    return sorted(times)[len(times) // 2] * 1000


def _text(row: dict[str, str]) -> str:
    return f"{row['subject']}\n{row['body']}"


if __name__ == "__main__":
    main()
