"""Rules for years, fiscal years, decades and periods that have a name."""

from __future__ import annotations

import datetime as dt
import re

from newsfacts.recognize.periods import lexicon
from newsfacts.recognize.periods.arithmetic import UNKNOWN, Dates, calendar, months_of, months_to
from newsfacts.recognize.periods.context import LENGTHS, Context, Rule, fiscal_year, last_year, nearest


def _fiscal(match: re.Match[str], context: Context) -> Dates:
    return fiscal_year(match["f_year"], context) or UNKNOWN


def _fiscal_now(match: re.Match[str], context: Context) -> Dates:
    """This fiscal year, the previous fiscal: in an article that says when its fiscal year ends."""
    end, base = context.article.fiscal_end, context.base()
    if end is None or base is None:
        return UNKNOWN
    which = match["z_which"].lower().split()[-1]
    step = {"last": -1, "previous": -1, "preceding": -1, "prior": -1, "next": 1}.get(which, 0)
    first, last = months_to(base.year + (base.month > end) + step, end)
    return first, (base if match["fiscal_now"].lower().startswith("so far") else last)


def _years(match: re.Match[str], context: Context) -> Dates:
    first, last = int(match["y_first"]), match["y_last"] or match["y_short"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if end % 100 == 0 and len(last) == 2 or end <= first:
        end = first + 1 if last == "00" and first % 100 == 99 else 0
    if end == first + 1 and len(last) == 2:
        return UNKNOWN if "/" in match["years"] else months_to(end, 3)  # a season's year begins in any month
    return (dt.date(first, 1, 1), dt.date(end, 12, 31)) if end else UNKNOWN


def _decade(match: re.Match[str], context: Context) -> Dates:
    first = int(match["d_decade"])
    if match["d_part"]:
        return UNKNOWN
    return dt.date(first, 1, 1), dt.date(first + 9, 12, 31)


def _one_year(match: re.Match[str], context: Context) -> Dates:
    return UNKNOWN if match["a_part"] else months_of(int(match["a_year"]), 1, 12)


def _whole(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    if base is None:
        year = None if match["l_half"] else last_year(context)
        return months_of(year, 1, 12) if year else UNKNOWN
    if match["l_half"]:
        return nearest(context, LENGTHS["half"]) or calendar(base, "half", -1)
    return months_of(base.year - (base.month <= 4 and not context.future), 1, 12)


def _so_far(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    return (dt.date(base.year, 1, 1), base) if base else UNKNOWN


def _named(match: re.Match[str], _: Context) -> Dates:
    return lexicon.named_dates(match["named"]) or UNKNOWN


RULES: dict[str, Rule] = {
    "fiscal": _fiscal,
    "fiscal_now": _fiscal_now,
    "years": _years,
    "decade": _decade,
    "year": _one_year,
    "whole": _whole,
    "so_far": _so_far,
    "named": _named,
}
