"""Arithmetic with days, months and years that never raises: what lies outside the calendar is None."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Interval(NamedTuple):
    """Days from first to last, both included; None is an open side."""

    first: dt.date | None
    last: dt.date | None

    @property
    def months(self) -> int | None:
        """How many whole calendar months it covers, None where it begins or ends inside a month or is open."""
        if self.first is None or self.last is None or self.first.day != 1 or (self.last + DAY).day != 1:
            return None
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def days(self) -> int | None:
        return (self.last - self.first).days + 1 if self.first and self.last else None


DAY = dt.timedelta(days=1)


def date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def add_days(day: dt.date, days: int) -> dt.date | None:
    try:
        return day + dt.timedelta(days=days)
    except OverflowError:
        return None


def months(year: int, month: int, count: int = 1) -> Interval | None:
    """The count calendar months that begin with a month; a month number below 1 or above 12 counts into other years."""
    first = _month_start(year, month)
    after = _month_start(year, month + count)
    return Interval(first, after - DAY) if first and after and after > first else None


def _month_start(year: int, month: int) -> dt.date | None:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1) if abs(month) < 1_000_000 else None


def year(number: int, first_month: int = 1) -> Interval | None:
    """A calendar year, or the year of twelve months that ends in it where it begins in another month."""
    return months(number if first_month == 1 else number - 1, first_month, 12)


def shift_months(day: dt.date, count: int) -> dt.date | None:
    """The same day of another month; the last day of a month stays the last day, and a day too late becomes it."""
    start = _month_start(day.year, day.month + count)
    after = _month_start(day.year, day.month + count + 1)
    if start is None or after is None:
        return None
    last = after - DAY
    if (day + DAY if day < dt.date.max else day).day == 1 or day.day > last.day:
        return last
    return start.replace(day=day.day)


def shift(interval: Interval, count: int) -> Interval | None:
    """The interval moved by a number of months."""
    first = interval.first and _shift_first(interval.first, count)
    last = interval.last and shift_months(interval.last, count)
    if (interval.first and not first) or (interval.last and not last):
        return None
    if interval.first == interval.last:
        last = first
    return Interval(first, last)


def _shift_first(day: dt.date, count: int) -> dt.date | None:
    # unlike a last day, a first day that is the last of its month has no claim to stay so
    start = _month_start(day.year, day.month + count)
    moved = start and date(start.year, start.month, day.day)
    return moved or shift_months(day, count)
