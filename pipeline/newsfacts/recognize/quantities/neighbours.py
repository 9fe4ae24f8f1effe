"""What quantities beside each other share: units and scale words left out, ranges, cents, exchange rates, points."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from newsfacts.recognize.quantities import lexicon
from newsfacts.recognize.quantities.model import LOOK_BACK, MOVED_BY, NO_NOUN_AFTER, Found, low
from newsfacts.recognize.quantities.units import currency, take_denominator

_MOST_POINTS = 100  # of a percentage
_POINT_MOVE = 160  # how far before points a percentage may stand that they add to
_RATE_PER = re.compile(
    r"\s?(?:per|to the|to one|to a|against the|for one|for a|to 1|to|a|/)\s?(?:US\s|U\.S\.\s|American\s)?"
    rf"({lexicon.cue('quoted')})(?![\w-])"
)
# "17.31, or 1.1 percent, to 1,640.13"
_BESIDE_A_LEVEL = re.compile(r"(?:, or [\d.]+\s?(?:%|per\s?cent|pc),?)?(?: to \d[\d,]*\.\d|, or )")
_LIST = re.compile(
    r"\s?(?:,|,?\s(?:and|or)|[-–]|\sto|,?\s(?:up|down)?\s?(?:from|to|against|compared with|versus|rather than))\s?"
)
_DASH, _TO, _AND, _OR = (re.compile(word) for word in (r"\s?[-–]\s?", r"\sto\s", r"\sand\s", r"\sor\s"))
_FROM = re.compile(
    rf"(?<!\w)(?P<spread>(?:{lexicon.cue('spread')})\s)?from\s(?:an average of\s|[\w'-]+\s){{0,2}}\Z", re.I
)
_BETWEEN = re.compile(r"\bbetween\s(?:[\w'-]+\s){0,2}\Z", re.IGNORECASE)
_PART_OF = re.compile(r"\sof\s(?:them|the|its|these|those|his|her|their|our|\d|every|all)(?!\w)", re.IGNORECASE)
_HAVE = re.compile(r"\s(?:have|are)(?!\w)")
_SOME_OF = re.compile(r"\sof\s(?:them|which|whom|those|\d|the\s\d)(?!\w)", re.IGNORECASE)
_CROWD = re.compile(rf"\b(?:{lexicon.cue('crowd')})\s\Z")
_REACHED = re.compile(rf"\b(?:{lexicon.cue('reached')})\s\Z")
_SHARED = ("money", "percent", "percentage_point", "measure", "index_point")
_SHARED_IN_RANGES = ("duration", "age", "multiple")
_IN_A_RANGE = re.compile(r"\s?[-–]\s?|\s(?:to|or|and)\s")
_LARGEST_WITH_CENTS = 1_000_000
_MONEY_BY_ITSELF = 1e9  # the scale from which a number of nothing named is money; millions may be of people
_AS_FAR = 200  # how far behind a quantity a number may take over its unit
_ALIKE = 30  # how many times as much a quantity may be as the one that it continues


def without_scores(text: str, found: list[Found]) -> list[Found]:
    """Leave out the two numbers of "2-1", "50-50", which are no range."""
    scores: set[int] = set()
    for item, after in itertools.pairwise(found):
        if item.end + 1 == after.start and text[item.end] in "-–" and item.bare and after.bare:
            spans = text[item.start : item.end], text[after.start : after.end]
            if all(span.isdigit() for span in spans) and low(item.value) >= low(after.value):
                scores |= {item.start, after.start}
    return [item for item in found if item.start not in scores] if scores else found


def join_cents(text: str, found: list[Found]) -> list[Found]:
    """One amount of "5 dollars 20 cents", "£3 and 50 pence", "ten pounds fifty"."""
    joined: list[Found] = []
    for item in found:
        last = joined[-1] if joined else None
        if last and last.type == "money" and last.factor == 1 and 0 < low(last.value) < _LARGEST_WITH_CENTS:
            between, whole = text[last.end : item.start], low(last.value).is_integer()
            if item.type == "money" and item.factor == 0.01:
                alike = between == " " or (between == " and " and last.unit == item.unit)
                cents = low(item.value) if alike else 0.0
            else:  # "ten pounds fifty"
                spelled = between == " " and item.bare and text[item.start].isalpha() and text[last.start].isalpha()
                cents = low(item.value) / 100 if spelled and NO_NOUN_AFTER.match(text, item.end) else 0.0
            if whole and 0 < cents < 1:
                joined[-1] = replace(last, end=item.end, value=low(last.value) + cents)
                continue
        joined.append(item)
    return joined


def share_backwards(text: str, found: list[Found]) -> list[Found]:
    """A scale word or unit that stands once serves the numbers of a list before it."""
    for item, after in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        between = text[item.end : after.start]
        if len(between) > 24 or isinstance(item.value, list) or isinstance(after.value, list):
            continue
        full = after.type in _SHARED and _may_continue(text, item, after)
        if between == ", or " and after.type == "percent" and _speaks_of_an_index(text, item):
            continue  # "added 17.31, or 1.1 percent"
        if item.bare and (full or after.scale) and _LIST.fullmatch(between):
            item.shared = full
            if after.scale and not item.scale and abs(item.value) < 1000:
                item.shared = True
                item.value, item.scale, item.type = item.value * after.scale, after.scale, "count"
            if full:
                item.take_unit(after)
        elif item.bare and after.type in _SHARED_IN_RANGES and _IN_A_RANGE.fullmatch(between):
            item.unit, item.type, item.shared = after.unit, after.type, True
        elif item.type == "age" and after.bare and _IN_A_RANGE.fullmatch(between):
            after.unit, after.type = item.unit, item.type
        elif item.type == "money" and not item.scale and after.scale and abs(item.value) < 1000:
            joined = _DASH.fullmatch(between) or _TO.fullmatch(between)
            if joined and (after.bare or after.unit == item.unit):
                item.value, item.scale = item.value * after.scale, after.scale
                after.unit, after.type = item.unit, "money"
        elif item.type == "money" and after.bare and (_DASH.fullmatch(between) or _TO.fullmatch(between)):
            after.unit, after.type = item.unit, "money"
            take_denominator(text, after)
    return found


def percentage_points(text: str, found: list[Found]) -> list[Found]:
    """Points near a percentage are percentage points, a part of a point always, where no index is spoken of."""
    percents = [item.end for item in found if item.type == "percent"]
    for item in found:
        if item.type != "index_point" or low(item.value) >= _MOST_POINTS:
            continue
        part = text[item.start].isalpha() and 0 < low(item.value) < 1  # "half a point"
        if not part and not any(-60 < item.start - end < _POINT_MOVE for end in percents):
            continue
        if not _speaks_of_an_index(text, item, behind=part):
            item.unit = item.type = "percentage_point"
    return found


def _speaks_of_an_index(text: str, item: Found, *, behind: bool = False) -> bool:
    around = _sentence_before(text, item.start)
    if behind:
        around += text[item.end :].partition(". ")[0]
    return bool(lexicon.index_words().search(around))


def _sentence_before(text: str, end: int) -> str:
    """What stands before a place in its sentence, or in its last 200 characters."""
    begin = max(text.rfind(". ", end - 200, end), text.rfind("\n", end - 200, end), end - 200, 0)
    return text[begin:end]


def exchange_rates(text: str, found: list[Found]) -> list[Found]:
    """Exchange rates: "7.09 per dollar", where the words before name the other currency."""
    for item in found:
        if item.type not in ("count", "money") or item.scale or not (per := _RATE_PER.match(text, item.end)):
            continue
        other = lexicon.resolve(lexicon.units()[per[1].lower()].name, text)
        if item.type == "money":
            named = [item.unit]
        else:
            named = _currencies(_sentence_before(text, item.start), text)
            named += [currency(money.unit) for money in found if money.type == "money"]
        if money := next((name for name in named if name != other), None):
            item.unit, item.type, item.end = f"{money}/{other}", "exchange_rate", per.end()
    return found


def _currencies(passage: str, text: str) -> list[str]:
    """Currencies that a passage names, the last one first."""
    names = [lexicon.units()[match[0].lower()].name for match in lexicon.money_names().finditer(passage)]
    return [lexicon.resolve(name, text) for name in reversed(names)]


def join_ranges(text: str, found: list[Found]) -> list[Found]:
    """Two ends of one range become one quantity; "from ... to" stays two."""
    joined: list[Found] = []
    for item in found:
        last = joined[-1] if joined else None
        if last is not None and _is_range(text, last, item):
            ends = [low(last.value), low(item.value)]
            joined[-1] = replace(last, end=item.end, value=ends, unit=item.unit, scale=item.scale)
        else:
            joined.append(item)
    return joined


def _is_range(text: str, low: Found, high: Found) -> bool:
    if isinstance(low.value, list) or isinstance(high.value, list) or low.value >= high.value:
        return False
    if not low.shared and abs(low.value) * _ALIKE < abs(high.value):
        return False
    if low.type != high.type or low.type not in (*_SHARED, *_SHARED_IN_RANGES, "count", "small_count"):
        return False
    if low.unit != high.unit and not high.unit.startswith(low.unit + "/"):
        return False
    between, begin = text[low.end : high.start], max(0, low.start - LOOK_BACK)
    if _DASH.fullmatch(between) or (low.shared and _OR.fullmatch(between)):
        return True
    if _TO.fullmatch(between):
        moved = not low.shared and MOVED_BY.search(text, begin, low.start)
        start = _FROM.search(text, begin, low.start)
        return not moved and (start is None or start["spread"] is not None)
    return bool(_AND.fullmatch(between) and _BETWEEN.search(text, begin, low.start))


def share_forwards(text: str, found: list[Found]) -> list[Found]:
    """A number whose unit stood before and is left out takes it over, where no noun says what it counts."""
    for index, item in enumerate(found):
        if not item.bare or not NO_NOUN_AFTER.match(text, item.end) or text[item.start : item.end].lower() == "one":
            continue
        before = found[max(0, index - 6) : index]
        if before and "\n\n" in text[before[-1].end : item.start]:
            before = []
        if _is_index_level(text, item, before):
            item.unit, item.type = "point", "index_point"
        elif source := _antecedent(text, item, before):
            _take_over(text, item, source)
        elif (item.scale or 0) >= _MONEY_BY_ITSELF and (source := _last_money(text, item, found[:index])):
            item.unit, item.type = source.unit, source.type
        elif source := next((other for other in reversed(before) if other.type in _SHARED), None):
            near = item.start - source.end <= _AS_FAR
            item.other = item.with_unit(source) if near and not item.scale else None
    return found


def _is_index_level(text: str, item: Found, before: list[Found]) -> bool:
    """Whether a bare number is the level of an index that its sentence names."""
    span = text[item.start : item.end]
    if item.scale is not None or not _speaks_of_an_index(text, item):
        return False
    if "." in span and _BESIDE_A_LEVEL.match(text, item.end):
        return True
    if before and before[-1].type == "percent" and "," not in span and abs(low(item.value)) < 25:
        return False
    reached = isinstance(item.value, list) or _REACHED.search(text, max(0, item.start - 12), item.start)
    return "." in span or item.sign is not None or bool(reached)


def _may_continue(text: str, item: Found, other: Found) -> bool:
    """Whether a bare number is of a size to share another quantity's unit."""
    if other.type in ("percent", "percentage_point"):
        return item.scale is None and abs(low(item.value)) <= 400 and "," not in text[item.start : item.end]
    return True


