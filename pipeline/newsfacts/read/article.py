"""From a text and what is known about it to an Article, and from an Article to a spaCy Doc."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from newsfacts.read.dateline import find_published
from newsfacts.read.furniture import find_furniture
from newsfacts.read.headline import find_headline
from newsfacts.records import Article

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_HEAD_LINES = 5


def make_article(
    id: str,  # noqa: A002 - the field's name
    text: str,
    *,
    published: str | dt.date | None = None,
    title: str | None = None,
    url: str | None = None,
    author: str | None = None,
    site: str | None = None,
    language: str | None = None,
) -> Article:
    """Make an Article: normalise line ends, and find in the text what is not given (date, headline, page furniture).

    Raises pydantic's ``ValidationError`` (a ``ValueError``) where a field is wrong, the text empty or over 1,000,000
    characters.
    """
    if isinstance(text, str):  # else the record says what is wrong
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    given = {"published": published, "title": title, "url": url, "author": author, "site": site, "language": language}
    known = Article.model_validate({"id": id, "text": text, **given})
    furniture = find_furniture(text)
    headline = _find_title(text, title) or find_headline(text, furniture)
    return Article.model_validate(
        {
            **known.model_dump(),
            "published": known.published or find_published(text, url),
            "title": title or (" ".join(text[slice(*headline)].split()) if headline else None),
            "headline": headline and {"start": headline[0], "end": headline[1]},
            "furniture": furniture,
        }
    )


def _find_title(text: str, title: str | None) -> list[int] | None:
    """Find the place of a known title: a line of its own, with a menu or a kicker above it at most."""
    wanted = (title or "").strip().casefold()
    start, seen = 0, 0
    for line in text.split("\n") if wanted else ():
        words = line.strip()
        if words.casefold() == wanted:
            start += line.index(words)
            return [start, start + len(words)]
        seen += bool(words)
        if seen == _HEAD_LINES:
            break
        start += len(line) + 1
    return None


def to_doc(nlp: Language, article: Article) -> Doc:
    """Tokenize an article into a Doc that carries what its text does not say; hand it to ``nlp`` or ``nlp.pipe``."""
    doc = nlp.make_doc(article.text)
    for name in ("published", "title", "headline", "furniture"):
        if not doc.has_extension(name):
            doc.set_extension(name, default=None)
    doc._.published = article.published.isoformat() if article.published else None
    doc._.title = article.title
    doc._.headline = [article.headline.start, article.headline.end] if article.headline else None
    doc._.furniture = [span.model_dump() for span in article.furniture]
    return doc
