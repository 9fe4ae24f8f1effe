"""The period grammar's data files, read once, and the scanning expression that is made from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from newsfacts.lexicons import read_lines


@lru_cache(maxsize=1)
def _names() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in read_lines(__package__, "names.tsv"):
        kind, spelling, value = line.split("\t")
        found.setdefault(kind, {})[spelling] = int(value)
    return found


@lru_cache(maxsize=4)
def values(kind: str) -> dict[str, int]:
    """{spelling in lower case: value} of a class of names.tsv."""
    return {spelling.lower(): value for spelling, value in _names()[kind].items()}


@lru_cache(maxsize=1)
def named_periods() -> list[tuple[re.Pattern[str], str, str]]:
    """Pattern, first and last day of each period that has a name."""
    rows = (line.split("\t") for line in read_lines(__package__, "named_periods.tsv"))
    return [(re.compile(pattern, re.IGNORECASE), first, last) for pattern, first, last in rows]


@lru_cache(maxsize=1)
def holidays() -> list[tuple[re.Pattern[str], str]]:
    """Pattern and day of each holiday: month and day, or how many days after Easter."""
    rows = (line.split("\t") for line in read_lines(__package__, "holidays.tsv"))
    return [(re.compile(pattern.replace("'", "['’]"), re.IGNORECASE), day) for pattern, day in rows]


@lru_cache(maxsize=1)
def future() -> re.Pattern[str]:
    """Matches a word that sets what follows in the future."""
    return re.compile(
        r"\b(?:" + "|".join(map(re.escape, read_lines(__package__, "future_words.txt"))) + r")\b", re.IGNORECASE
    )


def _alternatives(spellings: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, spellings), key=len, reverse=True))


def _either(kind: str) -> str:
    return _alternatives(_names()[kind])


def _full_months() -> list[str]:
    """Names of months that are no abbreviations, behind which a full stop is one."""
    names = [name for name in _names()["month"] if len(name) > 4 or name in ("June", "July", "May")]
    return names + [name.upper() for name in names]


@lru_cache(maxsize=1)
def scanner() -> re.Pattern[str]:
    """One expression for all time expressions; the named group that matched says which kind it is.

    Inside a kind the parts have names that begin with its letter, since a name may stand once in an expression.
    """
    # names of months and days in the case of names: "may" and "sat" are other words
    months = _alternatives([*_names()["month"], *(name.upper() for name in _names()["month"])])
    month = rf"(?-i:(?:{months})(?![A-Za-z])(?:(?<!{')(?<!'.join(_full_months())})\.)?)"
    weekday = rf"(?-i:(?:{_either('weekday')})\b(?:(?<!day)\.)?)"
    number = _either("number")
    ordinal = _either("ordinal")
    year, day = r"(?:19|20)\d\d(?![\d,]\d|\d)", r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d|[.,]\d|%|\s?per\s?cent)"
    when = r"(?:this|last|next|the previous|the same|that)\syear|the\syear"
    date = rf"(?:{day}\s(?:of\s)?{month}|{month}\s{day}|{month})(?:,?\s{year})?"
    edge = r",?\s(?:to|through|up to|until|(?:(?:that|which)\s)?(?:has\s)?(?:ended|ends|ending|closed|closes|closing))\s(?:in\s|on\s)?(?:the\send\sof\s|end-)?"
    begin = r",?\s(?:(?:(?:that|which)\s)?(?:began|begins|started|starts)|starting|beginning)\s(?:in\s|on\s|from\s)?"
    to = r"(?:\s?[-–—]\s?|\sto\s|\sthrough\s|\suntil\s|(?(g_between)\sand\s|(?!)))"
    count = rf"(?:{number}|\d{{1,2}})"
    kinds = {
        "holiday": rf"(?<!lunar\s)(?<!chinese\s)(?P<k_name>{'|'.join(pattern.pattern for pattern, _ in holidays())})"
        rf"(?!\s(?:[a-z-]*\s)?(?:holidays?|break|festival|week|season|period|market|shopping|sales|trading|trade|quarter|rush|travel|orders|gifts?|trees?|cards?|eve)\b)"
        rf"(?:,?\s(?P<k_year>{year}))?(?!['’-]\w)",
        "days": rf"(?:(?:from|(?P<g_between>between))\s)?(?:(?P<g_month>{month})\s(?P<g_first>{day}){to}(?:(?P<g_other>{month})\s)?(?P<g_last>{day})"
        rf"|(?P<g_first2>{day})(?:\s(?P<g_month2>{month}))?{to}(?P<g_last2>{day})\s(?:of\s)?(?P<g_other2>{month}))(?:,?\s(?P<g_year>{year}))?"
        rf"|(?P<g_from>{weekday})\s(?:through|to)\s(?P<g_to>{weekday})",
        "iso": r"(?:19|20)\d\d-\d\d-\d\d(?!\d)",
        "ending": rf"(?:the\s)?(?:(?P<e_count>{count})[\s-](?P<e_unit>months?|weeks?|days?|years?)|(?P<e_whole>(?:(?:fiscal|financial)\s)?(?:(?:{ordinal})[\s-])?"
        rf"(?:half[\s-]year|half|quarter)|(?:fiscal\s|financial\s|full\s|business\s|marketing\s|crop\s)?year|week|month|decade|fiscal\s{year}(?:[-/]\d\d)?))"
        rf"(?:(?:{edge})(?P<e_date>{date}|{weekday}|{year})|{begin}(?P<e_begin>{date}))",
        "months": rf"(?:(?:from|between)\s)?(?P<m_first>{month})(?:\s(?P<m_year>{year}))?(?P<m_join>\s?[-–—/]\s?|\sto\s|"
        rf"\sthrough\s|\sand\s)(?P<m_last>{month})(?!\s\d{{1,2}}\b(?!\s?\d))(?:,?\s(?:of\s)?(?P<m_when>{year}|{when}))?",
        "date": rf"(?:{weekday},?\s)?(?:{day}\s(?:of\s)?{month}(?:,?\s{year})?|{month}\s{day}(?:,?\s{year})?)",
        "relative": r"(?P<r_which>last|this|next|the\spast|the\scurrent)\s(?:calendar\s)?(?P<r_unit>year|quarter|month|week|half)\b(?!\s(?:of|in)\s)",
        "month_part": rf"(?:the\s)?(?P<u_which>{ordinal})[\s-](?:(?P<u_count>{count})\s)?(?P<u_unit>half|days?|weeks?)\s(?:of|in)\s(?P<u_month>{month})"
        rf"(?:,?\s(?P<u_year>{year}))?",
        "part": rf"(?:the\s)?(?:year's\s)?(?P<p_which>{ordinal})[\s-](?:(?P<p_count>{count})\s(?P<p_unit>months|quarters)|"
        rf"(?P<p_whole>half[\s-]year|half|quarter|semester|trimester))(?:\s(?:of|in)\s(?P<p_when>{year}|{when}|"
        rf"(?:fiscal|FY)\s?{year})|\s(?P<p_year>{year}))?",
        "ellipsis": r"the\s(?P<y_which>first|second|third|fourth)(?=[,.;)]|\s(?:was|were|and|from|to|in|as|with|when|after|but|than)\b|\s*\Z)",
        "code": rf"(?:the\s)?(?P<c_part>[QH][1-4]|[1-4][QH]|[369]M)(?![A-Za-z])(?:(?:\s(?:of\s)?|/|-|)(?:FY\s?)?(?P<c_year>{year}|\d\d\b))?"
        rf"|(?P<c_part2>[1-4][QH])(?P<c_year2>\d\d)\b",
        "month_quarter": rf"(?:the\s)?(?P<q_month>{month})(?:[-–](?P<q_last>{month}))?\squarter",
        "end": rf"(?:the\s)?(?:very\s)?(?P<n_side>end|close|start|beginning|turn)(?:[\s-]of[\s-](?:the\s)?|-)(?P<n_what>{month}(?:\s{year})?|{year}|"
        rf"(?:last|this|next)\s(?:year|month|quarter|week)|{when}|year|month|quarter|week)"
        rf"|(?:the\s)?(?P<n_mid>mid-year|middle\sof\sthe\syear)|(?:the\s)?(?P<n_year_end>year-end|year's\send)(?:\s(?P<n_year>{year}))?",
        "month": rf"(?:(?P<o_last>last|next|this)\s)?(?:(?:early|mid|late)[\s-])?(?P<o_month>{month})"
        rf"(?:,?\s(?:of\s)?(?P<o_when>{year}|{when}))?",
        "fiscal": rf"(?:the\s)?(?:full\s)?(?:(?:fiscal|financial)(?:\syear)?|FY)\s?(?P<f_year>{year}|\d\d\b)(?:[-–/](?P<f_to>\d{{2,4}}))?",
        "years": rf"(?:from\s|(?P<y_between>between\s))?(?P<y_first>{year})(?:(?:\s?[-–/]\s?|\sto\s|\sthrough\s|\sor\s|(?(y_between)\sand\s|(?!)))(?P<y_last>{year})|[-–/](?P<y_short>\d\d\b))",
        "decade": r"(?:the\s)?(?:(?P<d_part>early|mid|late)[\s-])?(?P<d_decade>(?:19|20)\d0)s\b",
        "year": rf"(?:the\s(?:whole\sof\s|full\s)?year\s|(?P<a_part>early|mid|late)[\s-])?(?P<a_year>{year})(?![-–]\d|\s?[A-Za-z]?[-–][A-Za-z]|[A-Za-z])",
        "same": rf"(?:the\s)?(?:same|corresponding|equivalent|comparable|year-earlier|year-ago)\s(?:(?P<s_count>{count})\smonths|period|quarter|month|time|months|stretch|point|half(?:[\s-]year)?)"
        rf"(?:\s(?:of|in)?\s?(?:the\s)?(?P<s_when>{year}|{when}|previous\syear|a\syear\s(?:earlier|ago|before)))?",
        "earlier": rf"(?:a|one|the)\syear\s(?:earlier|before|previously|back)|a\syear\sago|twelve\smonths\s(?:before|earlier|ago)"
        rf"|(?:(?P<b_months>{count})\smonths|(?P<b_years>{count})\syears)\s(?:earlier|before|previously)",
        "previous": r"(?:the\s)?(?:previous|preceding|prior)\s(?P<v_unit>year|quarter|month|week|day)(?!s|-)"
        r"|(?:the|a|one)\s(?P<v_before>quarter|month|week|day)\s(?:before|earlier|previously)",
        "ago": rf"(?:{count}|a|an)\s(?:days?|weeks?|months?|years?)\sago",
        "whole": r"the\s(?:whole|full|entire)\syear|the\syear\sas\sa\swhole|full[\s-]year|all\syear|(?P<l_half>half[\s-]year(?:ly)?)",
        "past": rf"(?:the|in|over)\s(?:past|last)\s(?P<t_count>{count})\s(?P<t_unit>years|months|weeks|days|quarters)",
        "so_far": r"so\sfar\sthis\syear|this\syear\sso\sfar|year-to-date|the\syear\sso\sfar|the\syear\sto\sdate",
        "weekday": rf"(?:(?:last|next)\s)?(?P<w_day>{weekday})(?:\s(?:morning|night|evening|afternoon))?",
        "just": r"the\s(?P<j_unit>year|quarter|month|week)\s(?:that\s(?:has\s)?)?(?:just\s(?:ended|gone|finished|past|closed)|gone\sby)",
        "day": r"yesterday|last\snight|today|tomorrow|tonight|this\smorning|this\safternoon",
        "now": r"now(?!\w)|currently|at\spresent|at\sthe\smoment|nowadays|these\sdays",
        "anaphor": rf"(?:the|that|this|those|these)\s(?:(?P<h_count>{count})\s(?P<h_unit>months|quarters|weeks|years)|(?P<h_whole>period|"
        rf"quarter|half[\s-]year|half|month|year)\b(?!-))",
        "season": rf"(?P<x_which>last|this|next)\s(?P<x_season>{_either('season')})\b(?!\sin\b|\s(?:festival|games|olympics))"
        rf"|(?:the\s)?(?:{_either('season')})\s(?:of\s)?{year}",
        "named": "|".join(rf"(?:the\s)?(?:{pattern.pattern})" for pattern, _, _ in named_periods()),
    }
    # what an expression may begin with, so that the many others are not tried at every word
    named = [*_names()["month"], *_names()["weekday"], *_names()["ordinal"], *_names()["number"], *_names()["season"]]
    opening = rf"(?=(?:the\s)?(?:very\s)?(?:\d|[QH][1-4]|FY|{_alternatives({*read_lines(__package__, 'openings.txt'), *(name[:3].lower() for name in named)})}))"
    body = "|".join(rf"(?P<{name}>{pattern})" for name, pattern in kinds.items())
    return re.compile(
        rf"(?<![\w$£€¥.,])(?P<prefix>(?:since|by|until|till|before|after|from|through|at|between\snow\sand)\s)?{opening}(?:{body})(?![\w])",
        re.IGNORECASE,
    )
