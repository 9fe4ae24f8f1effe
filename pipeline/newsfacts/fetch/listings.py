"""The addresses in RSS and Atom feeds and sitemaps, newest first.

trafilatura lists them as well, but sorted by address and without their dates, with the site's own pages among the
articles of a feed, and the sitemaps of an index told by their ending alone.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

from newsfacts.fetch.addresses import address
from newsfacts.fetch.problems import FetchError

if TYPE_CHECKING:
    from lxml.etree import _Element

Kind = Literal["feed", "sitemap"]

_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?>(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)\s*)*+"
    rb"<(?:[\w-]+:)?(?P<name>rss|RDF|feed|urlset|sitemapindex)[\s>]",
    re.DOTALL,
)
_HEAD = 1 << 14  # bytes; long comments stand above some feeds
_ENTRIES = {"rss": "item", "RDF": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}
_PUBLISHED = ("pubDate", "published", "issued", "date", "publication_date")
_CHANGED = (*_PUBLISHED, "updated", "modified", "lastmod")
_LONG_AGO = dt.datetime(1, 1, 2, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An address in a listing, and the day of publication if the listing says one."""

    url: str
    published: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap lists: pages and, of an index, further sitemaps."""

    pages: list[Entry] = field(default_factory=list)
    sitemaps: list[Entry] = field(default_factory=list)
    problems: list[FetchError] = field(default_factory=list)


def kind_of(raw: bytes) -> Kind | None:
    """Tell a feed or sitemap by its first element; None for anything else."""
    root = _ROOT.match(raw[:_HEAD].replace(b"\0", b""))  # zeros are half of UTF-16
    if root is None:
        return None
    return "sitemap" if root["name"] in (b"urlset", b"sitemapindex") else "feed"


def read_listing(raw: bytes, url: str) -> Listing:
    """List what a feed or sitemap from an address holds, newest first; what has no date comes last, in its order.

    Addresses that are none stand among the ``problems``. Raises ``FetchError`` where it is not XML at all.
    """
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(raw.strip(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _name(root) not in _ENTRIES:
        raise FetchError("the feed or sitemap is not readable XML", url)
    found: dict[str, tuple[dt.datetime, Entry]] = {}
    problems = []
    for element in root.iter("{*}" + _ENTRIES[_name(root)]):
        if not (link := _link(element)):
            continue
        try:
            page = address(link, url)
        except FetchError as problem:
            problems.append(problem)
            continue
        published = _moment(element, _PUBLISHED)
        changed = _moment(element, _CHANGED) or _LONG_AGO
        found.setdefault(page, (changed, Entry(page, published.date() if published else None)))
    newest_first = sorted(found.values(), key=lambda pair: pair[0], reverse=True)
    entries = [entry for _, entry in newest_first]
    if _name(root) == "sitemapindex":
        return Listing(sitemaps=entries, problems=problems)
    return Listing(pages=entries, problems=problems)


def feeds_of(page: str, url: str) -> list[str]:
    """Name the feeds that a page points to."""
    from courlan import get_hostinfo
    from trafilatura.feeds import FeedParameters, determine_feed

    domain, base = get_hostinfo(url)
    return determine_feed(page, FeedParameters(base, domain or "", url))


def _name(element: _Element) -> str:
    return re.split("[}:]", element.tag)[-1] if isinstance(element.tag, str) else ""


def _link(entry: _Element) -> str | None:
    """The page of an entry, not its comments, its pictures or its place in the feed."""
    for child in entry:
        if _name(child) in ("link", "loc"):
            text = (child.text or "").strip()
            if text or (child.get("rel", "alternate") == "alternate" and child.get("href")):
                return text or str(child.get("href"))
    for child in entry:
        text = (child.text or "").strip()
        if _name(child) == "guid" and child.get("isPermaLink") != "false" and text.startswith("http"):
            return text
    return None


def _moment(entry: _Element, names: tuple[str, ...]) -> dt.datetime | None:
    for name in names:
        for element in entry.iter("{*}" + name):
            if moment := _read_moment((element.text or "").strip()):
                return moment
    return None


def _read_moment(words: str) -> dt.datetime | None:
    """Read a date of RSS or of Atom in its own time zone, whose day is the publisher's."""
    for read in (dt.datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(words)
            return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) if moment.year > 1 else None
        except (ValueError, OverflowError):
            continue
    return None
