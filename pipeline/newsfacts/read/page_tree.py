"""The tree of a web page, without what is certainly no part of an article.

Out goes what a browser does not show, what the names of its elements tell (``data/page_parts.tsv``) and the columns of
links beside the story of a page that is laid out as a table. What holds the headline or most of the page's running text
stays, whatever it is called; where names would take most of the text, they tell nothing and all stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from newsfacts.lexicons import read_patterns
from newsfacts.read.page_blocks import HEADINGS, Measure, blocks_of, is_block, is_data_table, measure

if TYPE_CHECKING:
    from lxml.etree import _Element

_FONT = re.compile(r"</?(?:font|basefont)\b[^<>]*>", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_NAMES = (
    "class",
    "id",
    "role",
    "data-component",
    "data-testid",
    "data-module",
    "data-type",
    "data-block",
    "aria-label",
)
_NEVER_SHOWN = frozenset(
    "script style template noscript iframe object embed svg math audio video canvas map button select input textarea"
    " datalist option dialog nav figcaption amp-ad amp-consent amp-sidebar amp-social-share amp-analytics".split()
)
_SELDOM = frozenset(("aside", "footer", "form", "menu", "fieldset", "label", "legend"))
_SHORT_NAMES = 3  # an id of more words is made of a heading's text
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIMPLE = re.compile(r"\s*[a-z0-9]*([.#])([\w-]+)\s*")
_GONE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(\s*[01]|(?=.*absolute).*opacity\s*:\s*0(?![.\d])",
    re.IGNORECASE | re.DOTALL,
)
_LEAST, _SHARE = 100, 0.2
"""Running text that is left at least when a part goes: characters, and share of the page's."""
_MOST_BY_NAME = 0.6
"""Share of the running text that may go by names alone."""
_COLUMN_LINES = 4
_NEAR = 4  # elements around a block whose names may say what it is


@lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    return read_patterns(__package__, "page_parts.tsv")


def parse(page: str) -> _Element | None:
    """Parse a page; None where it is none."""
    from trafilatura.utils import load_html

    tree = load_html(_FONT.sub("", page))  # it stands across paragraphs, which would be run together
    if tree is not None:
        _split_preformatted(tree)
        for table in list(tree.iter("table")):
            if not is_data_table(table):
                _lay_out(table)
    return tree


def _split_preformatted(tree: _Element) -> None:
    """Make paragraphs of preformatted text, whose lines would be run together."""
    from lxml.html import builder

    for block in list(tree.iter("pre")):
        paragraphs = []
        for paragraph in re.split(r"\n[^\S\n]*\n", "".join(block.itertext())):
            first, *others = paragraph.strip("\n").split("\n")
            made = builder.P(first)
            for line in others:
                made.append(builder.BR())
                made[-1].tail = line
            paragraphs.append(made)
        tail = block.tail
        block.clear()
        block.tag, block.tail = "div", tail
        block.extend(paragraphs)


def _lay_out(table: _Element) -> None:
    """Turn a table that lays out the page into divisions."""
    table.tag = "div"
    for part in list(table.iterdescendants("thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup")):
        inner = next(part.iterancestors("table"), None)
        if inner is None or table not in inner.iterancestors():  # of this table, not of one in it
            if part.tag in ("td", "th"):
                part.set("data-type", "layout cell")
            part.tag = "div"


def clear(tree: _Element, title: str | None) -> None:
    """Take out of a page what is no part of its article; ``title`` is what the page gives as its headline."""
    _Clearing(tree, title).run()


