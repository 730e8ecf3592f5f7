"""Pictures are drawn anew: the points survive, never place, camera, author or a file hidden behind."""

import io
import warnings
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from zhijia.attachments.errors import FileDamaged, TooManyPixels
from zhijia.attachments.types import name_of

MOST_PIXELS = 40_000_000
_QUALITY = 88
_COPY_QUALITY = 80
"""Of pages and pictures of documents, which are many."""
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    KeyError,
)


def redraw(file: BinaryIO, *, kind: str, name: str) -> tuple[bytes, str]:
    """Return ``(bytes, kind)`` of a clean copy: JPEG for photos, PNG for see-through or drawn ones.

    Orientation is applied; of a moving picture the first frame is kept. Raises ``TooManyPixels``,
    ``FileDamaged``.
    """
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _redraw(file, kind, name)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        raise TooManyPixels(name=name) from None
    except (*_BROKEN, Warning):
        raise FileDamaged(name=name, kind=name_of(kind)) from None


def _redraw(file: BinaryIO, kind: str, name: str) -> tuple[bytes, str]:
    with Image.open(file, formats=[kind.upper()]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise TooManyPixels(name=name)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    see_through = upright.has_transparency_data
    to_png = kind in ("png", "gif") or see_through
    clean = upright.convert("RGBA" if see_through else "RGB")
    clean.info.clear()
    out = io.BytesIO()
    if to_png:
        clean.save(out, "PNG", compress_level=6)
        return out.getvalue(), "png"
    clean.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue(), "jpeg"


def jpeg_of(width: int, height: int, rgb: bytes) -> bytes:
    """Return a JPEG of bare points."""
    out = io.BytesIO()
    Image.frombytes("RGB", (width, height), rgb).save(out, "JPEG", quality=_COPY_QUALITY)
    return out.getvalue()
