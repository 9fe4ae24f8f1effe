"""Which blocks of a web page are its article.

trafilatura's text tells where the article is and what of it is surely in; between its first and last paragraph the
page's own order and blocks hold: what it leaves out there (lists, tables, subheads) comes back, and so do the
standfirst and the key points between the headline and the first paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from newsfacts.lexicons import read_patterns
from newsfacts.read.page_blocks import Block, measure
from newsfacts.read.page_tree import is_lead

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACES = re.compile(r"\s+")
_BULLET = re.compile(r"^[-–—•*·▪◦‣]\s+")
_TOKEN = re.compile(r"[^\s|·•,;()]+")
_DATED = re.compile(
    r"(?:19|20)\d\d|\d{1,2}[:.h]\d\d|ago|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?",
    re.IGNORECASE,
)
_NAME_OR_DATE = re.compile(
    r"[^\W\d_a-z][\w.'’:-]*|\d{1,4}(?:st|nd|rd|th)?|\d{1,2}[:.]\d\d(?::\d\d)?(?:[ap]\.?m\.?)?|[-–—/]"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|(?:a|p)\.?m\.?|[a-z]{3,6}time|by|at|on|in|of|and|the|de|for|ago|min|mins|minutes?"
    r"|hours?|hrs?|days?|read|comments?|shares?|updated:?|published:?|posted:?|last|first|modified:?|gmt|est|pm|am|\d+(?:min|h|m)"
)
_LONGEST_DATE_LINE = 20
_SURE = 25  # characters from which a line that stands within trafilatura's text is no other by chance
_MOST_SEARCHED = 200_000  # characters of trafilatura's text that every block is looked for in
_MORE = 1.1
"""How much more running text a wider element must hold to be the article's."""
_HEAD = 12
"""Blocks above the first paragraph that may be the article's."""
_LONG = 40
"""Characters that a line above the first paragraph has at least, to be a standfirst without being called so."""


@lru_cache(maxsize=1)
def _line_cues() -> dict[str, re.Pattern[str]]:
    return read_patterns(__package__, "page_lines.tsv", re.IGNORECASE)


def find_article(blocks: Sequence[Block], found: str, title: str | None) -> tuple[list[Block], Block | None]:
    """Return the blocks of the article that trafilatura ``found``, and the first paragraph among them.

    ``blocks`` are those of the cleared page, ``title`` its headline. None of them where the text is not on the page.
    """
    choice = _Choice(blocks, found, title)
    return choice.article(), choice.first


