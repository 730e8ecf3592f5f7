"""Text that was read in the wrong encoding on its way to us, and what it was before."""

import re

LOST = re.compile("[\ufffd]|锟斤拷|烫烫|屯屯|\\?\\?")
"""Nothing brings these back: the bytes are gone."""
LOST_CHARACTERS = "锟烫屯"
"""One of them stands in every text of Chinese characters that is lost."""
_CHINESE = re.compile(r"[\u4e00-\u9fff·•A-Za-z0-9 ()（）]+\Z")
_WESTERN = re.compile(
    r"[\x20-\x7e\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2044\u20ac\u2122]+\Z"
)


def is_lost(text: str) -> bool:
    """Say whether characters were replaced for good."""
    return LOST.search(text) is not None


def may_begin_garbled(char: str) -> bool:
    """Say whether a Chinese character may be the first of UTF-8 read as GB18030."""
    return 0xE4 <= char.encode("gb18030")[0] <= 0xE9


def mended(text: str) -> str | None:
    """Return what a garbled text said before, or None where it is not garbled.

    UTF-8 read as GB18030 (张三 → 寮犱笁), UTF-8 or GB18030 read as a Western code page (å¼ ä¸‰, ÕÅÈý).
    """
    if text.isascii():
        return None
    if _WESTERN.match(text):
        return _from_western(text)
    try:
        raw = text.encode("gb18030")
        # A character of three bytes in UTF-8 begins with E4 to E9 where it is Chinese.
        found = raw.decode() if may_begin_garbled(text[0]) else ""
    except UnicodeError:
        return None
    return found if found and _CHINESE.match(found) else None


def _from_western(text: str) -> str | None:
    for page in ("latin-1", "cp1252"):
        try:
            raw = text.encode(page)
        except UnicodeEncodeError:
            continue
        for encoding in ("utf-8", "gb18030"):
            try:
                found = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if _CHINESE.match(found) and not found.isascii():
                return found
    return None
