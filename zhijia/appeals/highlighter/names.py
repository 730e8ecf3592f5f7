"""People's names: after a cue (我叫, 姓名), before a title (先生, 经理), or written 张某."""

import re
from collections.abc import Iterator
from functools import cache

from .words import HAN, words

# What may stand before a surname without making another word of it: 公安局长 is no 安局长.
_BEFORE = rf"(?:(?<![{HAN}])|(?<=[的和与跟及找问是向对被叫由给让从有把替为了过、]))"
# What follows a name that has ended.
_FOLLOWERS = "说把拖欠不拒打骂让要对承答是在的和与跟因于从向等为被给任带叫及都也就知"
_AFTER_NAME = rf"(?=[^{HAN}]|[{_FOLLOWERS}]|$)"
_NOT_AFTER_TITLE = "(?![之体是共结而计额部监理会统数裁])"


def find_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, "name"), the surest patterns first."""
    for pattern in _patterns():
        for found in pattern.finditer(text):
            if not found["name"].startswith(words().lists["not_names"]):
                yield found.start("name"), found.end("name"), "name"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    surname = rf"(?:{words().either('double_surnames')}|[{''.join(words().lists['surnames'])}])"
    titles = words().either("titles")
    gap = r"(?:[ :：（()）]|叫|是|为|叫做){0,3}"
    rows = [
        rf"(?:{words().either('strong_cues')}){gap}(?P<name>{surname}[{HAN}]{{1,2}}?(?:(?={_AFTER_NAME})|[{HAN}]))",
        rf"(?:{words().either('weak_cues')}){gap}(?P<name>{surname}[{HAN}]{{1,2}}?){_AFTER_NAME}",
        rf"(?P<name>{surname}(?:某[某{HAN}]{_AFTER_NAME}|某某|某|[xX×*]{{1,2}}))(?![xX*])",
        rf"(?<![{HAN}])(?P<name>{surname}[{HAN}]{{1,2}})(?=[,，、 ]{{0,2}}[男女][,，。、 ;；])",
        rf"(?<=[（(])(?P<name>{surname}[{HAN}]{{1,2}})(?=[）)])",
        rf"{_BEFORE}(?P<name>{surname}[{HAN}]{{0,2}}?(?:{titles})){_NOT_AFTER_TITLE}",
        rf"{_BEFORE}(?P<name>{surname}[总董姐哥]){_AFTER_NAME}",
        rf"{_BEFORE}(?P<name>[老小阿]{surname}){_AFTER_NAME}",
    ]
    return tuple(re.compile(row) for row in rows)
