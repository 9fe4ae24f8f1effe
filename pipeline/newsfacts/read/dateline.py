"""The publication date that a page prints: in a label, a dateline, a line of its own, or its address.

Dates in the story are never taken: a date counts only where it stands in a label ("Published: ..."), in a dateline, or
in a line above the story that holds nothing but names and dates. In doubt there is none.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import lru_cache

from newsfacts.lexicons import read_lines
from newsfacts.read.furniture import Line, is_prose, split_lines

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)"
_FULL = (
    rf"(?:{_WEEKDAY}(?:{_MONTH}\s*{_DAY},?\s*{_YEAR}|{_DAY}(?:\s+of)?[\s-]*{_MONTH},?[\s-]*{_YEAR})"
    rf"|{_YEAR}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?\d{{1,2}}(?!\d)|(?<!\d)\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR})"
)
_SHORT = rf"{_WEEKDAY}(?:{_MONTH}\s*{_DAY}|{_DAY}\s+{_MONTH})"
_CLOCK = r"(?:\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:\(?(?:[A-Z]{2,5}|GMT[+-]\d+)\)?)?[,\s|-]*)?"
_WORD = r"[^\W\d_a-z][\w'’.]*"
_PLACE = rf"{_WORD}(?:(?:[ /-]|, ?)(?:(?:and|de|del|la|of|the|do|da|al|upon|in|on) )?{_WORD}){{0,7}}"
_DASH = r"(?:--+|[—–_-])"
_DATELINE = re.compile(
    rf"{_PLACE}(?:,\s*|\s+[-–—]\s*|\s*\(|\s+)(?i:(?P<full>{_FULL})|(?P<short>{_SHORT}))\)?,?\s*"
    rf"(?P<agency>\([^)\n]{{2,50}}\)|/[^/\n]{{2,40}}/)?\s*(?P<dash>{_DASH}|:(?=\s*[\"“]))?"
)
_PLACE_ALONE = re.compile(
    rf"{_PLACE}\s*(?:{_DASH}\s*)?\([^\W\d_a-z][^)\n]{{1,40}}\)\s*{_DASH}"
    rf"|[^\W\d_a-z]{{3,}}[^a-z\n]{{0,40}}\s{_DASH}\s"
)
_ANY_DATE = re.compile(rf"(?P<on>\bon\s+)?(?i:(?P<date>{_FULL}))")
_SENTENCE = re.compile(
    r".+?(?:(?<!\b[A-Z])(?<!\b(?:Inc|Ltd|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec))(?<!\b(?:Co|No|St))[.!?](?=\s|$)|$)"
)
_REPORTED = re.compile(
    r"\b(?:said|announced|reported|told|signed|launched|unveiled|rose|fell|gained|lost|agreed|\w{2,}ed)\b"
)
_NO_PLACE = re.compile(r"(?:In|On|At|By|From|Since|Until|Till|For|After|Before|As|The|This|Between|During|Last|Next)\b")
_NAME_LINE = re.compile(
    r"(?:(?i:by|words|text|from|source|author|writer|reporter|editor)\b:?\s+)?(?P<names>[^\d\n]{0,90}?)[,\s(-]*"
    rf"(?i:{_CLOCK}(?P<date>{_FULL})[,\s|-]*(?:at\s+)?{_CLOCK})(?:[A-Za-z ]{{0,24}}\b(?i:time))?\)?"
)
_CUT = re.compile(r"\s*[|│·•●▪/]+\s+|\s+[-–—]\s+|\t\s*|\s{3,}|\s{2}(?=\S)")
HEAD_PROSE = 1
"""Lines of prose (a standfirst) that may stand above a line with the date."""


@lru_cache(maxsize=1)
def _cues() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    cues: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for line in read_lines(__package__, "dateline_cues.tsv"):
        kind, order, pattern = line.split("\t")
        pattern = pattern.replace("{date}", f"(?P<date>{_FULL})").replace("{time}", _CLOCK)
        cues.setdefault(kind, []).append((order, re.compile(pattern, re.IGNORECASE | re.MULTILINE)))
    return cues


@lru_cache(maxsize=4096)
def parse_day(words: str, order: str = "-") -> dt.date | None:
    """Read a full date ("Nov. 17, 2021", "2024-05-07", "7 May 2024"); None if it is none or can be read in two ways.

    ``order`` is the order of day and month in a date of figures and slashes: "MDY", "DMY", or "-" if unknown.
    """
    clean = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", re.sub(r"\s+", " ", words.replace("of ", ""))).strip(" .,")
    clean = re.sub(r"\bsept\b", "sep", clean, flags=re.IGNORECASE)
    clean = re.sub(r"\s?([-/.])\s?(?=\d)", r"\1", clean)
    if "." in clean and re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", clean):
        orders = ["DMY"]
    elif re.match(r"\d{4}\b", clean):
        orders = ["YMD"]
    else:
        orders = ["MDY", "DMY"] if order == "-" and "/" in clean else [order if order != "-" else "MDY"]
    days = {_read(clean, each) for each in orders} - {None}
    return days.pop() if len(days) == 1 else None


def _read(words: str, order: str) -> dt.date | None:
    import dateparser

    moment: dt.datetime | None = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "DATE_ORDER": order,
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
            "RELATIVE_BASE": dt.datetime(2000, 1, 1),
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    figures = re.split(r"[-/.]", words)
    if moment is None or not 1900 <= moment.year < 2100:
        return None
    if len(figures) == 3 and all(figure.isdecimal() for figure in figures):  # dateparser swaps day and month to fit
        parts = dict(zip(order, map(int, figures), strict=True))
        return moment.date() if (parts["D"], parts["M"]) == (moment.day, moment.month) else None
    return moment.date()


def find_published(text: str, url: str | None = None) -> str | None:
    """Find the day of publication that a page prints.

    Taken in this order: a label ("Published: ..."), a dateline with its year, the address, a line of names and dates
    above the story, a dateline whose year stands elsewhere on the page, a label of the last update, the day on which
    something was said by the first sentence behind a dateline that has no date. Returns an ISO 8601 date, or None where
    the page prints none or its dates do not agree.
    """
    lines = split_lines(text)
    body = [index for index, line in enumerate(lines) if is_prose(line.text)]
    head = lines[: body[HEAD_PROSE] + 1] if len(body) > HEAD_PROSE else lines
    outside = [line for line in lines if 0 < len(line.text) <= 240]
    day = (
        _labelled(outside, "published")
        or _dateline(head)
        or _from_url(url)
        or _name_line(head)
        or _short_dateline(head, outside, url)
        or _first_sentence(lines, body)
    )
    return day.isoformat() if day else None


def _labelled(lines: list[Line], kind: str) -> dt.date | None:
    """The date behind a label, of the first line that has one."""
    for line in lines:
        if is_prose(line.text) and not line.text.startswith("("):
            continue
        for order, pattern in _cues()[kind]:
            for match in pattern.finditer(line.text):
                before = line.text[: match.start()]
                if not before[-1:].isalnum() and not _is_sentence(before) and (day := parse_day(match["date"], order)):
                    return day
    return None


def _is_sentence(words: str) -> bool:
    """Whether a line's words before a label are running text, as in "the list, published on ..."."""
    part = _CUT.split(words)[-1]
    return bool(re.search(r"[a-z]\S* +\S*[a-z]\S* +\S*[a-z]\S* *$", part))


