"""From a web page to its article, through trafilatura.

The text is made from the tree of blocks that trafilatura finds: a paragraph a line with a blank line between, list
items and table rows on lines of their own, a row's cells divided by " | ".
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsfacts.read.decode import decode
from newsfacts.read.page_date import find_page_date
from newsfacts.read.problems import ReadError

if TYPE_CHECKING:
    from lxml.etree import _Element
    from trafilatura.settings import Document

MAX_PAGE_BYTES = 20_000_000
_CHARSET = re.compile(rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
_ROOT = re.compile(r"<html\b", re.IGNORECASE)
_HEAD_BYTES = 4096  # where a page declares its charset; browsers look at 1,024
_SPACES = re.compile(r"[ \t\r\n\f]+")
# what divides the pieces of a text while it is put together: line breaks in a paragraph, lines, paragraphs
_BREAK, _LINE, _PARAGRAPH = "\x1d", "\x1e", "\x1f"
_GAP = re.compile(f" *[{_BREAK}{_LINE}{_PARAGRAPH}][ {_BREAK}{_LINE}{_PARAGRAPH}]*")
_GAPS = {
    **dict.fromkeys(("p", "head", "quote", "list", "table", "div", "code"), _PARAGRAPH),
    **dict.fromkeys(("item", "row"), _LINE),
}
_TITLE_DIVIDER = re.compile(r"\s+[-–—|·»:]+\s+|\s*[|»]\s*|:\s+")
_HEAD_LINES = 5  # a kicker, a date and a byline may stand above the headline
_LONGEST_CELL = 200  # characters; a table with more in a cell lays out a page


def read_page(raw: bytes, charset: str | None = None) -> dict[str, Any]:
    """Find the article of a page: its text, and where the page has them title, published, url, author, site, language.

    The headline stands first in the text. ``charset`` is what the server said, if anything. Raises ``ReadError``
    where the page is too large, in an unknown charset, or holds no article.
    """
    if len(raw) > MAX_PAGE_BYTES:
        raise ReadError("too_long", f"the page has more than {MAX_PAGE_BYTES // 1_000_000} MB")
    declared = _CHARSET.search(raw[:_HEAD_BYTES])
    page = decode(raw, charset or (declared[1].decode("ascii") if declared else None))
    if not _ROOT.search(page):  # trafilatura refuses pieces of a page
        page = f"<html>{page}</html>"
    _silence()
    found = _extract(page)
    tree = _parse(page)
    if tree is None or found is None or not (text := _text_of(found.body)):
        raise ReadError("empty_text", "the page holds no article text", "text")
    head = [line.casefold() for line in text.split("\n") if line][:_HEAD_LINES]
    title = _title(found, tree, head)
    if title and title.casefold() not in head:
        text = f"{title}\n\n{text}"
    return {
        "text": text,
        "title": title,
        "published": find_page_date(tree, found.date, title, text, found.url),
        "url": found.url,
        "author": found.author,
        "site": found.sitename,
        "language": tree.xpath("string(/html/@lang)") or None,
    }


@lru_cache(maxsize=1)  # once: handlers add up
def _silence() -> None:
    """Keep what the libraries have to say from standing between our own messages."""
    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).addHandler(logging.NullHandler())


def _parse(page: str) -> _Element | None:
    from trafilatura.utils import load_html

    tree = load_html(page)
    if tree is not None:
        _split_preformatted(tree)
    return tree


def _extract(page: str) -> Document | None:
    """Find the article in a page, in the size of an article first, then of a short message."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document, use_config

    best = None
    for least in (250, 25):  # characters; with less it gives up and takes all text of the page as one paragraph
        if (tree := _parse(page)) is None:  # anew, for the tree is changed by what works on it
            break
        config = use_config()
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(least))
        found = bare_extraction(
            tree,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"original_date": True, "extensive_search": False},
            config=config,
        )
        if isinstance(found, Document) and (text := _text_of(found.body)):
            best = found
            if "\n" in text:
                break
    return best


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


def _title(found: Document, page: _Element, head: list[str]) -> str | None:
    """The headline: the heading that the text opens with, the page's title where it stands in the text, or as given."""
    first = next(found.body.iter(*_GAPS.keys() - {"div"}), None)
    if first is not None and first.tag == "head" and first.get("rend") == "h1" and (title := _flat(first)):
        return title
    given = _clean(found.title or "")
    if given.casefold() not in head:  # the page's name may have been taken for it
        parts = _TITLE_DIVIDER.split(_clean(page.findtext(".//title") or ""))
        given = next((part for part in parts if part.casefold() in head), given)
    return given or None


def _text_of(body: _Element) -> str:
    parts: list[str] = []
    _walk(body, parts)
    text = _GAP.sub(lambda gap: "\n\n" if _PARAGRAPH in gap[0] or gap[0].count(_BREAK) > 1 else "\n", "".join(parts))
    return re.sub(r" +", " ", text).strip(" \n")


def _walk(element: _Element, parts: list[str]) -> None:
    gap = _GAPS.get(element.tag, "")
    if element.tag == "row":
        cells = [(_flat(cell), cell) for cell in element.iter("cell")]
        if all(len(words) <= _LONGEST_CELL for words, _ in cells):
            parts += (gap, " | ".join(words for words, _ in cells).rstrip(" |"), gap)
            return
    if element.tag == "cell":  # of a table that lays out a page
        gap = _PARAGRAPH
    parts += (gap, _SPACES.sub(" ", element.text or ""))
    for child in element:
        if child.tag == "lb":
            parts.append(_line_break(child))
        elif isinstance(child.tag, str):
            _walk(child, parts)
        parts.append(_SPACES.sub(" ", child.tail or ""))
    parts.append(gap)


def _line_break(element: _Element) -> str:
    """What a line break in a paragraph stands for: a wrapped line, if the sentence goes on with a small letter."""
    return " " if (element.tail or "").lstrip()[:1].islower() else _BREAK


def _flat(element: _Element) -> str:
    parts: list[str] = []
    _walk(element, parts)
    return _clean(_GAP.sub(" ", "".join(parts)))


def _clean(words: str) -> str:
    return _SPACES.sub(" ", words).strip(" ")
