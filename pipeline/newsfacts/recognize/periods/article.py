"""What a whole article says of its own time: the year that it was written in, when its fiscal year ends."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from newsfacts.recognize.periods import lexicon

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Article:
    """The times that hold for all of an article; None where they are not known.

    published: the publication date. present: the year of writing, from the article's own words where there is no
    publication date. reported: the last full year that the article gives results of. fiscal_end: a month, 1 to 12.
    """

    published: dt.date | None
    present: int | None
    reported: int | None
    fiscal_end: int | None


def read_article(text: str, published: str | None) -> Article:
    """Read the times that hold for all of a text."""
    try:
        day = dt.date.fromisoformat(published) if published else None
    except ValueError:
        day = None
    present, reported = (day.year, None) if day else _years(text)
    return Article(day, present, reported, _fiscal_end(text))


def _years(text: str) -> tuple[int | None, int | None]:
    """The year of writing and the last one reported on, where cues.tsv finds them and they agree."""
    if not _YEAR.search(text):
        return None, None
    found: dict[str, set[int]] = {"present": set(), "reported": set(), "past": set(), "ahead": set()}
    for kind, pattern, years_later in lexicon.year_cues():
        found[kind].update(int(match["year"]) + years_later for match in pattern.finditer(text))
    reported = max(found["reported"] - found["ahead"], default=None)
    past = max((found["past"] | found["reported"]) - found["ahead"], default=None)
    if past is not None and past + 1 in found["ahead"] and not found["present"]:
        found["present"].add(past + 1)
    present = found["present"].pop() if len(found["present"]) == 1 else None
    if reported is not None and present is not None and reported >= present:
        reported = None
    return present, reported


def _fiscal_end(text: str) -> int | None:
    """The month that the fiscal year ends in, where the text says one and no other."""
    if "iscal" not in text and "inancial year" not in text:
        return None
    months = lexicon.values("month")
    ends = {months[match["month"].lower()] for match in lexicon.fiscal_end().finditer(text)}
    return ends.pop() if len(ends) == 1 else None
