"""The one expression that finds every time expression, put together from the words of the data files.

Each kind of expression is a named group; the rule of the same name in days.py, months.py, years.py or references.py
reads its dates. Inside a kind the parts have names that begin with the kind's letter, since a name may stand only once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from newsfacts.lexicons import read_lines
from newsfacts.recognize.periods import lexicon

_PREFIX = r"(?:since|by|until|till|before|after|from|through|at|between\snow\sand)\s"


def _any(spellings: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, spellings), key=len, reverse=True))


def _class(kind: str) -> str:
    """Any spelling of a class of names.tsv."""
    return rf"(?:{_any(lexicon.spellings(kind))})"


def _month() -> str:
    """A month in the case of a name, since "may" and "mar" are other words; "Sept." with its full stop."""
    names = [*lexicon.spellings("month"), *(name.upper() for name in lexicon.spellings("month"))]
    full = [name for name in names if len(name) > 4 or name.title() in ("June", "July", "May")]
    not_full = "".join(rf"(?<!{name})" for name in full)
    return rf"(?-i:(?:{_any(names)})(?![A-Za-z])(?:{not_full}\.)?)"


def _kinds() -> dict[str, str]:
    """Kind: verbose expression. Where two kinds match at a place, the one that stands first here wins."""
    month, ordinal = _month(), _class("ordinal")
    weekday = rf"(?-i:{_class('weekday')}\b(?:(?<!day)\.)?)"
    count = rf"(?:{_class('number')}|\d{{1,2}})"
    year = r"(?:19|20)\d\d(?![\d,]\d|\d)"
    estimate = r"(?-i:[EF](?!\w))?"  # analysts' mark of a year to come
    day = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?!\d|[.,]\d|%|\s?per\s?cent)"
    fiscal = r"(?:fiscal|financial|business)"
    when = rf"(?:(?:this|last|next|the\sprevious|the\ssame|that)\syear|the\syear(?!\s{year}))"
    date = rf"(?:(?:{day}\s(?:of\s)?{month}|{month}\s{day}|{month})(?:,?\s{year})?)"
    to = r"(?:\s?[-–—]\s?|\sto\s|\sthrough\s|\suntil\s|(?(g_between)\sand\s|(?!)))"
    which = r"(?:(?:that|which)\s)?(?:has\s)?"
    ends = rf"""(?:,?\s(?:to|through|up\sto|(?<!\ba\syear\s)(?<!\bevery\syear\s)until|
        {which}(?:ended|ends|ending|closed|closes|closing))\s(?:in\s|on\s)?(?:the\send\sof\s|end-)?)"""
    begins = r"""(?:,?\s(?:(?:(?:that|which)\s)?(?:began|begins|started|starts)|starting|beginning)
        \s(?:in\s|on\s|from\s)?)"""
    festival = f"(?:{'|'.join(read_lines(__package__, 'festivals.txt'))})"
    holiday = "|".join(pattern.pattern for pattern, _ in lexicon.holidays())
    seasons = _class("season")
    named = "|".join(pattern.pattern for pattern, _, _ in lexicon.named_periods())
    return {
        # the three-day New Year holiday, Golden Week, over Christmas, since Ramadan
        "festival": rf"""(?:(?:the|this|last|next)\s)?(?:{count}-day\s)?{festival}
                \s(?:(?:public\s)?holidays?|break|festival|golden\sweek|weekend|holiday\speriod)(?:\s(?:of\s)?{year})?
            | (?:(?:the|this|last|next)\s)?(?:{count}-day\s)?golden\sweek(?:\s(?:of\s)?{year})?
            | (?:over|around|during)\s(?:the\s)?{festival}(?:\s{year})?(?!\s[A-Z])
            | (?:(?(prefix)|(?<=\bin\s)))(?!(?:{holiday})\b){festival}(?!\s[A-Z])""",
        # Christmas, New Year's Eve 2020, Thanksgiving; not the Christmas season
        "holiday": rf"""(?<!lunar\s)(?<!chinese\s)(?:last\s)?(?P<k_name>{holiday})
            (?!\s(?:[a-z-]*\s)?(?:holidays?|break|festival|week|season|period|market|shopping|sales|trading|trade|
                quarter|rush|travel|orders|gifts?|trees?|cards?|eve)\b)
            (?:,?\s(?P<k_year>{year}))?(?!['’-]\w)""",
        # from October 1 to 7, 3 to 9 June 2020, Friday through Sunday
        "days": rf"""(?:(?:from|(?P<g_between>between))\s)?
            (?:(?P<g_month>{month})\s(?P<g_first>{day}){to}(?:(?P<g_other>{month})\s)?(?P<g_last>{day})
            |(?P<g_first2>{day})(?:\s(?P<g_month2>{month}))?{to}(?P<g_last2>{day})\s(?:of\s)?(?P<g_other2>{month}))
            (?:,?\s(?P<g_year>{year}))?
            | (?P<g_from>{weekday})\s(?:through|to)\s(?P<g_to>{weekday})""",
        "iso": r"(?:19|20)\d\d-\d\d-\d\d(?!\d)",
        # the three months to December, fiscal 2024 that ended June 30, the year that began on 8 July
        "ending": rf"""(?:the\s)?(?:(?P<e_count>{count})[\s-](?P<e_unit>months?|weeks?|days?|years?)
            |(?P<e_whole>(?:(?:fiscal|financial)\s)?(?:{ordinal}[\s-])?(?:half[\s-]year|half|quarter)
                |(?:(?:{fiscal}|full|marketing|crop)\s)?year(?:\s{year})?|week|month|decade|fortnight
                |fiscal\s{year}(?:[-/]\d\d)?))
            (?:{ends}(?:last\s)?(?P<e_date>{date}|{weekday}|{year})|{begins}(?P<e_begin>{date}))""",
        # January-June 2023, from November to February
        "months": rf"""(?:(?:from|between)\s)?(?P<m_first>{month})(?:\s(?P<m_year>{year}))?
            (?P<m_join>\s?[-–—/]\s?|\sto\s|\sthrough\s|\sand\s)(?P<m_last>{month})(?!\s\d{{1,2}}\b(?!\s?\d))
            (?:,?\s(?:of\s)?(?P<m_when>{year}|{when}))?""",
        # Friday 22 April, March 3, 2019
        "date": rf"""(?:{weekday},?\s)?
            (?:{day}\s(?:of\s)?{month}(?:,?\s{year})?|{month}\s{day}(?:,?\s{year})?)""",
        # last year, this quarter, all of next month
        "relative": rf"""(?:(?:all|the\swhole)\sof\s)?(?P<r_which>last|this|next|the\spast|the\scurrent)
            \s(?:calendar\s)?(?P<r_unit>year|quarter|month|week|half)\b(?!\s(?:of|in)\s)(?!['’]s\s{ordinal}[\s-])""",
        # the second half of July, the first ten days of March
        "month_part": rf"""(?:the\s)?(?P<u_which>{ordinal})[\s-](?:(?P<u_count>{count})\s)?(?P<u_unit>half|days?|weeks?)
            \s(?:of|in)\s(?P<u_month>{month})(?:,?\s(?P<u_year>{year}))?""",
        # the first nine months, first-half, the fiscal second quarter, the third quarter of FY27
        "part": rf"""(?:the\s(?:year's\s)?|year's\s|(?P<p_whose>(?:last|this|next)\syear)['’]s\s)?
            (?P<p_fiscal>(?:fiscal|financial)[\s-])?(?P<p_which>{ordinal})[\s-]
            (?:(?P<p_count>{count})\s(?P<p_unit>months|quarters)
            |(?P<p_whole>half[\s-]year|half|quarter|semester|trimester))
            (?:\s(?:of|in)\s(?P<p_when>{year}|{when}|
                (?:the\s)?(?:FY|{fiscal}(?:\syear)?)\s?(?:{year}|\d\d\b)(?:[-/]\d\d\b)?|
                (?:the\s(?:current\s)?|this\s|last\s|its\s|their\s|(?:the\s)?\w+['’]s\s){fiscal}(?:\syear)?
                    (?:\s{year}(?:/\d\d)?)?)
            |\s(?P<p_year>{year}))?""",
        # in the third quarter ..., and the fourth
        "ellipsis": r"""the\s(?P<y_which>first|second|third|fourth)
            (?=[,.;)]|\s(?:was|were|and|from|to|in|as|with|when|after|but|than)\b|\s*\Z)""",
        # Q3 2022, 1H22, 9M, H1 FY25, Q3 last year; not "9m people", nor the company 3M
        "code": rf"""(?:the\s)?(?P<c_part>[QH][1-4]|[1-4][QH]|(?-i:9M|[36]M(?=\s?(?:FY|{year}))))(?![A-Za-z])
            (?:\s(?:of\s)?(?P<c_when>{when})|(?:\s(?:of\s)?|/|-|)(?:FY\s?)?(?P<c_year>{year}|\d\d\b))?
            | (?P<c_part2>[1-4][QH])(?P<c_year2>\d\d)\b""",
        # the March quarter, the January-March quarter, the July-September period
        "month_quarter": rf"""(?:the\s)?(?P<q_month>{month})(?:[-–](?P<q_last>{month}))?\squarter
            | the\s(?P<q_month2>{month})[-–](?P<q_last2>{month})\s(?:period|stretch)
                (?:\s(?:of\s)?(?P<q_year>{year}))?""",
        # by the end of 2026, year-end, mid-year, period-end
        "end": rf"""(?:the\s)?(?:very\s)?(?P<n_side>end|close|start|beginning|turn)(?:[\s-]of[\s-](?:the\s)?|-)
                (?P<n_what>{month}(?:\s{year})?|{year}|(?:last|this|next)\s(?:year|month|quarter|week)|{when}|
                year|month|quarter|week|decade|{named})
            | (?:the\s)?(?P<n_mid>mid-year|middle\sof\sthe\syear)
            | (?:the\s)?(?P<n_year_end>year[\s-]end|year's\send)(?:\s(?P<n_year>{year}))?
            | (?:the\s)?(?P<n_period>period[\s-]end|end\sof\s(?:the\s|that\s)?period)""",
        # March 2022, last June, late May
        "month": rf"""(?:(?P<o_last>last|next|this)\s)?(?:(?:early|mid|late)[\s-])?(?P<o_month>{month})
            (?:,?\s(?:of\s)?(?P<o_when>{year}|{when}))?""",
        # fiscal 2025, FY24, FY25E, the financial year 2023-24
        "fiscal": rf"""(?:the\s)?(?:full\s)?(?:{fiscal}\syear|fiscal|FY)\s?
            (?P<f_year>(?:{year}|\d\d(?=\b|[EF]\b))(?:[-/]\d\d\b)?){estimate}""",
        # this fiscal year, so far this financial year, the previous fiscal
        "fiscal_now": rf"""(?:so\sfar\s)?
            (?P<z_which>this|last|next|(?:the\s)?(?:current|previous|preceding|prior)|the)\s
            (?:{fiscal}\syear|(?<!the\s)fiscal(?=[,.;:)]|\s*\Z|\s(?:and|was|were|from|to|in|on|by|as)\b))""",
        # from 2016 to 2020, 2012-13
        "years": rf"""(?:from\s|(?P<y_between>between\s))?(?P<y_first>{year})
            (?:(?:\s?[-–/]\s?|\sto\s|\sthrough\s|\sor\s|(?(y_between)\sand\s|(?!)))(?P<y_last>{year})
            |[-–/](?P<y_short>\d\d\b))""",
        "decade": r"(?:the\s)?(?:(?P<d_part>early|mid|late)[\s-])?(?P<d_decade>(?:19|20)\d0)s\b",
        # 2022, 2025E, the whole of 2023, full year 2004, late 2019
        "year": rf"""(?:the\s(?:whole\sof\s|full\s)?year\s|(?:the\swhole|all)\sof\s|(?:the\s)?full[\s-]year\s
            |(?P<a_part>early|mid|late)[\s-])?(?P<a_year>{year}){estimate}
            (?![-–/]\d|\s?[A-Za-z]?[-–][A-Za-z]|[A-Za-z])(?:\sas\sa\swhole\b)?""",
        # the same period of last year, the corresponding quarter of the previous fiscal
        "same": rf"""(?:the\s)?(?:same|corresponding|equivalent|comparable|like|year-earlier|year-ago)\s
            (?:(?P<s_count>{count})\smonths
                |(?P<s_unit>period|quarter|month|time|months|stretch|point|half(?:[\s-]year)?|week|year(?!s|-)))
            (?:\s(?:of|in)?\s?(?:the\s)?(?P<s_when>{year}(?![-–/]\d)|{when}|(?:previous|last|preceding)\s{fiscal}(?:\syear)?|
                previous\syear|(?:a\s)?year\s(?:earlier|ago|before)))?""",
        # a year earlier, three months before, a decade ago
        "earlier": rf"""(?:a|one|the)\syear\s(?:earlier|before|previously|back)|a\syear\sago
            | twelve\smonths\s(?:before|earlier|ago)
            | (?:(?P<b_months>{count})\smonths|(?P<b_years>{count})\syears|(?P<b_decade>a)\sdecade)
            \s(?:earlier|before|previously)""",
        # the previous quarter, a month before, the previous twelve months
        "previous": r"""(?:the\s)?(?:previous|preceding|prior)\s
                (?P<v_unit>year|quarter|month|week|day)(?!s|-)
            | (?:the|a|one)\s(?P<v_before>quarter|month|week|day)\s(?:before|earlier|previously)""",
        "ago": rf"""(?P<w_count>{count}|a|an)\s(?P<w_unit>days?|fortnight|weeks?|months?|years?|decades?)
            \s(?:ago|back)\b""",
        "whole": r"""the\s(?:whole|full|entire)\syear|the\syear\sas\sa\swhole|full[\s-]year|all\syear
            | (?P<l_half>half[\s-]year(?:ly)?)""",
        # in eleven months, nine-month profit: of the year so far, else no time
        "to_date": rf"""(?:(?<=\bin\s)|(?<=\bover\s)|(?<=\bthrough\s)|(?<=\()|(?(prefix)|(?!)))
                (?P<i_count>{count})\smonths
                (?!\s(?:ago|to|before|after|later|earlier|from|of|until|since|through|end|or|on|old|time|away|more))
            | (?:the\s)?(?P<i_count2>three|six|nine)-month
                (?=\s(?:\w+\s)?(?:{"|".join(read_lines(__package__, "result_words.txt"))})\b)""",
        "past": rf"(?:the|in|over)\s(?:past|last|previous)\s{count}\s(?:years|months|weeks|days|quarters)",
        "so_far": r"so\sfar\sthis\syear|this\syear\sso\sfar|year-to-date|the\syear\sso\sfar|the\syear\sto\sdate",
        # last Friday, Tuesday morning trading
        "weekday": rf"""(?:(?:last|next)\s)?{weekday}(?:\s(?:morning|night|evening|afternoon|noon))?
            (?:\s(?:trading|trade)\b)?""",
        "weekend": r"(?P<weekend_which>the|this|last|next)\sweekend\b",
        "just": r"""the\s(?P<j_unit>year|quarter|month|week)
            \s(?:that\s(?:has\s)?)?(?:just\s(?:ended|gone|finished|past|closed)|gone\sby)""",
        "day": r"yesterday|last\snight|today|tomorrow|tonight|this\smorning|this\safternoon",
        "undated": "|".join(read_lines(__package__, "undated.txt")),
        # since then: what was told last
        "then": r"(?(prefix)(?<=\bsince\s)|(?!))then(?!-)",
        # in the four months, in the period, that year
        "anaphor": rf"""(?:the|that|this|those|these)\s(?:latest\s)?(?:(?P<h_count>{count})\s
            (?P<h_unit>months|quarters|weeks|years)|(?P<h_whole>period|quarter|half[\s-]year|half|month|year)\b(?!-)
            |(?<=that\s)(?P<h_day>day)\b)""",
        # last summer, the spring of 2021, in the autumn
        "season": rf"""(?P<x_which>last|this|next)\s(?P<x_season>{seasons})\b(?!\sin\b|\s(?:festival|games|olympics))
            | (?:the\s)?{seasons}\s(?:of\s)?{year}
            | (?:last|this|next)\sseason\b
            | (?:(?(prefix)|(?:(?<=\bin\s)|(?<=\bduring\s)|(?<=\bover\s))))(?:the\s)?(?:early\s|late\s)?
            (?-i:spring|summer|autumn|winter)\b(?!\s\w+\s(?:season|games)|-|\s(?:festival|games|olympics|wheat|season))""",
        "named": rf"(?:the\s)?(?:{named})",
    }


def _tree(words: set[str]) -> str:
    """Any of some words, as a tree of their letters: a word that is none of them is ruled out at its first ones."""
    by_letter: dict[str, set[str]] = {}
    for word in words:
        by_letter.setdefault(word[:1], set()).add(word[1:])
    branches = [re.escape(letter) + _tree(rest) for letter, rest in sorted(by_letter.items()) if letter]
    either = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return either if "" not in words else f"(?:{either})?" if branches else ""


def openings() -> str:
    """What an expression may begin with, so that the many others are not tried at every word."""
    names = [name for kind in ("month", "weekday", "ordinal", "number", "season") for name in lexicon.spellings(kind)]
    known = {*read_lines(__package__, "openings.txt"), *(name.lower() for name in names)}
    return rf"(?=(?:the\s)?(?:very\s)?(?:\d|[QH][1-4]|FY|{_tree(known)}(?![A-Za-z])))"


@lru_cache(maxsize=1)
def scanner() -> re.Pattern[str]:
    """The expression for all time expressions; the named group that matched says which kind it is."""
    body = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _kinds().items())
    return re.compile(
        rf"(?<![\w$£€¥.,])(?P<prefix>{_PREFIX})?{openings()}(?:{body})(?![\w])", re.IGNORECASE | re.VERBOSE
    )
