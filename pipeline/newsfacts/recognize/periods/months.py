"""Rules for months, quarters, halves, seasons and the stretches that end or begin on a date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from newsfacts.recognize.periods import lexicon
from newsfacts.recognize.periods.arithmetic import (
    ONE_DAY,
    UNKNOWN,
    Dates,
    Stretch,
    back,
    calendar,
    months_of,
    one,
    plus,
    shift,
)
from newsfacts.recognize.periods.context import (
    LENGTHS,
    STEPS,
    Context,
    Rule,
    fiscal_year,
    latest,
    month_number,
    nearest,
    number,
    year_meant,
    year_number,
)
from newsfacts.recognize.periods.days import read_day, read_weekday

JUST_OVER = 120  # days within which a range of months that is over is still meant
STRETCHES = {
    "half": (6, "month"),
    "fortnight": (2, "week"),
    "quarter": (3, "month"),
    "month": (1, "month"),
    "week": (1, "week"),
    "decade": (120, "month"),
}


def edge(phrase: str, context: Context, side: int) -> dt.date | None:
    """The day on which a stretch begins (side 0) or ends (1); the latest one about to end by the publication."""
    year = re.search(r"(?:19|20)\d\d", phrase)
    name = re.search("|".join(lexicon.values("month")), phrase, re.IGNORECASE)
    if name is None:
        return months_of(int(year.group()), 1, 12)[side] if year else read_weekday(phrase, context)
    if re.search(r"(?<!\d)\d{1,2}(?!\d)", phrase):
        day, base = read_day(phrase, context), context.base()
        soon = shift(day, 1) if day and base and not year else None
        return soon if soon and base and soon <= base + dt.timedelta(45) else day
    month = month_number(name.group())
    if year:
        return months_of(int(year.group()), month, month)[side]
    return latest(context, lambda y: months_of(y, month, month), done=60)[side]


def _ending(match: re.Match[str], context: Context) -> Dates:
    """The three months to December, the year that began on 8 July, the ten years to 2031."""
    if match["e_count"]:
        count, unit = number(match["e_count"]), match["e_unit"].lower().rstrip("s")
    else:
        whole = match["e_whole"].lower()
        count, unit = next((size for word, size in STRETCHES.items() if word in whole), (12, "month"))
    if unit == "year":
        count, unit = count * 12, "month"
    days = dt.timedelta(count * (7 if unit == "week" else 1))
    if match["e_begin"]:
        begun = bool(re.search(r"\b(?:began|started)\b", match["ending"], re.IGNORECASE))
        context.near, context.future = not begun, context.future and not begun
        first = edge(match["e_begin"], context, 0)
        return (first, (plus(first, count) if unit == "month" else first + days) - ONE_DAY) if first else UNKNOWN
    phrase = match["e_date"]
    fiscal = re.search(r"(\d{4})([-/]\d\d)?", match["e_whole"] or "")
    # fiscal 2024 ended in June of that year; one that ends in March may have the number of either year
    if fiscal and not re.search(r"\d{4}", phrase) and (fiscal[2] or not phrase.lower().count("mar")):
        phrase = f"{phrase} {int(fiscal[1]) + bool(fiscal[2])}"
    last = edge(phrase, context, 1)
    return (back(last, count) if unit == "month" else last - days + ONE_DAY, last) if last else UNKNOWN


def _months(match: re.Match[str], context: Context) -> Dates:
    first, last = month_number(match["m_first"]), month_number(match["m_last"])
    over = first > last  # "November to February" ends in the next year

    def span(year: int) -> Stretch:
        return dt.date(year - over, first, 1), months_of(year, last, last)[1]

    year = year_meant(match["m_when"], context)
    if match["m_year"] and year is None:
        return span(int(match["m_year"]) + over)
    if match["m_year"] and year is not None:
        return dt.date(int(match["m_year"]), first, 1), months_of(year, last, last)[1]
    if year is not None:
        return span(year)
    if match["m_when"]:
        return UNKNOWN
    if context.near and (base := context.base()):
        for end in (base.year, base.year - 1):  # "from January to October", just over
            if 0 <= (base - span(end)[1]).days <= JUST_OVER:
                return span(end)
    return latest(context, span, done=31)


def _one_month(match: re.Match[str], context: Context) -> Dates:
    month = month_number(match["o_month"])
    if (match["o_last"] or "").lower() == "next":
        context.future = True
    when = year_meant(match["o_when"], context)
    if (match["o_last"] or "").lower() == "last" and (base := context.base()):
        when = base.year - (month >= base.month)
    if when is not None:
        return months_of(when, month, month)
    return UNKNOWN if match["o_when"] else latest(context, lambda year: months_of(year, month, month))


def part_of_year(which: int, whole: str, count: int) -> Callable[[int], Stretch]:
    """The first nine months, the second half, the third quarter of a year."""
    size = {"half": 6, "semester": 6, "quarter": 3, "trimester": 4}[whole] if whole else count
    parts = 12 // size
    number = parts if which == -1 else which
    if not 1 <= number <= parts:
        raise ValueError(f"a year has no part {number} of {size} months")
    return lambda year: months_of(year, (number - 1) * size + 1, number * size)


def _part(match: re.Match[str], context: Context) -> Dates:
    which = lexicon.values("ordinal")[match["p_which"].lower()]
    whole = re.split(r"[\s-]", match["p_whole"].lower())[0] if match["p_whole"] else ""
    count = number(match["p_count"]) * (3 if match["p_unit"].lower() == "quarters" else 1) if match["p_count"] else 0
    if match["p_count"] and (which not in (1, -1) or not 1 <= count <= 12):
        return UNKNOWN
    if which == -1 and match["p_count"]:
        span: Callable[[int], Stretch] = lambda year: months_of(year, 13 - count, 12)  # noqa: E731
    else:
        span = part_of_year(which, whole, count) if whole else lambda year: months_of(year, 1, count)
    if match["p_fiscal"] or re.search(r"fiscal|financial|business|fy", match["p_when"] or "", re.IGNORECASE):
        return _fiscal_part(match["p_when"] or "", span, context)
    when = match["p_when"] or match["p_whose"]
    year = int(match["p_year"]) if match["p_year"] else year_meant(when, context)
    if year is not None:
        return span(year)
    if when:
        return UNKNOWN
    return latest(context, span, done=None if whole == "quarter" else 31)


def _fiscal_part(when: str, span: Callable[[int], Stretch], context: Context) -> Dates:
    """A part of a fiscal year that is named, in an article whose fiscal year is known."""
    written = re.search(r"(?:\d{4}|\d\d)(?:[/-]\d\d)?", when)
    year = fiscal_year(written.group(), context) if written else None
    if year is None:
        return UNKNOWN
    first, last = span(2000)
    before = (year[0].year - 2000) * 12 + year[0].month - 1
    return plus(first, before), plus(last + ONE_DAY, before) - ONE_DAY


def _code(match: re.Match[str], context: Context) -> Dates:
    part, year = match["c_part"] or match["c_part2"], match["c_year"] or match["c_year2"]
    which, letter = int(re.sub(r"\D", "", part)), part.upper().strip("0123456789")
    span = part_of_year(1 if letter == "M" else which, {"Q": "quarter", "H": "half", "M": ""}[letter], which)
    if "FY" in match["code"]:
        return _fiscal_part(year or "", span, context)
    if match["c_when"]:
        when = year_meant(match["c_when"], context)
        return span(when) if when else UNKNOWN
    return span(year_number(year)) if year else latest(context, span)


def _month_quarter(match: re.Match[str], context: Context) -> Dates:
    first, to = month_number(match["q_month"] or match["q_month2"]), match["q_last"] or match["q_last2"]
    if to:
        span: Callable[[int], Stretch] = lambda year: months_of(year, first, month_number(to))  # noqa: E731
        return span(int(match["q_year"])) if match["q_year"] else latest(context, span, done=45)
    last = latest(context, lambda year: months_of(year, first, first), done=45)[1]
    return (back(last, 3), last) if last else UNKNOWN


def _end(match: re.Match[str], context: Context) -> Dates:
    """The first or the last day of a month, a quarter or a year."""
    if match["n_year"]:
        return one(dt.date(int(match["n_year"]), 12, 31))
    if match["n_period"]:
        period = nearest(context, (28, 366))
        return one(period[1]) if period else UNKNOWN
    what = (match["n_what"] or "year").lower().removeprefix("the ")
    if match["n_mid"]:
        base = context.base()
        return one(dt.date(base.year, 6, 30)) if base else UNKNOWN
    side = 0 if (match["n_side"] or "").lower() in ("start", "beginning") else 1
    if dates := lexicon.named_dates(what):
        return one(dates[side])
    name, year, base = re.match(r"[a-z]+", what), re.search(r"\d{4}", what), context.base()
    if name and name.group() in lexicon.values("month"):
        month = month_number(name.group())
        if year:
            return one(months_of(int(year.group()), month, month)[side])
        day: Callable[[int], Stretch] = lambda y: (months_of(y, month, month)[side],) * 2  # noqa: E731
        return latest(context, day)
    if year:
        return one(months_of(int(year.group()), 1, 12)[side])
    if base is None:
        told = context.base_year() if what == "year" else None
        return one(months_of(told, 1, 12)[side]) if told else UNKNOWN
    if what == "year" and (match["n_side"] or "").lower() == "turn":
        turn = dt.date(base.year - 1, 12, 31)
        return one(turn + ONE_DAY if (match["prefix"] or "").lower().startswith("since") else turn)
    if what == "year":
        return one(months_of(base.year - (side == 1 and not context.future and base.month <= 2), 1, 12)[side])
    if " " not in what:
        found = None if context.near or context.future else nearest(context, LENGTHS[what])
        found = found or calendar(base, what, 0)
        context.reference = context.reference or "published"
        return one(found[side])
    step, _, unit = what.rpartition(" ")
    if step in ("last", "this", "next"):
        return one(calendar(base, unit, STEPS[step])[side])
    when = year_meant(what, context)
    return one(months_of(when, 1, 12)[side]) if when else UNKNOWN


def _season(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None or not match["x_which"]:
        return UNKNOWN  # whose hemisphere is not said
    month, which = lexicon.values("season")[match["x_season"].lower()], match["x_which"].lower()
    starts = [dt.date(base.year + step, month, 1) for step in (-2, -1, 0, 1)]
    spans = [(first, plus(first, 3) - ONE_DAY) for first in starts]
    if which == "last":
        return max(span for span in spans if span[1] < base)
    if which == "next":
        return min(span for span in spans if span[0] > base)
    return next((span for span in spans if span[0] <= base <= span[1]), spans[2])


RULES: dict[str, Rule] = {
    "ending": _ending,
    "months": _months,
    "part": _part,
    "code": _code,
    "month_quarter": _month_quarter,
    "end": _end,
    "month": _one_month,
    "season": _season,
}
