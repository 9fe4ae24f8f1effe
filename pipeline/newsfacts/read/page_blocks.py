"""A web page as the sequence of its blocks of text: paragraphs, headings, list items, rows of tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from newsfacts.read.furniture import is_prose

if TYPE_CHECKING:
    from lxml.etree import _Element

Kind = Literal["paragraph", "heading", "item", "row", "caption"]

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary"
    " table tbody td tfoot th thead tr ul".split()
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
UNSEEN = frozenset(("head", "script", "style", "template", "noscript", "title"))
_LISTS = frozenset(("ul", "ol", "menu", "dl"))
_ITEMS = frozenset(("li", "dt", "dd"))
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_BREAK = "\x1d"
_BREAKS = re.compile(rf" *{_BREAK}[ {_BREAK}]*")
_MOST_ROWS = 1000  # that a cell can go over
_LONGEST_CELL = 200  # characters; a table with more in a cell lays out a page


@dataclass(eq=False)
class Block:
    """A block of text: its words with line feeds where the page breaks the line, and where it stands.

    ``element`` is the innermost block element around it, ``group`` the list or table that it belongs to, and
    ``linked`` the number of its characters that are links.
    """

    element: _Element
    kind: Kind
    text: str
    linked: int
    group: _Element | None = None

    @property
    def prose(self) -> bool:
        """Whether it is running text."""
        return self.kind != "row" and 2 * self.linked <= len(self.text) and any(map(is_prose, self.text.split("\n")))


def is_block(element: _Element) -> bool:
    """Whether an element stands on lines of its own; custom elements do."""
    return element.tag in BLOCKS or "-" in element.tag


def blocks_of(element: _Element) -> list[Block]:
    """Return the blocks of an element in the order of the page."""
    blocks: list[Block] = []
    walk = _Walk(blocks)
    walk.enter(element, element, None, "paragraph")
    walk.flush(element, None, "paragraph")
    return blocks


def text_of(blocks: Iterable[Block]) -> str:
    """Put blocks together: a blank line between them, items of a list and rows of a table on lines of their own."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before:
            parts.append("\n" if block.group is not None and block.group is before.group else "\n\n")
        parts.append(block.text)
        before = block
    return "".join(parts)


class _Walk:
    """Collects the blocks; words wait in ``parts`` until a block element begins or ends."""

    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.parts: list[str] = []
        self.linked = 0

    def flush(self, element: _Element, group: _Element | None, kind: Kind) -> None:
        words = _SPACES.sub(" ", "".join(self.parts))
        lines = _BREAKS.sub(_gap_of(words), words).strip(" \n")
        for text in re.split(r"\n\n+", lines):
            if text.strip():
                share = round(self.linked * len(text) / len(lines))
                self.blocks.append(Block(element, kind, re.sub(r" +", " ", text).strip(), share, group))
        self.parts.clear()
        self.linked = 0

    def enter(self, element: _Element, block: _Element, group: _Element | None, kind: Kind, link: bool = False) -> None:
        """Walk through an element that stands in a block element, in a list or table, and maybe in a link."""
        self.add(element.text, link)
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in UNSEEN:
                pass
            elif tag == "br":
                self.parts.append(_BREAK)
            elif tag == "table" and is_data_table(child):
                self.flush(block, group, kind)
                self.add_rows(child, group)
            elif is_block(child):
                self.flush(block, group, kind)
                of_child, group_of_child = kind_of(child, kind), group
                if group is None and (tag in _LISTS):
                    group_of_child = child
                self.enter(child, child, group_of_child, of_child, link)
                self.flush(child, group_of_child, of_child)
            else:
                self.enter(child, block, group, kind, link or tag == "a")
            self.add(child.tail, link)

    def add(self, words: str | None, link: bool) -> None:
        if words:
            self.parts.append(words)
            self.linked += len(words.strip()) if link else 0

    def add_rows(self, table: _Element, group: _Element | None) -> None:
        """Add the rows of a table; a cell that goes over several rows is empty in the later ones."""
        group = group if group is not None else table
        spans: dict[int, int] = {}  # columns that a cell from above fills, and for how many rows
        for part in table.iter("caption", "tr"):
            if part.tag == "caption":
                if words := " ".join("".join(_texts(part)).split()):
                    self.blocks.append(Block(part, "caption", words, 0, group))
                continue
            cells: list[str] = []
            filled, spans = spans, {column: rows - 1 for column, rows in spans.items() if rows > 1}
            for cell in (cell for cell in part if cell.tag in ("td", "th")):
                while len(cells) in filled:
                    cells.append("")
                if (rows := cell.get("rowspan") or "1").isdecimal() and int(rows) > 1:
                    spans[len(cells)] = min(int(rows), _MOST_ROWS) - 1
                cells.append(_cell(cell))
            linked = sum(len("".join(_texts(link)).strip()) for link in part.iter("a"))
            if text := re.sub(r" +", " ", " | ".join(cells)).rstrip(" |").removeprefix(" "):
                self.blocks.append(Block(part, "row", text, linked, group))


def kind_of(element: _Element, around: Kind) -> Kind:
    """What a block in an element is, as far as the element tells, in an element of a kind."""
    if element.tag in HEADINGS:
        return "heading"
    if element.tag in _ITEMS:
        return "item"
    return around if around == "item" else "paragraph"


def _gap_of(words: str) -> Callable[[re.Match[str]], str]:
    """How a run of line breaks reads: two make a paragraph, and one goes on where a small letter follows."""

    def gap(breaks: re.Match[str]) -> str:
        if breaks[0].count(_BREAK) > 1:
            return "\n\n"
        return " " if words[breaks.end() : breaks.end() + 1].islower() else "\n"

    return gap


def is_data_table(table: _Element) -> bool:
    """Whether a table holds data, and does not lay out a page."""
    if next(table.iterdescendants("table", "h1", "h2", "form", "article", "main"), None) is not None:
        return False
    cells = [cell for row in table.iter("tr") for cell in row if cell.tag in ("td", "th")]
    if all(len(row) < 2 for row in table.iter("tr")):
        return False
    return all(len(" ".join("".join(_texts(cell)).split())) <= _LONGEST_CELL for cell in cells)


def _cell(cell: _Element) -> str:
    return " ".join(" ".join(block.text for block in blocks_of(cell)).split())


def _texts(element: _Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in UNSEEN:
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


@dataclass
class Measure:
    """What is in an element: characters of text, of links and of running text, rows with figures."""

    text: int = 0
    linked: int = 0
    prose: int = 0
    rows: int = 0

    @property
    def link_share(self) -> float:
        return self.linked / self.text if self.text else 0.0


def measure(blocks: Iterable[Block]) -> dict[_Element, Measure]:
    """Measure all elements that hold blocks."""
    measures: dict[_Element, Measure] = {}
    for block in blocks:
        prose = len(block.text) if block.prose else 0
        row = block.kind == "row" and any(sign.isdecimal() for sign in block.text)
        for element in (block.element, *block.element.iterancestors()):
            of_element = measures.setdefault(element, Measure())
            of_element.text += len(block.text)
            of_element.linked += block.linked
            of_element.prose += prose
            of_element.rows += row
    return measures
