"""The last pass: hedges, directions and nouns from the words beside, restated amounts attached to what they restate."""

from __future__ import annotations

import re
from typing import Any

from newsfacts.recognize.quantities import lexicon
from newsfacts.recognize.quantities.model import LOOK_BACK, MOVED_BY, Found, Quantity, Value
from newsfacts.recognize.quantities.units import currency

_RESTATED = re.compile(
    r"\s?(?:[(\[]|,? or |,? i\.e\.,? |\s?[-–—]\s)(?:(?:or|about|around|approximately|roughly|nearly|almost|some|"
    r"equal to|equivalent to|equals?|just over|just under|over|under|worth|=)\s)*=?"
)
_AND_ALSO = re.compile(r"\s?[;/,]\s?")  # between restated amounts: "(£1.7m; $2.2m)"
_NO_PART = rf"(?!(?:{lexicon.cue('none')}|{lexicon.either(lexicon.number_words())})(?![\w-]))"
_PLURAL_NOUN = (
    rf"(?:{_NO_PART}(?:[a-z][a-z-]*(?<![sui'])s|{lexicon.cue('plural')}|[A-Z]{{2,}}s|i[A-Z][a-z]+s)(?![\w'’-]))"
)
_COUNTED = re.compile(
    r"(?:-odd|-plus|\+)?(?:\sor (?:more|so))?(?:\sof(?:\s(?:the|its|their|his|her|our|these|those|all))?)?"
    rf"(?:\s(?:more|fewer|extra|other|such))?\s(?P<noun>(?:{_NO_PART}(?:[A-Za-z]|\d+[A-Z])[\w&.'’-]*(?<![.])\s){{0,4}}?"
    rf"(?:(?:{lexicon.cue('compound')})\s)?{_PLURAL_NOUN})"
)
_PLUS_AFTER = re.compile(
    r"-plus|\+(?!\d)|\s(?:or|and) (?:more|higher|above|better|over|upwards?)\b(?! than)|\sand up\b"
    r"|,?\sat (?:the )?(?:very )?least\b"
)
_CARRIED = re.compile(r"\sor\s")
_TURNS = {"more than": "less_than", "higher than": "less_than", "less than": "more_than", "fewer than": "more_than"}
_NEGATIVE = re.compile(rf"(?:\b|(?=n['’]t))(?:{lexicon.cue('negative')})\s(?:[\w'’-]+\s)*\Z", re.IGNORECASE)
_CLAUSE = 40  # how far before "more than" a negation may stand
_ODD_AFTER = re.compile(r"-odd|\sor so\b|-ish|,? give or take\b|\sor thereabouts")
_LESS_AFTER = re.compile(r"\sor (?:less|fewer|lower|below)\b|\sat (?:best|most|the most)\b")
_MARK_AFTER = re.compile(rf"[\s-](?:{lexicon.cue('mark')})\b")
_PER_TIME = re.compile(
    rf"(?:\s(?!(?:{lexicon.cue('after')})\b)[a-z][\w'’-]*){{0,3}}\s(?:an?|per|each|every)\s(minute|hour|day|week|month)\b"
    r"(?!['’-]|\s(?:ago|before|earlier|later))"
)
_UP_BEFORE = re.compile(rf"\b(?:{lexicon.cue('up')})(?:\sby)?\s\Z")
_PHRASAL = re.compile(rf"\b(?:{lexicon.cue('phrasal')})\sup\s\Z")
_DOWN_BEFORE = re.compile(rf"\b(?:{lexicon.cue('down')})(?:\sby)?\s\Z")


