"""From a web page to its article.

The tree is cleared of what is certainly no article, trafilatura says where the article is, and the text is made of the
page's own blocks there: a paragraph a line with a blank line between, list items and table rows on lines of their own,
a row's cells divided by " | ".
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsfacts.read.decode import decode, repair
from newsfacts.read.furniture import is_prose
from newsfacts.read.page_article import find_article
from newsfacts.read.page_blocks import blocks_of, text_of
from newsfacts.read.page_data import body_of_linked_data, body_of_state
from newsfacts.read.page_date import find_page_date
from newsfacts.read.page_title import find_title
from newsfacts.read.page_tree import clear, parse
from newsfacts.read.problems import ReadError, too_long
from newsfacts.records import MAX_CHARACTERS

if TYPE_CHECKING:
    from lxml.etree import _Element
    from trafilatura.settings import Document

MAX_PAGE_BYTES = 20_000_000
_CHARSET = re.compile(rb"<(?:meta[^>]{0,200}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.I)
_ROOT = re.compile(r"<html\b", re.IGNORECASE)
_HEAD_BYTES = 4096  # where a page declares its charset; browsers look at 1,024
_SHORT = 0.6
"""Share of the article in the page's data below which the text in its tree is but a part of it."""


def read_page(raw: bytes, charset: str | None = None) -> dict[str, Any]:
    """Find the article of a page: its text, and where the page has them title, published, url, author, site, language.

    The headline stands first in the text. ``charset`` is what the server said, if anything. Raises ``ReadError``
    where the page is too large, in an unknown charset, or holds no article.
    """
    if len(raw) > MAX_PAGE_BYTES:
        raise ReadError("too_long", f"the page has more than {MAX_PAGE_BYTES // 1_000_000} MB")
    declared = _CHARSET.search(raw[:_HEAD_BYTES])
    page = repair(decode(raw, charset or (declared[1].decode("ascii") if declared else None)))
    if not _ROOT.search(page):  # trafilatura refuses pieces of a page
        page = f"<html>{page}</html>"
    _silence()
    tree = parse(page)
    if tree is None:
        raise ReadError("empty_text", "the page holds no article text", "text")
    known = _metadata(page)
    cleared = parse(page)  # anew: a copy of a tree is slow to search
    clear(cleared, None if known.title == known.sitename else known.title)
    found = _extract(cleared)
    blocks = blocks_of(cleared)
    title = find_title(blocks, found, known.title, tree)
    chosen, first = find_article(blocks, found, title)
    text = _longest(text_of(chosen) or found, tree)
    if not text:
        raise ReadError("empty_text", "the page holds no article text", "text")
    if len(text) > MAX_CHARACTERS:  # before all is searched for its date
        raise ReadError("too_long", too_long(len(text)), "text")
    lines = [" ".join(line.split()).casefold() for line in text.split("\n") if line]
    if title and title.casefold() not in lines[:1]:
        text = f"{title}\n\n{text}"
    opening = first.text.split("\n")[-1] if first and first.text in text else None
    return {
        "text": text,
        "title": title,
        "published": find_page_date(tree, known.date, title, text, known.url, opening),
        "url": known.url,
        "author": known.author,
        "site": known.sitename,
        "language": tree.xpath("string(/html/@lang)") or None,
    }


# without a last date, that would be today, and a page be read another way tomorrow
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2099-12-31"}


@lru_cache(maxsize=1)  # once: handlers add up
def _silence() -> None:
    """Keep what the libraries have to say from standing between our own messages."""
    for library in ("trafilatura", "htmldate"):
        logging.getLogger(library).addHandler(logging.NullHandler())


def _metadata(page: str) -> Document:
    from trafilatura.metadata import extract_metadata

    return extract_metadata(page, date_config=_DATES)


def _extract(tree: _Element) -> str:
    """The text that trafilatura finds in a page, in the size of an article first, then of a short message."""
    from lxml.html import tostring
    from trafilatura import bare_extraction
    from trafilatura.settings import Document, use_config

    best, page = "", tostring(tree, encoding="unicode")
    for least in (250, 25):  # characters; with less it gives up and takes all text of the page as one paragraph
        config = use_config()
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(least))
        found = bare_extraction(page, include_comments=False, config=config)
        if isinstance(found, Document) and (text := found.text or ""):
            best = text
            if "\n" in text:
                break
    return best


def _longest(text: str, tree: _Element) -> str:
    """The text, unless the page's data hold an article of which it is but a part."""
    for body in (body_of_linked_data(tree), body_of_state(tree)):
        if body and _prose(text) < _SHORT * _prose(body):
            text = body
    return text


def _prose(text: str) -> int:
    return sum(len(line) for line in text.split("\n") if is_prose(line))