def _antecedent(text: str, item: Found, before: list[Found]) -> Found | None:
    """The quantity that a bare number continues: the nearest one of a like size."""
    if _CROWD.search(text, max(0, item.start - 24), item.start) or _SOME_OF.match(text, item.end):
        return None
    for index, other in reversed(list(enumerate(before))):
        if item.start - other.end > _AS_FAR:
            return None
        if index and _is_restated(text, before[index - 1], other):
            continue
        if other.type in ("percent", "percentage_point"):
            if _may_continue(text, item, other):
                whole = "." not in text[item.start : item.end]
                counts = whole and (_PART_OF.match(text, item.end) or _HAVE.match(text, item.end))
                return None if counts else other
        elif other.type == "index_point":
            if item.scale is None:
                return other
        elif other.type in ("money", "measure", "count", "exchange_rate") and low(other.value) and low(item.value):
            ratio = abs(low(item.value) * (item.scale is None and other.factor or 1) / low(other.value))
            if 1 / _ALIKE < ratio < _ALIKE:
                return None if other.bare else other
    return None


def _last_money(text: str, item: Found, before: list[Found]) -> Found | None:
    """The money spoken of last, which billions of nothing named are of."""
    if _CROWD.search(text, max(0, item.start - 24), item.start):
        return None
    for index, other in reversed(list(enumerate(before))):
        restated = index and _is_restated(text, before[index - 1], other)
        if other.type == "money" and "/" not in other.unit and not restated:
            return other
        if other.type == "count" and (other.scale or 0) >= _MONEY_BY_ITSELF:
            return None
    return None


def _is_restated(text: str, first: Found, other: Found) -> bool:
    """Whether money is an earlier sum in another currency, in brackets: "5 billion yuan ($690 million)"."""
    return first.type == other.type == "money" and first.unit != other.unit and text.startswith(" (", first.end)


def _take_over(text: str, item: Found, source: Found) -> None:
    reached = _REACHED.search(text, max(0, item.start - 12), item.start)
    if source.type == "percentage_point" and source.factor == 1 and reached:
        item.unit, item.type = "percent", "percent"
        return
    item.take_unit(source)
