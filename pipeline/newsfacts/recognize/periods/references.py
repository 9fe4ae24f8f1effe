"""Rules for expressions that refer back to a time named before, or to the time of writing."""

from __future__ import annotations

import datetime as dt
import re

from newsfacts.recognize.periods import lexicon
from newsfacts.recognize.periods.arithmetic import (
    ONE_DAY,
    UNKNOWN,
    Dates,
    Stretch,
    back,
    calendar,
    months_of,
    plus,
    shift,
)
from newsfacts.recognize.periods.context import LENGTHS, STEPS, Context, Rule, nearest, number, year_meant
from newsfacts.recognize.periods.months import part_of_year

SPOKEN_ON = ("day", "weekday")  # kinds that rather say when something was said


def _undated(match: re.Match[str], context: Context) -> Dates:
    """Now, in the past three years: a time whose days are not said."""
    return UNKNOWN


def _ellipsis(match: re.Match[str], context: Context) -> Dates:
    """The fourth, said after another quarter."""
    quarter = nearest(context, LENGTHS["quarter"])
    which = lexicon.values("ordinal")[match["y_which"].lower()]
    return part_of_year(which, "quarter", 0)(quarter[0].year) if quarter else UNKNOWN


def _same(match: re.Match[str], context: Context) -> Dates:
    count = number(match["s_count"]) if match["s_count"] else 0
    same = nearest(context, (28 * count, 31 * count)) if count else None
    if count and same is None and match["s_when"] and (year := year_meant(match["s_when"], context)):
        return months_of(year, 1, count)
    unit = re.split(r"[\s-]", (match["s_unit"] or "").lower())[0]
    same = same or (nearest(context, LENGTHS[unit]) if unit in LENGTHS else None)
    same = same or (nearest(context, (32, 366)) if unit == "months" else None)
    if same is None and unit == "year" and (year := year_meant("the same year", context)):
        context.reference = "text"
        same = months_of(year, 1, 12)
    if unit not in ("week", "year"):
        same = same or nearest(context, (20, 366)) or nearest(context, (1, 19))
    when = match["s_when"]
    if same is None:
        return UNKNOWN
    ago = match["same"].lower().startswith(("year-", "the year-"))
    if when is None:
        return (shift(same[0], -1), shift(same[1], -1)) if ago else same
    if "earlier" in when or "ago" in when or "before" in when or "iscal" in when or "previous" in when:
        years = -1
    else:
        year = year_meant(when, context)
        if year is None:
            return UNKNOWN
        years = year - same[1].year
    return shift(same[0], years), shift(same[1], years)


def _compared(context: Context, *days: tuple[int, int]) -> Stretch | None:
    """What an earlier time is compared with: the day of the sentence's state, else the nearest stretch of a length."""
    if context.state:
        context.reference = "text"
        return context.state
    return next((found for length in days if (found := nearest(context, length))), None)


def _earlier(match: re.Match[str], context: Context) -> Dates:
    """A year earlier, three months before: as long as what was named last, and that much before it."""
    if match["b_months"]:
        months = number(match["b_months"])
        same = _compared(context, (1, 31 * months))
        return (plus(same[0], -months), plus(same[1] + ONE_DAY, -months) - ONE_DAY) if same else UNKNOWN
    years = number(match["b_years"]) if match["b_years"] else 10 if match["b_decade"] else 1
    same = _compared(context, (20, 366), (1, 19))
    return (shift(same[0], -years), shift(same[1], -years)) if same else UNKNOWN


def _previous(match: re.Match[str], context: Context) -> Dates:
    unit = (match["v_unit"] or match["v_before"]).lower()
    same = nearest(context, LENGTHS[unit] if unit != "year" else (1, 366))
    if same is None:
        base = context.base()
        return calendar(base, unit, -2) if base and unit != "day" else UNKNOWN  # before the one reported on
    if unit == "year":
        whole = (same[1] - same[0]).days > 300
        return (shift(same[0], -1), shift(same[1], -1)) if whole else months_of(same[1].year - 1, 1, 12)
    if unit in ("week", "day"):
        days = dt.timedelta(7 if unit == "week" else 1)
        return same[0] - days, same[1] - days
    last = same[0] - dt.timedelta(1)
    return back(last, 3 if unit == "quarter" else 1), last


