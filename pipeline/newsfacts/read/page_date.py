"""The publication date of a web page: what its metadata say, else what it prints around the headline.

htmldate finds the date among the metadata; a date that it takes from elsewhere (a link to another story, a script, a
date of figures that can be read in two ways) counts only if our own rules for printed dates find it too.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from newsfacts.read.dateline import MONTHS, find_published
from newsfacts.read.page_data import linked_data

if TYPE_CHECKING:
    from lxml.etree import _Element

_DATES_OF_RECORD = re.compile(r'"date(?:Published|Created|Modified)"\s*:\s*"([^"]{8,40})"')
_ISO_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_UNSEEN = frozenset(("script", "style", "noscript", "template", "select", "textarea", "head"))
_INLINE = frozenset(
    "a abbr address b big cite code em font i label mark q s small span strong sub sup time tt u".split()
)
_UPDATE = re.compile(r"\b(?:updated?|modified|revised|edited|corrected)\b", re.IGNORECASE)
_LABEL = re.compile(r"(?:[:：]|\b(?:updated?|modified|published|posted|issued|released|on|at|date))$", re.IGNORECASE)
_OPENING = 40
"""Characters by which the first paragraph is found again."""
_PARAGRAPH = 60
"""Characters that a paragraph has at least."""
_LONGEST_DATE = 40
"""Characters that a date with the month's name has at most."""
_ABOVE, _FAR = 2, 12
"""Lines above the headline that are looked at, and lines below it at most."""


def find_page_date(
    tree: _Element, found: str | None, title: str | None, text: str, url: str | None, opening: str | None = None
) -> str | None:
    """Return the ISO 8601 day of publication, or None where the page does not say it for certain.

    ``found`` is what htmldate found, ``text`` the article's text, ``tree`` the page as it was parsed, ``opening`` the
    first paragraph where it is known. What the page shows counts where it is a day off what its metadata say in
    another time zone; the day of an update counts where nothing else is known.
    """
    above, lines = _lines_around_headline(tree, title, text, opening)
    known = found if found and any(_says(found, words) for words in _metadata(tree)) else _of_linked_data(tree)
    if known:
        shown = find_published("\n".join(line for line in lines if not _UPDATE.search(line)))
        near = shown and abs((dt.date.fromisoformat(shown) - dt.date.fromisoformat(known)).days) == 1
        return shown if near else known
    # what stands above the headline may be the day of the visit
    return find_published("\n".join([*lines, text]), url) or find_published("\n".join([*above, *lines, text]), url)


def _metadata(tree: _Element) -> list[str]:
    records = "".join(tree.xpath("//script[contains(@type, 'ld+json')]/text()"))
    return [*map(str, tree.xpath("//meta/@content")), *_DATES_OF_RECORD.findall(records)]


def _of_linked_data(tree: _Element) -> str | None:
    """The day of publication that JSON-LD gives the article; None where it gives several."""
    days = {
        match[0]
        for each in linked_data(tree)
        if isinstance(moment := each.get("datePublished"), str)
        and (match := _ISO_DAY.match(moment))
        and _is_day(match[0])
    }
    return days.pop() if len(days) == 1 else None


def _is_day(words: str) -> bool:
    try:
        dt.date.fromisoformat(words)
    except ValueError:
        return False
    return True


def _says(day: str, words: str) -> bool:
    """Whether words of the metadata hold a day, in figures or with the month's name."""
    moment = dt.date.fromisoformat(day)
    year, month, number = moment.year, moment.month, moment.day
    figures = rf"{year}(?P<mark>[-/.]?)0?{month}(?P=mark)0?{number}(?!\d)"
    named = rf"(?=.*{MONTHS[month - 1]})(?=.*\b{year}\b)(?=.*\b0?{number}(?!\d|:))"
    return bool(re.search(figures, words) or (len(words) <= _LONGEST_DATE and re.match(named, words, re.IGNORECASE)))


def _lines_around_headline(
    tree: _Element, title: str | None, text: str, opening: str | None
) -> tuple[list[str], list[str]]:
    """A few lines above the headline, and those between it and the first paragraph, where an article's date stands."""
    parts: list[str] = []
    _flatten(tree, parts)
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    lines = [line for line in lines if line]
    first = opening or next((line for line in text.split("\n") if len(line) >= _PARAGRAPH and line != title), None)
    begin = " ".join((first or "").split())[:_OPENING]
    end = next((at for at, line in enumerate(lines) if begin and line.startswith(begin)), len(lines))
    wanted = (title or "").casefold()
    start = max((at for at, line in enumerate(lines[:end]) if line.casefold() == wanted), default=end)
    return lines[max(start - _ABOVE, 0) : start], lines[start : min(end, start + _FAR)]


def _flatten(element: _Element, parts: list[str]) -> None:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return
    if element.tag == "time":
        before = parts[-1].strip() if parts else ""
        parts += (" " if _LABEL.search(before) else f" | {_label_of(element)}", _time_of(element), " | ")
        return
    gap = "" if element.tag in _INLINE else "\n"
    parts += (gap, re.sub(r"\s+", " ", element.text or ""))
    for child in element:
        _flatten(child, parts)
        parts.append(re.sub(r"\s+", " ", child.tail or ""))
    parts.append(gap)


def _time_of(element: _Element) -> str:
    """The words of a time, or its day in figures where they do not say it, as in "two days ago"."""
    words = " ".join("".join(element.itertext()).split())
    day = _ISO_DAY.match(element.get("datetime") or "")
    return words if find_published(words) or not day else f"{'Updated ' if _UPDATE.search(words) else ''}{day[0]}"


def _label_of(element: _Element) -> str:
    """What an element's names say of its time, as a label."""
    names = " ".join(element.get(name) or "" for name in ("class", "itemprop", "data-testid", "id")).lower()
    if re.search(r"updat|modif|revis", names):
        return "Updated: "
    return "Published: " if re.search(r"publish|posted|creat|issued", names) else ""
