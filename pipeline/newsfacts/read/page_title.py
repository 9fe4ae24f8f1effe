"""The headline of a web page: the heading above the article, as the page shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsfacts.read.page_blocks import Block

if TYPE_CHECKING:
    from lxml.etree import _Element

_DIVIDER = re.compile(r"\s+[-–—|·»:]+\s+|\s*[|»]\s*|:\s+")
_OUTLET = re.compile(r"\s+[|»·]\s+|\s+[-–—]\s+")
_LIKE = 0.4
"""Share of all words in common from which a heading is another wording of the page's title."""
_LONGEST = 300


def find_title(blocks: Sequence[Block], found: str, given: str | None, tree: _Element) -> str | None:
    """Return the headline: the heading above the text that trafilatura ``found``, else what the page's head gives.

    ``blocks`` are those of the cleared page, ``given`` is the title that metadata have. Where several headings stand
    above the text, the one that is most like the page's title counts; the outlet's name never does.
    """
    given = " ".join((given or "").split())
    page_title = " ".join((tree.findtext(".//title") or "").split())
    lines = [(block, line) for block in blocks[: _begin(blocks, found) + 1] for line in _lines(block)]
    outlets = {
        " ".join(str(name).split()).casefold() for name in tree.xpath("//meta[@property='og:site_name']/@content")
    }
    outlets |= _outlet(page_title, {line.casefold() for _, line in lines})
    if given.casefold() in outlets:
        given = ""
    above = [(block, line) for block, line in lines if len(line) <= _LONGEST and line.casefold() not in outlets]
    wanted = [words for words in (given, page_title) if words]
    headings = [(block, line) for block, line in above if block.kind == "heading"]
    first = [line for block, line in headings if block.element.tag == "h1"]
    best = max(first, key=lambda line: _likeness(line, wanted), default=None)
    if best and (_likeness(best, wanted) >= _LIKE or not _closer(headings, wanted)):
        return best
    if close := _closer(headings, wanted):
        return close
    known = {line.casefold(): line for _, line in above}
    parts = [given, page_title, *_DIVIDER.split(page_title)]
    shown = next((known[part.casefold()] for part in parts if part.casefold() in known), None)
    return shown or given or page_title or None


def _outlet(page_title: str, lines: set[str]) -> set[str]:
    """The outlet's name in a page's title: the first or last part, shorter than the rest, which stands on the page."""
    parts = [part.casefold() for part in _OUTLET.split(page_title)]
    ends = sorted({parts[0], parts[-1]}, key=lambda part: part.count(" ")) if len(parts) > 1 else []
    return next(({end} for end in ends if any(part in lines for part in parts if part != end)), set())


def _begin(blocks: Sequence[Block], found: str) -> int:
    """Where the running text begins that trafilatura found."""
    lines = {" ".join(line.split()) for line in found.split("\n")}
    for at, block in enumerate(blocks):
        if block.prose and any(" ".join(line.split()) in lines for line in block.text.split("\n")):
            return at
    return len(blocks) - 1


def _lines(block: Block) -> list[str]:
    """The lines of a block; a heading's are one."""
    if block.kind == "heading":
        return [" ".join(block.text.split())]
    return [" ".join(line.split()) for line in block.text.split("\n")]


def _closer(headings: list[tuple[Block, str]], wanted: list[str]) -> str | None:
    """The lower heading that is most like the page's title."""
    lines = [line for _, line in headings if _likeness(line, wanted) >= _LIKE]
    return max(lines, key=lambda line: _likeness(line, wanted), default=None)


def _likeness(line: str, wanted: list[str]) -> float:
    """The share of their words that a line and one of the titles have in common (0 to 1)."""
    words = set(re.findall(r"\w+", line.casefold()))
    shares = [0.0]
    for title in wanted:
        others = set(re.findall(r"\w+", title.casefold()))
        shares.append(len(words & others) / max(len(words | others), 1))
    return max(shares)
