"""Names as they are shown and given to the browser."""

import re
import unicodedata

from zhijia.core.text import tidy

LENGTH = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def safe_name(typed: str, extension: str) -> str:
    """Return a display name without path, controls or direction tricks, ending in its true extension."""
    text = tidy(unicodedata.normalize("NFC", typed or ""))
    text = re.split(r"[/\\]", text)[-1]
    text = re.sub(r'[\x00-\x1f\x7f<>:"|?*%;\n\t]', "_", text).strip(" .")
    stem, dot, _ = text.rpartition(".")
    stem = (stem if dot else text).strip(" .")[:LENGTH] or "file"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{extension}"
