"""Rules for years, fiscal years, decades and periods that have a name."""

from __future__ import annotations

import datetime as dt
import re

from newsfacts.recognize.periods import lexicon
from newsfacts.recognize.periods.arithmetic import UNKNOWN, Dates, calendar, months_of, to_march
from newsfacts.recognize.periods.context import LENGTHS, Context, Rule, nearest, year_number


def _fiscal(match: re.Match[str], context: Context) -> Dates:
    if "/" in match["fiscal"]:
        return UNKNOWN
    if match["f_to"]:
        return to_march(year_number(match["f_year"]) + 1)
    if len(match["f_year"]) == 2:
        return to_march(year_number(match["f_year"]))
    return UNKNOWN  # fiscal years begin in January, April, July or October, by country


def _years(match: re.Match[str], context: Context) -> Dates:
    first, last = int(match["y_first"]), match["y_last"] or match["y_short"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if end % 100 == 0 and len(last) == 2 or end <= first:
        end = first + 1 if last == "00" and first % 100 == 99 else 0
    if end == first + 1 and len(last) == 2:
        return UNKNOWN if "/" in match["years"] else to_march(end)  # a season's year begins in any month
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
        return UNKNOWN
    if match["l_half"]:
        return nearest(context, LENGTHS["half"]) or calendar(base, "half", -1)
    return months_of(base.year - (base.month <= 4 and not context.future), 1, 12)


def _so_far(match: re.Match[str], context: Context) -> Dates:
    base = context.base()
    return (dt.date(base.year, 1, 1), base) if base else UNKNOWN


def _named(match: re.Match[str], context: Context) -> Dates:
    for pattern, first, last in lexicon.named_periods():
        if pattern.search(match["named"]):
            return dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    return UNKNOWN


RULES: dict[str, Rule] = {
    "fiscal": _fiscal,
    "years": _years,
    "decade": _decade,
    "year": _one_year,
    "whole": _whole,
    "so_far": _so_far,
    "named": _named,
}
