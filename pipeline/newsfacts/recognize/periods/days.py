"""Rules for days, weeks and holidays.

dateparser reads single days well, in the many ways in which outlets print them; it has no notion of a quarter, of "the
three months to December" or of "the same period", and reads a bare month as a day in it. Those are ours.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from newsfacts.recognize.periods import lexicon
from newsfacts.recognize.periods.arithmetic import (
    ONE_DAY,
    UNKNOWN,
    Dates,
    Stretch,
    calendar,
    easter,
    months_of,
    nth_weekday,
    one,
)
from newsfacts.recognize.periods.context import SOON, Context, Rule, distance, latest, month_number, number


@lru_cache(maxsize=4096)
def ask_dateparser(phrase: str, base: dt.date | None, future: bool) -> dt.date | None:
    """A single day, read by dateparser; without a publication date only where the phrase holds all of it."""
    import dateparser

    settings = {
        "PREFER_DATES_FROM": "future" if future else "past",
        "REQUIRE_PARTS": ["day", "month"] if base else ["day", "month", "year"],
        "DATE_ORDER": "DMY",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "RELATIVE_BASE": dt.datetime.combine(base or dt.date(2000, 1, 1), dt.time(12)),
    }
    parsed = dateparser.parse(phrase, languages=["en"], settings=settings)
    return parsed.date() if parsed else None


def read_day(phrase: str, context: Context) -> dt.date | None:
    """The day that a date with or without a year means, by dateparser."""
    base = None if re.search(r"(?:19|20)\d\d", phrase) else context.base()
    if base is None and not re.search(r"(?:19|20)\d\d", phrase):
        return None
    clean = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", phrase).replace("Sept.", "Sep.").replace(" of ", " ")
    clean = re.sub(rf"^(?:{'|'.join(lexicon.values('weekday'))})\b\.?,?\s", "", clean, flags=re.IGNORECASE)
    day = ask_dateparser(clean, base, context.future)
    if day is not None and base and not context.future:
        coming = ask_dateparser(clean, base, True) or day
        if context.near:
            day = min(day, coming, key=lambda one: distance(one, base))
        elif 0 <= (coming - base).days <= SOON:
            day = coming
    if day is not None:
        context.origin = "dateparser"
    return day


def read_weekday(phrase: str, context: Context) -> dt.date | None:
    """The day that "Friday", "last Friday" or "next Friday" means."""
    base = context.base()
    name = re.search("|".join(sorted(lexicon.values("weekday"), key=len, reverse=True)), phrase, re.IGNORECASE)
    if base is None or name is None:
        return None
    number = lexicon.values("weekday")[name.group().lower()]
    if phrase.lower().startswith("next"):
        return base + dt.timedelta((number - base.weekday() - 1) % 7 + 1)
    day = base - dt.timedelta((base.weekday() - number) % 7)
    if context.near:
        return min(day, day + dt.timedelta(7), key=lambda one: distance(one, base))
    return day - dt.timedelta(7) if phrase.lower().startswith("last") and day == base else day


def _iso(match: re.Match[str], context: Context) -> Dates:
    return one(dt.date.fromisoformat(match["iso"]))


def _date(match: re.Match[str], context: Context) -> Dates:
    return one(read_day(match["date"], context))


def _days(match: re.Match[str], context: Context) -> Dates:
    if match["g_from"]:
        context.near = False
        last = read_weekday(match["g_to"], context)
        number = lexicon.values("weekday")[match["g_from"].rstrip(".").lower()]
        return (last - dt.timedelta((last.weekday() - number) % 7), last) if last else UNKNOWN
    month = month_number(match["g_month"] or match["g_month2"] or match["g_other2"])
    until = month_number(match["g_other"] or match["g_other2"] or match["g_month"])
    one, other = (
        int(re.sub(r"\D", "", match[a] or match[b])) for a, b in (("g_first", "g_first2"), ("g_last", "g_last2"))
    )

    def span(year: int) -> Stretch:
        return dt.date(year - (month > until), month, one), dt.date(year, until, other)

    return span(int(match["g_year"])) if match["g_year"] else latest(context, span)


def _month_part(match: re.Match[str], context: Context) -> Dates:
    """The second half of July, the first ten days of March, the last day of April."""
    month, which = month_number(match["u_month"]), lexicon.values("ordinal")[match["u_which"].lower()]
    size = {"half": 15, "day": 1, "week": 7}[match["u_unit"].lower().rstrip("s")]
    size *= number(match["u_count"]) if match["u_count"] else 1

    def span(year: int) -> Stretch:
        start, end = months_of(year, month, month)
        if which == -1 or (size == 15 and which == 2):
            return (start.replace(day=16) if size == 15 else end - dt.timedelta(size - 1)), end
        first = start + dt.timedelta((which - 1) * size)
        return first, first + dt.timedelta(size - 1)

    return span(int(match["u_year"])) if match["u_year"] else latest(context, span)


def _one_weekday(match: re.Match[str], context: Context) -> Dates:
    return one(read_weekday(match["weekday"], context))


def _relative_day(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None:
        return UNKNOWN
    word = match["day"].lower()
    return one(base + dt.timedelta(-1 if word in ("yesterday", "last night") else 1 if word == "tomorrow" else 0))


def _ago(match: re.Match[str], context: Context) -> Dates:
    """Three days ago, a fortnight ago; 14 months ago is a month, two years ago a calendar year."""
    base, unit = context.base(), match["w_unit"].lower().rstrip("s")
    if base is None:
        return UNKNOWN
    count = 1 if match["w_count"].lower() in ("a", "an") else number(match["w_count"])
    if unit in ("year", "decade"):
        return months_of(base.year - count * (10 if unit == "decade" else 1), 1, 12)
    if unit == "month":
        return calendar(base, unit, -count) if count > 12 else UNKNOWN  # rounder ones name no month
    day = ask_dateparser(re.sub(r"(?i)\ba\sfortnight\b", "14 days", match["ago"]), base, False)
    if day is not None:
        context.origin = "dateparser"
    return one(day)


def _holiday(match: re.Match[str], context: Context) -> Dates:
    day = next(day for pattern, day in lexicon.holidays() if pattern.fullmatch(match["k_name"]))

    def span(year: int) -> Stretch:
        if nth := re.fullmatch(r"(\d\d)-([a-z]+)-(-?\d)([+]\d)?", day):
            date = nth_weekday(year, int(nth[1]), lexicon.values("weekday")[nth[2]], int(nth[3]))
            date += dt.timedelta(int(nth[4] or 0))
        elif re.fullmatch(r"-?\d+", day):
            date = easter(year) + dt.timedelta(int(day))
        else:
            date = dt.date.fromisoformat(f"{year}-{day}")
        return date, date

    return span(int(match["k_year"])) if match["k_year"] else latest(context, span)


def _weekend(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None:
        return UNKNOWN
    saturday = base - dt.timedelta((base.weekday() - 5) % 7)
    coming = match["weekend_which"].lower() in ("this", "next") or context.near or context.future
    if coming and saturday + ONE_DAY < base:
        saturday += dt.timedelta(7)
    return saturday, saturday + ONE_DAY


RULES: dict[str, Rule] = {
    "days": _days,
    "iso": _iso,
    "date": _date,
    "month_part": _month_part,
    "weekday": _one_weekday,
    "day": _relative_day,
    "ago": _ago,
    "holiday": _holiday,
    "weekend": _weekend,
}
