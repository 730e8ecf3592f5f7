"""Papers as PDF: a template becomes A4 pages with the fonts inside, and nothing is fetched on the way.

WeasyPrint draws them; it needs Pango and a Chinese font of the system (``tools/system_packages.sh``).
It is loaded when the first paper is asked for, so that a house at rest does not hold it in memory.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhijia.core.errors import DomainError
from zhijia.core.words import _

FRAME, STYLE = "core/paper.html", "core/paper.css"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
HAN_FONTS = ("*CJK*", "*SourceHan*", "*simsun*", "*FangSong*", "*wqy*")


class PrintingMissing(DomainError):
    """The system libraries or a Chinese font are not there."""

    code = "printing-not-installed"
    status = 503
    text = _("Making PDF files is not installed on this server.")
    next_step = _(
        "The page for printing works all the same. The administrator installs it with: apt-get install "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk, and starts the house anew."
    )


class FetchRefused(ValueError):
    """A paper named something outside itself."""


def pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """Return the paper of ``template``, a fragment that is set into ``core/paper.html``, as PDF.

    The language is the reader's. Raise ``PrintingMissing``.
    """
    if not can_print():
        raise PrintingMissing
    from weasyprint import CSS, HTML

    page = render_to_string(FRAME, {**context, "paper_template": template})
    look = CSS(string=render_to_string(STYLE), url_fetcher=_closed_fetcher())
    return bytes(HTML(string=page, url_fetcher=_closed_fetcher()).write_pdf(stylesheets=[look]))


@cache
def can_print() -> bool:
    """Say whether this server can make PDF files with Chinese text; asked once in a process."""
    return _has_library() and _has_font()


def qr(text: str) -> SafeString:
    """Return a QR code as a drawing inside the page, for papers that somebody may want to verify."""
    import segno

    drawn = segno.make(text, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass=None)
    return SafeString(drawn)  # drawn here: it holds squares, and no letter of the text


def _has_library() -> bool:
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError):  # OSError: Pango is not there
        return False
    return True


def _has_font() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return any(next(folder.rglob(name), None) for folder in folders for name in HAN_FONTS if folder.is_dir())


def _closed_fetcher() -> Any:
    """Return a fetcher that fetches nothing: neither from the network nor from the disk."""
    from weasyprint.urls import URLFetcher

    class Closed(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> NoReturn:
            _refuse(url)

    return Closed()


def _refuse(url: str) -> NoReturn:
    raise FetchRefused(url[:80])