class _Choice:
    """The blocks of a page, and which of them trafilatura has in its text."""

    def __init__(self, blocks: Sequence[Block], found: str, title: str | None) -> None:
        self.blocks = blocks
        self.title = _fold(title or "")
        lines = [_fold(line) for line in found.split("\n") if line.strip()]
        self.lines, self.whole = frozenset(lines), " ".join(lines)
        self.voted = [self._is_voted(block) for block in blocks]
        core = [
            at for at, block in enumerate(blocks) if self.voted[at] and block.prose and not self._is_furniture(block)
        ]
        core = core or [at for at, voted in enumerate(self.voted) if voted]
        self.container = self._container() if core else None
        inside = [at for at in core if self._inside(blocks[at])] or core
        self.core = frozenset(core)
        self.parents = {blocks[at].element.getparent() for at in core}
        self.dresses = {_dress(blocks[at]) for at in core if blocks[at].element.get("class")}
        self.begin, self.end = (inside[0], inside[-1]) if inside else (0, -1)
        self.first = blocks[self.begin] if inside else None
        self.heading = max((at for at in range(self.begin) if self._is_title(blocks[at])), default=-1)

    def article(self) -> list[Block]:
        chosen = [at for at in range(len(self.blocks)) if self._belongs(at)]
        return [
            kept
            for at in self._without_repetitions(chosen)
            if (kept := self._without_furniture(self.blocks[at], at < self.begin))
        ]

    def _is_voted(self, block: Block) -> bool:
        if all(_fold(line) in self.lines for line in block.text.split("\n")):
            return True
        text = _fold(block.text)
        return len(text) >= _SURE and len(self.whole) <= _MOST_SEARCHED and text in self.whole

    def _container(self) -> _Element:
        """The innermost element that holds what trafilatura found, but for odd pieces here and there."""
        sums = measure(block for at, block in enumerate(self.blocks) if self.voted[at])
        lengths = {each: sums[each].text for each in sums}
        leaf = max((block.element for at, block in enumerate(self.blocks) if self.voted[at]), key=lengths.__getitem__)
        container = leaf
        for each in leaf.iterancestors():
            if each in lengths and lengths[each] >= _MORE * lengths[container]:
                container = each
        return container

    def _inside(self, block: Block) -> bool:
        return self.container is block.element or self.container in block.element.iterancestors()

    def _is_title(self, block: Block) -> bool:
        return bool(self.title) and self.title in {_fold(block.text), _fold(block.text.split("\n")[0])}

    def _is_furniture(self, block: Block) -> bool:
        cues = _line_cues()
        return all(_is_cued(line, block, cues, head=False) for line in block.text.split("\n"))

    def _belongs(self, at: int) -> bool:
        block = self.blocks[at]
        if self._is_title(block) and at <= self.heading and "\n" not in block.text:
            return False
        if at < self.begin:
            return self._opens(at)
        if at <= self.end:
            return self.voted[at] or self._fits(block)
        if self.voted[at]:
            inside = self._inside(block) and 2 * block.linked <= len(block.text)
            return at in self.core or inside or block.text[-1:] in '.!?”"’'
        alike = block.element.getparent() in self.parents or _dress(block) in self.dresses
        return alike and self._inside(block) and self._fits(block)

    def _fits(self, block: Block) -> bool:
        """Whether a block that trafilatura leaves out between the article's paragraphs is one of them."""
        if 2 * block.linked > len(block.text):
            return False
        if block.kind != "paragraph":
            return block.kind != "caption"
        return block.prose or (block.element.tag in ("p", "blockquote") and block.text[-1:] in '.!?”"’')

    def _opens(self, at: int) -> bool:
        """Whether a block above the first paragraph belongs to the article."""
        block = self.blocks[at]
        if at <= self.heading:
            return at == self.heading and "\n" in block.text
        if self.heading < 0:  # FONT and the like
            return self.voted[at] and (at in self.core or self._inside(block) or is_lead(block.element))
        if 3 * block.linked > len(block.text):
            return False
        if is_lead(block.element):
            return True
        if self.begin - at > _HEAD:
            return self.voted[at]
        if block.kind == "heading":
            below = self.blocks[at + 1]
            return block.text.count(" ") >= 4 or at + 1 == self.begin or (below.kind == "item" and self._opens(at + 1))
        if block.kind == "item":
            items = [each for each in self.blocks[self.heading + 1 : self.begin] if each.group is block.group]
            return self.voted[at] or sum(each.text.count(" ") + 1 for each in items) >= 4 * len(items)
        if self.voted[at]:
            return True
        return block.kind == "paragraph" and len(block.text) >= _LONG and block.element.tag == "p"

    def _is_apart(self, at: int) -> bool:
        """Whether a block is a quotation in a frame of its own, or stands above the text."""
        for each in (self.blocks[at].element, *self.blocks[at].element.iterancestors()):
            if each is self.container:
                break
            if each.tag in ("blockquote", "aside", "figure") or "quote" in (each.get("class") or "").lower():
                return True
        return at < self.begin

    def _without_repetitions(self, chosen: list[int]) -> list[int]:
        """Leave out what says again, set apart, what a paragraph says."""
        apart = {at for at in chosen if self._is_apart(at)}
        text = "\n".join(_letters(self.blocks[at].text) for at in chosen if at not in apart) if apart else ""
        return [
            at
            for at in chosen
            if at not in apart or len(words := _letters(self.blocks[at].text)) < _SURE or words not in text
        ]

    def _without_furniture(self, block: Block, head: bool) -> Block | None:
        cues, lead = _line_cues(), head and is_lead(block.element)
        lines = [
            line
            for line in block.text.split("\n")
            if not _is_cued(line, block, cues, head and not lead) and not (head and _fold(line) == self.title)
        ]
        if not lines:
            return None
        if len(lines) < len(block.text.split("\n")):
            return Block(block.element, block.kind, "\n".join(lines), block.linked, block.group)
        return block


def _dress(block: Block) -> tuple[str, str | None]:
    return block.element.tag, block.element.get("class")


def _is_cued(line: str, block: Block, cues: dict[str, re.Pattern[str]], head: bool) -> bool:
    if cues["any"].fullmatch(line) or (block.kind != "heading" and cues["label"].fullmatch(line)):
        return True
    if head and block.kind != "heading" and (cues["head"].fullmatch(line) or is_date_line(line)):
        return True
    return _is_caption(line, block, cues)


def _is_caption(line: str, block: Block, cues: dict[str, re.Pattern[str]]) -> bool:
    """Whether a line ends in a photographer's credit and stands below a picture."""
    credit = cues["credit"].search(line)
    if not credit or credit.end() != len(line):
        return False
    before = block.element.getprevious()
    return any(
        each is not None and next(each.iter("img", "picture", "amp-img"), None) is not None
        for each in (before, block.element, block.element.getparent() if block.element.tag != "p" else None)
    )


def is_date_line(line: str) -> bool:
    """Whether a line holds names, dates and times alone."""
    tokens = _TOKEN.findall(line)
    dated = any(_DATED.fullmatch(token) for token in tokens)
    return dated and all(_NAME_OR_DATE.fullmatch(token) for token in tokens) and len(tokens) <= _LONGEST_DATE_LINE


def _fold(words: str) -> str:
    return _SPACES.sub(" ", _BULLET.sub("", words.strip()).replace(" | ", " ").replace("|", " ")).strip().casefold()


def _letters(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
