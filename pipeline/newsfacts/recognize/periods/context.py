"""What a time expression is resolved against, and the questions that the rules put to it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from newsfacts.recognize.periods import lexicon
from newsfacts.recognize.periods.arithmetic import UNKNOWN, Dates, Stretch, months_to
from newsfacts.recognize.periods.article import Article

STEPS = {"last": -1, "this": 0, "current": 0, "next": 1}


# how many days a stretch of each name may have
LENGTHS = {
    "day": (1, 1),
    "week": (5, 7),
    "month": (28, 31),
    "quarter": (89, 92),
    "half": (181, 184),
    "year": (360, 371),
    "decade": (3650, 3660),
}


NEWS_GOES_ON = 92  # how many days after the latest time told in full an article's other times may end
SOON = 40  # a bare date so many days ahead is the coming one: of the last one it would be said that it is past


@dataclass(slots=True)
class Context:
    """What an expression is resolved against.

    article: what holds for all of it. future: whether the words before look ahead. earlier: the stretches named
    before, the nearest last. near: whether the nearest date is meant rather than the latest. year: what the sentence
    named before. last: rule and dates of the expression before, for "since then", where it stands in the sentence or
    in the one before it. compared: whether a number is compared with the expression. state: the day for which the
    sentence says how things stood. reference, origin: what was used to resolve it.
    """

    article: Article
    future: bool
    earlier: list[Stretch]
    near: bool = False
    year: int | None = None
    last: tuple[str, Dates] | None = None
    compared: bool = False
    state: Stretch | None = None
    origin: str = "grammar"
    reference: str | None = None

    def base(self) -> dt.date | None:
        """The publication date."""
        self.reference = "published" if self.article.published else self.reference
        return self.article.published

    def base_year(self) -> int | None:
        """The year of publication, or the one that the article's own words tell."""
        if self.base() is None and self.article.present is not None:
            self.reference = "text"
        return self.article.present


def number(word: str) -> int:
    """What a count in figures or words says."""
    return int(word) if word.isdigit() else lexicon.values("number")[word.lower()]


def month_number(word: str) -> int:
    """A month's number, 1 to 12."""
    return lexicon.values("month")[word.rstrip(".").lower()]


def year_number(word: str) -> int:
    """A year in four figures or two: from 1970 to 2069."""
    return int(word) if len(word) == 4 else 2000 + int(word) if int(word) < 70 else 1900 + int(word)


def year_meant(phrase: str | None, context: Context) -> int | None:
    """The year that "2023", "last year" and the like name."""
    if phrase is None:
        return None
    if digits := re.search(r"\d{4}", phrase):
        return int(digits.group())
    word = phrase.lower()
    if word in ("that year", "the same year", "the previous year", "previous year"):
        if not context.earlier:
            return None
        return context.earlier[-1][0].year - ("previous" in word)
    year = context.base_year()
    if year is None:
        return None
    return year + (-1 if word.startswith("last") else 1 if word.startswith("next") else 0)


def last_year(context: Context) -> int | None:
    """The last full year that an article without a date gives results of."""
    if context.article.reported is not None:
        context.reference = "text"
    return context.article.reported


def distance(day: dt.date, base: dt.date) -> int:
    """How far a day lies from the publication, where "by" and "from" rather look ahead."""
    days = (day - base).days
    return days if days >= 0 else -2 * days


def fiscal_year(written: str, context: Context) -> Stretch | None:
    """The fiscal year "24", "2024", "2023-24" or "2023/24", by the month in which the article says that it ends.

    Where it says none, "24" and "2023-24" are those of outlets whose fiscal year ends in March. One that ends in March
    may have the number of the year in which it begins.
    """
    first, mark, last = written.partition("/" if "/" in written else "-")
    end = context.article.fiscal_end or (3 if mark == "-" or len(written) == 2 else None)
    if end is None or (end == 3 and len(first) == 4 and not last):
        return None
    if context.article.fiscal_end:
        context.reference = "text"
    return months_to(year_number(first) + bool(last), end)


def latest(context: Context, span: Callable[[int], Stretch], *, done: int | None = None) -> Dates:
    """The span of the latest year that has begun by then; of the next one to end where words are of the future.

    done: how many days after the publication date it may end at most.
    """
    if context.year is not None and not context.article.published:
        context.reference = "text"
        return span(context.year)
    base = context.base()
    if base is None:  # what the text itself has said in full before; a month may be another year's
        context.reference = "text"
        said = (known for known in reversed(context.earlier) if (known[1] - known[0]).days > 31)
        known = next((known for known in said if known == span(known[1].year)), None)
        if known is None and context.article.reported is not None:
            ending = span(context.article.reported)
            # a fourth quarter or second half is reported with its year; another part may be a later year's
            known = ending if ending[0].month > 6 and ending[1].month == 12 else None
        return known or _beside_told(context, span)
    if context.near and not context.future:
        spans = [span(base.year + step) for step in (-1, 0, 1)]
        return min(spans, key=lambda dates: min(distance(day, base) for day in dates))
    for year in (base.year, base.year + 1) if context.future else (base.year, base.year - 1):
        first, last = span(year)
        if context.future and last >= base:
            return first, last
        if not context.future and first <= base and (done is None or last <= base + dt.timedelta(done)):
            return first, last
    return span(base.year + (1 if context.future else -1))


def _beside_told(context: Context, span: Callable[[int], Stretch]) -> Dates:
    """The span of the latest year that may have been news when the latest time was that is told with its year."""
    told = context.article.told
    if told is None:
        return UNKNOWN
    if context.future:
        return min(dates for step in (0, 1) if (dates := span(told.year + step))[1] >= told)
    limit = told + dt.timedelta(NEWS_GOES_ON)
    return max(dates for step in (-1, 0, 1) if (dates := span(told.year + step))[0] <= limit)


def nearest(context: Context, days: tuple[int, int]) -> Stretch | None:
    """The nearest earlier period whose length in days lies between two bounds."""
    for first, last in reversed(context.earlier):
        if days[0] <= (last - first).days + 1 <= days[1]:
            context.reference = "text"
            return first, last
    return None


Rule = Callable[[re.Match[str], Context], Dates]
