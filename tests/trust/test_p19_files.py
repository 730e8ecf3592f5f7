"""P19 in small: one hostile file of each kind, the ordinary ones, and eyes that are proved to see."""

import pytest

from trust import Broken, p19_files
from trust.file_corpus import GOOD, HOSTILE, Sample
from zhijia.attachments.tests import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings) -> None:
    settings.ZHIJIA_ATTACHMENTS = str(tmp_path / "attachments")


def test_one_hostile_file_of_each_kind_does_not_escape() -> None:
    told = p19_files.hostile_files(len(HOSTILE), seed=3)
    assert (told["hostile"], told["escapes"]) == (len(HOSTILE), 0)
    assert set(told["ends"]) == {"ready", "refused", "unreadable"}


def test_every_ordinary_file_is_taken_and_opens() -> None:
    assert p19_files.good_files(len(GOOD), seed=3)["good_accepted"] == len(GOOD)


def test_on_bad_days_of_the_scanner_nobody_gets_anything_until_it_is_well() -> None:
    told = p19_files.bad_days(3)
    assert told == {"quarantined_on_bad_days": 12, "released_afterwards": 12}


def test_without_redrawing_making_anew_or_scanning_something_escapes() -> None:
    assert all(p19_files.controls().values())


@pytest.mark.parametrize(
    ("content", "marks", "is_virus", "said"),
    [
        (files.GOOD["ogg"], (b"OpusHead",), False, "what is opened holds"),
        (files.GOOD["ogg"], (), True, "kept as clean"),
    ],
)
def test_each_kind_of_escape_is_seen(content, marks, is_virus, said) -> None:
    sample = Sample("sound", "x.ogg", content, marks, is_virus)
    assert said in p19_files.fault_of(sample, p19_files.hand_in(sample))


def test_an_original_that_was_altered_is_seen() -> None:
    sample = Sample("sound", "x.ogg", files.GOOD["ogg"])
    kept = p19_files.hand_in(sample)
    kept.sha256 = "0" * 64
    assert "original" in p19_files.fault_of(sample, kept)


def test_a_download_that_a_browser_might_run_is_seen() -> None:
    kept = p19_files.hand_in(Sample("sound", "x.ogg", files.GOOD["ogg"]))
    _, headers = p19_files.opened(kept)
    assert p19_files.inline_fault(kept, headers) == ""
    for name, value in (("Content-Disposition", "inline"), ("Content-Type", "text/html"),
                        ("X-Content-Type-Options", ""), ("Content-Security-Policy", "")):  # fmt: skip
        assert p19_files.inline_fault(kept, {**headers, name: value})


def test_an_ordinary_file_that_is_refused_breaks_the_promise(monkeypatch) -> None:
    monkeypatch.setattr("trust.file_corpus.GOOD", (("exe", lambda lot: b"MZ program"),))
    with pytest.raises(Broken, match="refused"):
        p19_files.good_files(1)
