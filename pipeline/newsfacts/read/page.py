"""From a web page to its article, through trafilatura.

The text is made from the tree of blocks that trafilatura finds: a paragraph a line with a blank line between, list
items and table rows on lines of their own, a row's cells divided by " | ".
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from newsfacts.read.decode import decode
from newsfacts.read.problems import ReadError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_PAGE_BYTES = 20_000_000
_CHARSET = re.compile(rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
_HEAD_BYTES = 4096  # where a page declares its charset; browsers look at 1,024
_SPACES = re.compile(r"[ \t\r\n\f]+")
_APART = frozenset(("p", "head", "quote", "list", "table", "div", "code"))
_IN_LINES = frozenset(("item", "row"))
_TITLE_BLOCKS = 5  # a kicker, a date and a byline may stand above the headline


def read_page(raw: bytes) -> dict[str, Any]:
    """Find the article of a page: its text, and where the page has them title, published, url, author, site, language.

    The headline stands first in the text. Raises ``ReadError`` where the page is too large, in an unknown charset, or
    holds no article.
    """
    if len(raw) > MAX_PAGE_BYTES:
        raise ReadError("too_long", f"the page has more than {MAX_PAGE_BYTES // 1_000_000} MB")
    declared = _CHARSET.search(raw[:_HEAD_BYTES])
    page = decode(raw, declared[1].decode("ascii") if declared else None)
    from trafilatura import bare_extraction
    from trafilatura.settings import Document
    from trafilatura.utils import load_html

    for library in ("trafilatura", "htmldate"):  # what they have to say would stand between our own messages
        logging.getLogger(library).addHandler(logging.NullHandler())
    nothing = ReadError("empty_text", "the page holds no article text", "text")
    tree = load_html(page)
    if tree is None:
        raise nothing
    language = tree.xpath("string(/html/@lang)")
    found = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if not isinstance(found, Document) or not (text := _text_of(found.body)):
        raise nothing
    blocks = text.split("\n\n")
    title = _headline(found.body) or _clean(found.title or "") or None
    if title and title.casefold() not in (block.casefold() for block in blocks[:_TITLE_BLOCKS]):
        text = f"{title}\n\n{text}"
    return {
        "text": text,
        "title": title,
        "published": found.date,
        "url": found.url,
        "author": found.author,
        "site": found.sitename,
        "language": language or None,
    }


def _headline(body: _Element) -> str | None:
    """The heading that the article itself opens with; a page's metadata may have another for search engines."""
    first = body[0] if len(body) else None
    if first is None or first.tag != "head" or first.get("rend") != "h1":
        return None
    return _clean("".join(first.itertext())) or None


def _text_of(body: _Element) -> str:
    parts: list[str] = []
    _walk(body, parts)
    lines = [line.strip(" ") for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _walk(element: _Element, parts: list[str]) -> None:
    gap = "\n\n" if element.tag in _APART else "\n" if element.tag in _IN_LINES else ""
    parts.append(gap)
    if element.tag == "row":
        parts.append(" | ".join(_clean(" ".join(cell.itertext())) for cell in element.iter("cell")))
    else:
        parts.append(_SPACES.sub(" ", element.text or ""))
        for child in element:
            if isinstance(child.tag, str):
                if child.tag == "lb":
                    parts.append(_line_break(child))
                _walk(child, parts)
            parts.append(_SPACES.sub(" ", child.tail or ""))
    parts.append(gap)


def _line_break(element: _Element) -> str:
    """What a line break in a paragraph stands for: a wrapped line, if the sentence goes on with a small letter."""
    return " " if (element.tail or "").lstrip()[:1].islower() else "\n"


def _clean(words: str) -> str:
    return _SPACES.sub(" ", words).strip(" ")
