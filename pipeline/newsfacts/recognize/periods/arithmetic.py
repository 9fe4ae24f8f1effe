"""Counting in days, months, quarters and years."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

Stretch = tuple[dt.date, dt.date]
Dates = tuple[dt.date | None, dt.date | None]


UNKNOWN: Dates = (None, None)


ONE_DAY = dt.timedelta(1)


def one(day: dt.date | None) -> Dates:
    """A single day, as a stretch."""
    return day, day


def months_of(year: int, first: int, last: int) -> Stretch:
    """Whole months of a year, from the first to the last."""
    return dt.date(year, first, 1), dt.date(year, last, monthrange(year, last)[1])


def shift(day: dt.date, years: int) -> dt.date:
    """The same day so many years on; the end of a month stays one."""
    last = monthrange(day.year + years, day.month)[1]
    end = day.day == monthrange(day.year, day.month)[1]
    return dt.date(day.year + years, day.month, last if end else min(day.day, last))


def back(day: dt.date, months: int) -> dt.date:
    """The first day of the stretch of so many months that ends on a day."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    last = monthrange(year, month + 1)[1]
    if day.day == monthrange(day.year, day.month)[1]:
        return dt.date(year, month + 1, last) + dt.timedelta(1)
    return dt.date(year, month + 1, min(day.day, last)) + dt.timedelta(1)


def plus(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def calendar(base: dt.date, unit: str, step: int) -> Stretch:
    """The week, month, quarter, half or year of a day, or so many before or after it."""
    if unit == "day":
        return base + dt.timedelta(step), base + dt.timedelta(step)
    if unit == "week":
        monday = base - dt.timedelta(base.weekday()) + dt.timedelta(7 * step)
        return monday, monday + dt.timedelta(6)
    size = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}[unit]
    index = (base.year * 12 + base.month - 1) // size + step
    year, part = divmod(index * size, 12)
    if unit == "decade":
        return dt.date(year, 1, 1), dt.date(year + 9, 12, 31)
    return months_of(year, part + 1, part + size)


def months_to(year: int, month: int) -> Stretch:
    """The twelve months to the end of a month of a year."""
    last = months_of(year, month, month)[1]
    return back(last, 12), last


def easter(year: int) -> dt.date:
    """Easter Sunday, by the anonymous Gregorian reckoning."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return dt.date(year, f // 31, f % 31 + 1)


def nth_weekday(year: int, month: int, weekday: int, which: int) -> dt.date:
    """The first (1), the fourth (4), the last (-1) Monday (0) of a month and so on."""
    first, last = months_of(year, month, month)
    if which < 0:
        return last - dt.timedelta((last.weekday() - weekday) % 7)
    return first + dt.timedelta((weekday - first.weekday()) % 7 + 7 * (which - 1))
