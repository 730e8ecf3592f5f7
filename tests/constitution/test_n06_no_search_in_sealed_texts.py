"""N6: no free-text search across sealed cases; there is nothing in clear to ask."""

import re

import pytest
from django.core.exceptions import FieldError

from tests.architecture.sources import code, nothing, shown
from tests.constitution.houses import label, sealed_columns
from zhijia.core.boxes import new_pair, seal_to

COLUMNS = [(model, name) for model, name in sealed_columns()]
TEXT_SEARCH = re.compile(r"SearchVector|SearchQuery|TrigramSimilarity|CREATE VIRTUAL TABLE|fts5|to_tsvector")
WANTED = {"appeals.Appeal.text", "appeals.Appeal.subject", "appeals.Talk.text", "appeals.Note.text",
          "appeals.Reply.text"}  # fmt: skip


def test_what_people_write_about_a_matter_is_sealed() -> None:
    assert {label(model, name) for model, name in COLUMNS} >= WANTED


@pytest.mark.parametrize("lookup", ["contains", "icontains", "startswith", "regex", "iexact", "gt", "in"])
def test_no_query_looks_into_a_sealed_column(lookup: str) -> None:
    wrong = []
    for model, name in COLUMNS:
        try:
            model._base_manager.filter(**{f"{name}__{lookup}": "工资"})
        except FieldError:
            continue
        wrong.append(f"{label(model, name)}__{lookup} is answered")
    nothing(wrong)


def test_the_house_keeps_no_index_of_words_of_matters() -> None:
    nothing(shown(path) for path in code() if TEXT_SEARCH.search(path.read_text(encoding="utf-8")))


def test_two_seals_of_one_text_cannot_be_told_to_be_the_same() -> None:
    pair = new_pair()
    boxes = {seal_to(pair.public, "工资".encode(), place="appeals.appeal|text|x") for _ in range(5)}
    assert len(boxes) == 5