def _relative(match: re.Match[str], context: Context) -> Dates:
    base, which = context.base(), match["r_which"].lower().split()[-1]
    if which == "past":
        return UNKNOWN
    if base is None:
        year = year_meant(f"{which} year", context) if match["r_unit"].lower() == "year" else None
        return months_of(year, 1, 12) if year else UNKNOWN
    return calendar(base, match["r_unit"].lower(), STEPS[which])


def _just(match: re.Match[str], context: Context) -> Dates:
    base, unit = context.base(), match["j_unit"].lower()
    if base is None:
        return UNKNOWN
    return calendar(base + dt.timedelta(7 if unit != "week" else 1), unit, -1)


def _months_so_far(count: int, base: dt.date, within: int) -> Stretch | None:
    """The first months of the year, where they were over at most so many days before."""
    first, last = months_of(base.year - (base.month < 3), 1, count)
    return (first, last) if -3 <= (base - last).days <= within else None


def _to_date(match: re.Match[str], context: Context) -> Dates:
    """Eleven months, in December: a number of months is a duration unless just so many are over."""
    count, base = number(match["i_count"] or match["i_count2"]), context.base()
    if base is None or not 3 <= count <= 11:
        return UNKNOWN
    return _months_so_far(count, base, 75 if match["i_count2"] else 50) or UNKNOWN


def _then(match: re.Match[str], context: Context) -> Dates:
    """Since the time told last: its beginning; for a stretch, such as the year to March, when that is over."""
    rule, (first, last) = context.last or ("", UNKNOWN)
    base = context.article.published
    if first is None or rule in SPOKEN_ON or (base and first > base):
        return UNKNOWN
    context.reference = "text"
    if last and rule == "ending":
        return last + ONE_DAY, None
    return (last.replace(month=1, day=1), None) if last and rule == "years" else (first, None)


def _anaphor(match: re.Match[str], context: Context) -> Dates:
    if match["h_day"]:
        return nearest(context, LENGTHS["day"]) or UNKNOWN
    if match["h_count"]:
        days_of = {"months": 30.5, "quarters": 91.3, "weeks": 7, "years": 365.2}[match["h_unit"].lower()]
        count = number(match["h_count"])
        days = count * days_of
        found = nearest(context, (int(days - 4), int(days + 4)))
        if found is None and match["h_unit"].lower() == "months" and 4 <= count <= 11 and (base := context.base()):
            found = _months_so_far(count, base, 75)
    else:
        whole = match["h_whole"].lower()
        unit = "half" if whole.startswith("half") else whole
        found = nearest(context, LENGTHS.get(unit, (20, 2000)))
        if found and match["anaphor"].lower() == "the year" and (base := context.base()):
            # one that was named in passing is not meant, but the last one or this one
            found = found if found[1].year in (base.year - 1, base.year) else None
        if found is None and match["anaphor"].lower() == "that year" and context.earlier:
            found = months_of(context.earlier[-1][1].year, 1, 12)
            context.reference = "text"
        if found is None and unit != "period" and (base := context.base()):
            done = unit != "year" or (base.month <= 2 and not context.future)
            found = calendar(base, unit, -1 if done else 0)
    return found or UNKNOWN


RULES: dict[str, Rule] = {
    "past": _undated,
    "festival": _undated,
    "undated": _undated,
    "to_date": _to_date,
    "ellipsis": _ellipsis,
    "same": _same,
    "earlier": _earlier,
    "previous": _previous,
    "relative": _relative,
    "just": _just,
    "then": _then,
    "anaphor": _anaphor,
}
