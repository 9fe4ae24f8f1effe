"""A plain reading of typographic signs for the grammars, which leaves the article's text and its offsets alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

# full-width forms and the many blanks, one for one; the full-width comma joins digits alone
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_FOLD |= dict.fromkeys((0x00A0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)), 0x20)
_FOLD |= {ord("￠"): ord("¢"), ord("￡"): ord("£"), ord("￥"): ord("¥"), ord("￦"): ord("₩")}
_DIGITS_COMMA = re.compile(r"(?<=\d)，(?=\d)")
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]+")  # soft hyphens, zero-width signs


class Plain(NamedTuple):
    """A text as it reads, and where each piece of it stands in the text as it is written."""

    text: str
    cuts: list[int]  # offsets in `text` at which unseen signs were left out
    shifts: list[int]  # how many were left out before the first, second, ... of these, and after the last

    def start(self, offset: int) -> int:
        """Where a stretch that starts at an offset of `text` starts in the original."""
        return offset + self.shifts[bisect_right(self.cuts, offset)]

    def end(self, offset: int) -> int:
        """Where a stretch that ends before an offset of `text` ends in the original."""
        return self.start(offset - 1) + 1 if offset else 0


def plain(text: str) -> Plain:
    """Read a text without typographic signs."""
    if text.isascii():
        return Plain(text, [], [0])
    text = _DIGITS_COMMA.sub(",", text.translate(_FOLD))
    kept, cuts, shifts, last, length = [], [], [0], 0, 0
    for match in _UNSEEN.finditer(text):
        kept.append(text[last : match.start()])
        length += match.start() - last
        last = match.end()
        cuts.append(length)
        shifts.append(last - length)
    return Plain("".join([*kept, text[last:]]), cuts, shifts)