def finish(text: str, found: list[Found]) -> list[Quantity]:
    """Hedges and directions from the words beside, restated amounts attached to what they restate."""
    finished: list[Quantity] = []
    for item in found:
        span = text[item.start : item.end]
        last = finished[-1] if finished else None
        value: Value = [_rounded(end) for end in item.value] if isinstance(item.value, list) else _rounded(item.value)
        if last is not None:
            reached = last.equivalents[-1]["end"] if last.equivalents else last.end
            again = last.equivalents and _may_restate(item, last) and _AND_ALSO.fullmatch(text, reached, item.start)
            if again or _restates(text, item, last, _RESTATED.fullmatch(text, reached, item.start)):
                last.equivalents.append(
                    {"start": item.start, "end": item.end, "text": span, "value": value, "unit": item.unit}
                )
                continue
        before, qualifier = max(0, item.start - LOOK_BACK), _qualifier(text, item)
        if qualifier == "exact" and last is not None and _CARRIED.fullmatch(text, last.end, item.start):
            qualifier = last.qualifier  # "at least 3m or 4m"
        noun = _noun(text, item)
        finished.append(
            Quantity(
                start=item.start,
                end=item.end,
                text=span,
                value=value,
                unit=_unit(text, item, noun),
                type=item.type,
                qualifier=qualifier,
                direction=_direction(text, item, before),
                noun=noun,
                origin=item.origin,
                other=_other(item),
            )
        )
    return finished


def _unit(text: str, item: Found, noun: str | None) -> str:
    """The unit; counts keep a day, a month and the like that stand behind what is counted, but not a year."""
    counted = noun.rpartition(" ")[2].lower() if noun and item.type == "count" else ""
    unit = lexicon.counted_units().get(counted, item.unit)
    per = _PER_TIME.match(text, item.end) if item.bare else None
    return f"{unit}/{per[1]}" if per else unit


def _other(item: Found) -> dict[str, Any] | None:
    if item.other is None:
        return None
    value, unit, kind = item.other
    ends = [_rounded(end) for end in value] if isinstance(value, list) else _rounded(value)
    return {"value": ends, "unit": unit, "type": kind}


def _restates(text: str, item: Found, last: Quantity, between: re.Match[str] | None) -> bool:
    """Whether an amount in brackets or behind "or" is the one before it over again."""
    if between is None:
        return False
    if _may_restate(item, last):
        return True
    if item.type == last.type == "measure":
        return item.unit != last.unit and between[0].lstrip()[:1] in "(["
    if not between[0].lstrip(", ").startswith("or "):
        return False
    if item.type != "percent" or last.type == "percent":
        return False
    if last.type == "index_point":
        return True
    moved = last.direction or MOVED_BY.search(text, max(0, last.start - LOOK_BACK), last.start)
    return bool(moved) and last.type in ("money", "measure") and not text.startswith((" of", " above"), item.end)


def _may_restate(item: Found, last: Quantity) -> bool:
    """Whether two amounts beside each other may be one in two currencies; a price after a sum is another fact."""
    if not item.type == last.type == "money" or currency(item.unit) == currency(last.unit):
        return False
    return "/" in last.unit or "/" not in item.unit


def _rounded(number: float) -> float:
    """Without the noise of binary fractions: 19.9 billion is 19900000000, not 19899999999.999996."""
    rounded = float(f"{number:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def _qualifier(text: str, item: Found) -> str:
    if _PLUS_AFTER.match(text, item.end):
        return "more_than"
    if _ODD_AFTER.match(text, item.end) or "-odd" in text[item.start : item.end]:
        return "about"
    if _LESS_AFTER.match(text, item.end):
        return "less_than"
    begin = max(0, item.start - LOOK_BACK)
    hedge = lexicon.qualifiers().search(text[begin : item.start])
    if hedge is None or (hedge["the"] and not _MARK_AFTER.match(text, item.end)):  # "above the $42.8bn expected"
        return "exact"
    name = next(name for name, words in hedge.groupdict().items() if words)
    reached = begin + hedge.start()
    if hedge[0].rstrip().lower() in _TURNS and _NEGATIVE.search(text, max(0, reached - _CLAUSE), reached):
        return _TURNS[hedge[0].rstrip().lower()]  # "will not pay more than"
    return name


def _noun(text: str, item: Found) -> str | None:
    """What a count counts: the words behind it up to the first plural."""
    if item.unit != "count" or item.type not in ("count", "small_count", "vague"):
        return None
    counted = _COUNTED.match(text, item.end)
    return " ".join(counted["noun"].split()) if counted else None


def _direction(text: str, item: Found, before: int) -> str | None:
    if item.sign in ("-", "−", "minus"):
        return "down"
    rose = _UP_BEFORE.search(text, before, item.start) and not _PHRASAL.search(text, before, item.start)
    if item.sign == "+" or rose:
        return "up"
    return "down" if _DOWN_BEFORE.search(text, before, item.start) else None