def has_dateline(line: str) -> bool:
    """Whether a line opens with a dateline ("HANOI, June 12 (Reuters) - ...")."""
    return bool(_datelines([Line(0, len(line), line)])) or bool(_PLACE_ALONE.match(line))


def without_dateline(line: str) -> str:
    """Return what follows the dateline that a line opens with; the line where it has none."""
    match = next(iter(_datelines([Line(0, len(line), line)])), None) or _PLACE_ALONE.match(line)
    return line[match.end() :] if match else line


def _datelines(lines: list[Line]) -> list[re.Match[str]]:
    found = []
    for line in lines:
        match = None if _NO_PLACE.match(line.text) else _DATELINE.match(line.text)
        if match and (match["agency"] or match["dash"]) and len(line.text) > match.end():
            found.append(match)
    return found


def _dateline(lines: list[Line]) -> dt.date | None:
    return next((parse_day(m["full"]) for m in _datelines(lines) if m["full"]), None)


def _from_url(url: str | None) -> dt.date | None:
    days = set()
    for _, pattern in _cues()["url"]:
        for match in pattern.finditer(url or ""):
            month = match["m"].lower()
            number = MONTHS.index(month) + 1 if month in MONTHS else int(month)
            with suppress(ValueError):  # 31 June and the like
                days.add(dt.date(int(match["y"]), number, int(match["d"])))
    return days.pop() if len(days) == 1 else None


def _name_line(lines: list[Line]) -> dt.date | None:
    """The date of a line above the story that holds names and dates alone; None where two such lines differ."""
    days = set()
    for line in lines:
        if not line.text or len(line.text) > 240 or is_prose(line.text):
            continue
        for part in (line.text, *_CUT.split(line.text)):
            match = _NAME_LINE.fullmatch(part.strip(" ()[]"))
            if match and _names(match["names"]) and (day := parse_day(match["date"])):
                days.add(day)
                break
    return days.pop() if len(days) == 1 else None


def _names(words: str) -> bool:
    """Whether words are names (of an author, an outlet, a place), as far as their capitals tell."""
    if any(pattern.search(words) for _, pattern in _cues()["event"]):
        return False
    tokens = re.findall(r"[^\W\d_][\w'’.-]*", words)
    small = {"of", "the", "and", "de", "for", "in", "by", "our", "at", "on", "staff", "reporter", "reporters", "writer"}
    return len(tokens) <= 9 and all(token[0].isupper() or token in small for token in tokens)


def _short_dateline(head: list[Line], outside: list[Line], url: str | None) -> dt.date | None:
    """A dateline whose year another date or the copyright line gives; else the day of the last update alone."""
    updated = _labelled(outside, "updated")
    short = next((match["short"] for match in _datelines(head) if match["short"]), None)
    if short is None:
        return updated
    if updated:
        days = [day for year in (updated.year, updated.year - 1) if (day := parse_day(f"{short}, {year}"))]
        return next((day for day in days if 0 <= (updated - day).days <= 31), None)
    years = {int(m["y"]) for line in outside for _, p in _cues()["copyright"] for m in p.finditer(line.text)}
    if url:
        years |= {int(year) for year in re.findall(rf"/({_YEAR})(?=[/-])", url)}
    return parse_day(f"{short}, {years.pop()}") if len(years) == 1 else None


def _first_sentence(lines: list[Line], body: list[int]) -> dt.date | None:
    """The day on which the first sentence says that something was said or done, behind a dateline without a date."""
    line = lines[body[0]].text if body else ""
    dateline = (
        None if _NO_PLACE.match(line) or _datelines([lines[body[0]]] if body else []) else _PLACE_ALONE.match(line)
    )
    if not dateline:
        return None
    sentence = _SENTENCE.match(line, dateline.end())
    words = sentence[0] if sentence else ""
    dates = list(_ANY_DATE.finditer(words))
    if len(dates) != 1 or not _REPORTED.search(words) or any(p.search(words) for _, p in _cues()["not today"]):
        return None
    return parse_day(dates[0]["date"]) if dates[0]["on"] else None
