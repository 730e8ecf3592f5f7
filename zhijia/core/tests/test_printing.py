"""Papers as PDF: Chinese text inside, fonts inside, nothing fetched, and plain words where it cannot."""

import re
import subprocess
import sys
import zlib

import pypdfium2
import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from zhijia.core import printing

RARE = "㐂䶮𠮷龘"
TEXT = f"关于成立工会的请示 {RARE}"
needs_printing = pytest.mark.skipif(not printing.can_print(), reason="Pango or a Chinese font is not here")


@pytest.fixture
def paper():
    """Return a way to print a fragment that is given as text."""
    folder = {"t/sheet.html": "<h1>{{ heading }}</h1>{{ extra }}"}
    loaders = [("django.template.loaders.locmem.Loader", folder)]

    def printed(**context) -> bytes:
        engine = engines["django"].engine
        before, engine.template_loaders = (
            engine.template_loaders,
            [*engine.get_template_loaders(loaders), *engine.template_loaders],
        )
        try:
            return printing.pdf("t/sheet.html", {"title": "t", **context})
        finally:
            engine.template_loaders = before

    return printed


def _text(made: bytes) -> str:
    document = pypdfium2.PdfDocument(made)
    try:
        return document[0].get_textpage().get_text_bounded()
    finally:
        document.close()


def _inside(made: bytes) -> bytes:
    """Return what the compressed parts of the file hold."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")


@needs_printing
def test_chinese_and_rare_characters_can_be_read_out_of_the_paper_again(paper) -> None:
    made = paper(heading=TEXT)
    assert made.startswith(b"%PDF-")
    assert TEXT.replace(" ", "") in _text(made).replace(" ", "")
    assert b"/FontFile" in _inside(made)


@needs_printing
def test_what_somebody_typed_stays_text(paper) -> None:
    assert "<b>x</b>" in _text(paper(heading="<b>x</b>"))


@needs_printing
def test_a_paper_fetches_nothing(paper, monkeypatch) -> None:
    asked: list[str] = []
    refuse = printing._refuse
    monkeypatch.setattr(printing, "_refuse", lambda url: asked.append(url) or refuse(url))
    made = paper(heading="x", extra=mark_safe('<img src="http://127.0.0.1:9/x.png">'))
    assert made.startswith(b"%PDF-")
    assert asked == ["http://127.0.0.1:9/x.png"]
    monkeypatch.undo()
    with pytest.raises(printing.FetchRefused):
        printing._refuse("file:///etc/passwd")


def test_without_the_libraries_it_says_so_and_what_to_do(monkeypatch) -> None:
    monkeypatch.setattr(printing, "can_print", lambda: False)
    with pytest.raises(printing.PrintingMissing) as refused:
        printing.pdf("t/sheet.html", {})
    assert refused.value.status == 503
    assert "fonts-noto-cjk" in refused.value.advice


def test_weasyprint_is_not_loaded_before_a_paper_is_asked_for() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, zhijia.core.printing; print('weasyprint' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "False"


def test_a_code_to_verify_is_a_drawing_without_style() -> None:
    drawn = printing.qr("https://zhijia.example/verify/1")
    assert drawn.startswith("<svg")
    assert "style=" not in drawn
