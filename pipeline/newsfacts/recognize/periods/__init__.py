"""Periods: time expressions and the dates that they stand for.

A period is a dict: start, end (code points), text, from and to (inclusive ISO dates; None where they cannot be known or
the period is open), rule (which rule of the grammar read it), reference (published, text or None: what it was resolved
against) and origin (grammar, or dateparser where it read the day).
"""

from newsfacts.recognize.periods.component import Periods, make_periods
from newsfacts.recognize.periods.finding import Period, coming, find_periods, resolve_period

__all__ = ["Period", "Periods", "coming", "find_periods", "make_periods", "resolve_period"]
