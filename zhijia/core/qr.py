"""QR codes as drawings for our own pages."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, *, scale: int = 4) -> SafeString:
    """Return a QR code of ``text`` as an inline SVG without a style of its own."""
    drawn = segno.make(text, error="m").svg_inline(scale=scale, border=2, svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308  (drawn by the library from modules, holds no typed text)
