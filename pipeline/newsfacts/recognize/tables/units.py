"""The unit that a label gives to bare numbers below it or beside it: "Output (billion yuan)", "Exports, $ million"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from newsfacts.recognize.quantities import Quantity, find_quantities

_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,30})[)\]]")
_BEHIND_COMMA = re.compile(r"[,:–—-]\s+([^,:]{1,24})\Z")
_IN = re.compile(r"(?:\A|\s)in\s+([^,:]{1,24})\Z")
_SYMBOL = re.compile(r"(?P<symbol>(?:[A-Z]{1,3})?[$€£¥₹]|Rs\.?|RMB|[A-Z]{3}\b)\s?(?P<scale>.*)")
_THOUSANDS = re.compile(r"(?<![\d,.])['’]?000s?\b")
_SCALES_OF = re.compile(r"(thousand|million|billion|trillion)s of\s", re.IGNORECASE)
_TIMES = re.compile(r"(10+|10{0,2}(?:,000)+)\s(?=\S)")  # China counts in 10,000 and 100 million
_TRIED = "12"
_TAKEN = ("money", "percent", "percentage_point", "measure", "index_point")


class Pattern(NamedTuple):
    """How a number reads with its unit, "{} billion yuan", and what it is multiplied by before."""

    form: str
    times: Decimal


PLAIN = Pattern("{}", Decimal(1))


@lru_cache(maxsize=256)
def template(label: str) -> tuple[Pattern, tuple[int, int]] | None:
    """How the label's numbers read with its unit, and where in the label the unit stands.

    None where the label names no unit that the quantity grammar knows.
    """
    for start, end, text in _places(label):
        if found := _pattern(" ".join(text.split())):
            return found, (start, end)
    return None


def _places(label: str) -> Iterator[tuple[int, int, str]]:
    """Where a unit may stand in a label, the surest place first."""
    for bracket in _BRACKETS.finditer(label):
        yield bracket.start(), bracket.end(), re.split(r"[,;]\s", bracket[1])[0].removeprefix("in ")
    if match := _BEHIND_COMMA.search(label):
        yield match.start(), match.end(), match[1].removeprefix("in ")
    if label.strip() in ("%", "percent", "per cent", "pct"):
        yield 0, len(label), label.strip()
    elif label.rstrip().endswith("%"):
        yield label.rindex("%"), len(label), "%"
    elif label.lstrip().startswith("% "):
        yield 0, label.index("%") + 1, "%"
    if match := _IN.search(label):
        yield match.start(), match.end(), match[1]
    yield 0, len(label), label


@lru_cache(maxsize=256)
def _pattern(unit: str) -> Pattern | None:
    unit = _SCALES_OF.sub(r"\1 ", _THOUSANDS.sub("thousand", unit))
    times = Decimal(1)
    if match := _TIMES.match(unit):
        times, unit = Decimal(match[1].replace(",", "")), unit[match.end() :]
    if any(letter.isdigit() for letter in unit):
        return None
    tried = [f"{{}} {unit}", f"{{}}{unit}"]
    if match := _SYMBOL.fullmatch(unit):
        tried = [f"{match['symbol']}{{}} {match['scale']}", f"{match['symbol']} {{}} {match['scale']}", *tried]
    elif unit.count(" ") == 1:
        tried.append(f"{{}} {' '.join(reversed(unit.split()))}")  # "yuan bn"
    return next((Pattern(text.rstrip(), times) for text in tried if _reads(text.rstrip(), times)), None)


def _reads(form: str, times: Decimal) -> bool:
    found = find_quantities(form.format(_TRIED))
    if len(found) != 1:
        return False
    whole = found[0].start == 0 and found[0].end == len(form) - 2 + len(_TRIED)
    counted = found[0].type == "count" and (times > 1 or found[0].value != float(_TRIED))  # "million pairs"
    return (whole and found[0].type in _TAKEN) or counted


@lru_cache(maxsize=1024)
def with_unit(number: str, pattern: Pattern) -> Quantity | None:
    """The quantity that a bare number is with the unit of a label; None where the grammar does not read it."""
    if pattern.times > 1:
        try:
            number = f"{Decimal(number.replace(',', '')) * pattern.times:f}"
        except InvalidOperation:
            return None
    found = find_quantities(pattern.form.format(number))
    return found[0] if len(found) == 1 else None