class _Clearing:
    def __init__(self, tree: _Element, title: str | None) -> None:
        self.tree = tree
        blocks = blocks_of(tree)
        self.measures = measure(blocks)
        self.dresses = {(block.element.tag, block.element.get("class")) for block in blocks if block.prose}
        self.total = self.measures.get(tree, Measure()).prose
        self.left = self.total
        self.guarded = set(self._of_headline(title))
        self.hidden = frozenset(_hidden_names(tree))
        self.opened = frozenset(_opened_ids(tree))

    def run(self) -> None:
        for element in list(self.tree.iter()):
            if isinstance(element.tag, str) and element.tag in _NEVER_SHOWN and self._may_go(element):
                self._drop(element)
        named = []
        for element in self._walk(self.tree):
            if self._is_hidden(element) and self._may_go(element):
                self._drop(element)
            elif self._is_named(element) and self._may_go(element):
                named.append(element)
        lost = sum(self._of(element).prose for element in named)
        if lost <= _MOST_BY_NAME * self.total or self.left - lost >= 2000:
            for element in named:
                if self._may_go(element):
                    self._drop(element)
        self._drop_columns()

    def _of(self, element: _Element) -> Measure:
        return self.measures.get(element) or Measure()

    def _of_headline(self, title: str | None) -> Iterator[_Element]:
        """The elements around the headline, which stay, and the article's own."""
        wanted = _folded(title or "")
        headings = [heading for heading in self.tree.iter(*HEADINGS) if _folded("".join(heading.itertext()))]
        same = [heading for heading in headings if _folded("".join(heading.itertext())) == wanted]
        for heading in same[:1] or [each for each in headings if each.tag == "h1" and not self._is_named(each)]:
            yield from (heading, *heading.iterancestors())
        for element in self.tree.iter("main", "article", "body", "html"):
            if self._of(element).prose * 2 > self.total:
                yield element

    def _may_go(self, element: _Element) -> bool:
        left = self.left - self._of(element).prose
        return element not in self.guarded and (not self._of(element).prose or left >= max(_LEAST, _SHARE * self.total))

    def _drop(self, element: _Element) -> None:
        parent = element.getparent()
        if parent is None:
            return
        self.left -= self._of(element).prose
        if element.tail:
            before = element.getprevious()
            if before is not None:
                before.tail = (before.tail or "") + element.tail
            else:
                parent.text = (parent.text or "") + element.tail
        parent.remove(element)

    def _walk(self, element: _Element) -> Iterator[_Element]:
        """All elements, without those inside of one that goes."""
        for child in list(element):
            if not isinstance(child.tag, str):
                continue
            yield child
            if child.getparent() is not None and not (self._is_named(child) and self._may_go(child)):
                yield from self._walk(child)

    def _is_hidden(self, element: _Element) -> bool:
        cues = _cues()
        classes = (element.get("class") or "").split()
        shown_at_click = element.get("id") in self.opened or any(
            cues["opens"].search(_words(name)) for name in (*classes, element.get("id") or "")
        )
        if element.get("hidden") is not None or _INVISIBLE.search(element.get("style") or ""):
            return not shown_at_click
        if any(name in self.hidden for name in (*(f".{name}" for name in classes), f"#{element.get('id')}")):
            return not shown_at_click
        if (element.get("aria-hidden") or "").lower() == "true":
            return not shown_at_click and is_block(element)
        return any(cues["hidden"].search(_words(name)) for name in classes) and not shown_at_click

    def _is_named(self, element: _Element) -> bool:
        if not is_block(element):
            return False
        cues, of_element = _cues(), self._of(element)
        names = [words for words in _names(element) if not cues["ignore"].search(words)]
        scopes = {next((scope for scope in ("out", "links", "lead", "linked") if cues[scope].search(each)), None)
                  for each in names}  # fmt: skip
        if "lead" in scopes:
            return False
        if "out" in scopes:
            return True
        bare = not of_element.prose and not of_element.rows
        if "links" in scopes:
            alone = (element.tag, element.get("class")) not in self.dresses  # a name of the article's paragraphs, too
            return (bare and alone) or of_element.link_share >= 0.5
        if "linked" in scopes:
            return of_element.link_share >= 0.5
        if element.tag in _SELDOM:
            return next(element.iterancestors("blockquote"), None) is None
        return False

    def _drop_columns(self) -> None:
        """Take out the columns of links and short lines beside the story of a page that is laid out as a table."""
        cells = [cell for cell in self.tree.iter("div") if cell.get("data-type") == "layout cell"]
        for cell in cells:
            row = cell.getparent()
            if row is None or cell in self.guarded or self._of(cell).prose:
                continue
            beside = any(self._of(other).prose for other in row if other is not cell)
            lines = sum(len(block.text.split("\n")) for block in blocks_of(cell))
            if beside and not self._of(cell).rows and (self._of(cell).link_share >= 0.3 or lines >= _COLUMN_LINES):
                self._drop(cell)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _words(name: str) -> str:
    return " ".join(word.lower() for word in _WORDS.findall(name))


def _names(element: _Element) -> Iterator[str]:
    """The words of each name that an element has."""
    if "-" in element.tag:
        yield _words(element.tag)
    for attribute in _NAMES:
        value = element.get(attribute) or ""
        for name in [value] if attribute in ("id", "aria-label") else value.split():
            words = _words(name)
            if attribute not in ("id", "aria-label") or words.count(" ") < _SHORT_NAMES:
                yield words


def _opened_ids(tree: _Element) -> Iterator[str]:
    """The ids of elements that a click shows."""
    for element in tree.iter("a", "button", "label", "summary"):
        for attribute in ("aria-controls", "data-target", "data-bs-target", "data-toggle-target", "href", "for"):
            value = (element.get(attribute) or "").strip()
            if value.startswith("#") or attribute in ("aria-controls", "for"):
                yield value.lstrip("#")
        yield from re.findall(r"['\"]#?([\w-]+)['\"]", element.get("onclick") or "")


def _hidden_names(tree: _Element) -> Iterator[str]:
    """The classes (".name") and ids ("#name") that the page's own style sheets hide in all states."""
    rules: dict[str, list[bool]] = {}
    for sheet in tree.iter("style"):
        if (sheet.get("media") or "all").lower() not in ("all", "screen"):
            continue
        for selectors, declarations in _RULE.findall(_AT_RULE.sub("", _CSS_COMMENT.sub("", sheet.text or ""))):
            gone = bool(_GONE.search(declarations))
            for selector in selectors.split(","):
                simple = _SIMPLE.fullmatch(selector)
                if simple and (gone or "display" in declarations):
                    rules.setdefault(simple[1] + simple[2], []).append(gone)
                elif "display" in declarations and not gone:  # shown in some state
                    for sign, name in re.findall(r"([.#])([\w-]+)", selector):
                        rules.setdefault(sign + name, []).append(False)
    return (name for name, gone in rules.items() if all(gone))


def is_lead(element: _Element) -> bool:
    """Whether an element is called a standfirst or key points, or stands in one that is."""
    around = [element, *element.iterancestors()][:_NEAR]
    return any(_cues()["lead"].search(words) for each in around for words in _names(each))
