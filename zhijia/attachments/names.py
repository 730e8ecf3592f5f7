"""Names as they are shown and given to the browser."""

import re
import unicodedata

from zhijia.core.text import tidy

LENGTH = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def plain_name(typed: str) -> str:
    """Return a name as it was typed, without path, controls or direction tricks."""
    text = tidy(unicodedata.normalize("NFC", typed or ""))
    text = re.split(r"[/\\]", text)[-1]
    text = re.sub(r'[\x00-\x1f\x7f<>:"|?*%;\n\t]', "_", text).strip(" .")
    return text if len(text) <= LENGTH else f"{text[: LENGTH - 8]}…{text[-7:]}"


def safe_name(typed: str, extension: str) -> str:
    """Return a display name that ends in the extension of the file's true type."""
    text = plain_name(typed)
    stem, dot, _ = text.rpartition(".")
    stem = (stem if dot else text).strip(" .") or "file"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{extension}"
