"""The data files of the period grammar, each read once."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from newsfacts.lexicons import read_lines


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in read_lines(__package__, "names.tsv"):
        kind, spelling, value = line.split("\t")
        found.setdefault(kind, {})[spelling] = int(value)
    return found


def spellings(kind: str) -> list[str]:
    """The spellings of a class of names.tsv, as they stand there."""
    return list(_names()[kind])


@lru_cache(maxsize=8)
def values(kind: str) -> dict[str, int]:
    """{spelling in lower case: value} of a class of names.tsv."""
    return {spelling.lower(): value for spelling, value in _names()[kind].items()}


@lru_cache(maxsize=1)
def named_periods() -> list[tuple[re.Pattern[str], dt.date, dt.date]]:
    """Pattern, first and last day of each period that has a name."""
    rows = (line.split("\t") for line in read_lines(__package__, "named_periods.tsv"))
    return [
        (re.compile(pattern, re.IGNORECASE), dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        for pattern, first, last in rows
    ]


def named_dates(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day of the period whose name stands in a text."""
    return next(((first, last) for pattern, first, last in named_periods() if pattern.search(text)), None)


@lru_cache(maxsize=1)
def holidays() -> list[tuple[re.Pattern[str], str]]:
    """Pattern and day of each holiday: month and day, or how many days after Easter."""
    rows = (line.split("\t") for line in read_lines(__package__, "holidays.tsv"))
    return [(re.compile(pattern.replace("'", "['’]"), re.IGNORECASE), day) for pattern, day in rows]


@lru_cache(maxsize=1)
def future() -> re.Pattern[str]:
    """Matches a word that sets what follows in the future."""
    return _any_of("future_words.txt")


@lru_cache(maxsize=1)
def ahead() -> re.Pattern[str]:
    """Matches a word behind which a year may be one to come."""
    return _any_of("ahead_words.txt")


def _any_of(file: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, read_lines(__package__, file))) + r")\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def comparing() -> re.Pattern[str]:
    """Matches the end of a text whose next words are what a number is compared with."""
    words = "|".join(re.escape(line).replace(r"\ ", r"\s") for line in read_lines(__package__, "comparing_words.txt"))
    return re.compile(rf"\b(?:{words})\s(?:[^\s;]+\s){{0,6}}?(?:(?:in|for|at|on)\s)?(?:the\s)?\Z", re.IGNORECASE)


@lru_cache(maxsize=1)
def year_cues() -> list[tuple[str, re.Pattern[str], int]]:
    """Kind, pattern and years to add of each way to tell the year of an article."""
    rows = (line.split("\t") for line in read_lines(__package__, "year_cues.tsv"))
    meanings = {
        "{year}": r"(?P<year>(?:19|20)\d\d)\b",
        "{month}": f"(?:{'|'.join(spellings('month'))})",
        "{within}": r"(?:[^.!?\n]|\.(?=\d)){0,100}?",
    }
    found = []
    for kind, cue, years in rows:
        for name, meaning in meanings.items():
            cue = cue.replace(name, meaning)
        found.append((kind, re.compile(cue, re.IGNORECASE), int(years)))
    return found


@lru_cache(maxsize=1)
def fiscal_end() -> re.Pattern[str]:
    """Matches where a text says in which month its fiscal year ends, the group "month"."""
    cues = read_lines(__package__, "fiscal_end.txt")
    months = "|".join(sorted(spellings("month"), key=len, reverse=True))
    return re.compile(rf"(?:{'|'.join(cues)})(?P<month>{months})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def before_may() -> re.Pattern[str]:
    """Matches the end of a text behind which "May" is the month."""
    words = "|".join(read_lines(__package__, "before_may.txt"))
    return re.compile(rf"(?:\b(?:{words})[\s-]|[\d,(|/–-]\s?)\Z", re.IGNORECASE)
