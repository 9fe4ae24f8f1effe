"""Units and denominators behind a number."""

from __future__ import annotations

import re

from newsfacts.recognize.quantities import lexicon
from newsfacts.recognize.quantities.model import Found, low

_OF_EVERY = re.compile(rf"\s(?:(?:in|of|out of) (?:every|each|the))\s(?:{lexicon.cue('whole')})(?!\w)")
_PER = re.compile(rf"(?:\s(?:an?|per)\s|\s?/\s?)({lexicon.either(lexicon.per())})s?(?![\w-])")
_PER_TIME = re.compile(r"(?:\s(?:a|an|per)\s|\s?/\s?)(day|month|week|hour)\b")


def read_unit(spelled: str, text: str) -> lexicon.Unit:
    """The unit of a spelling; where several countries' money has the name, the article says whose it is."""
    unit = lexicon.units().get(spelled) or lexicon.units()[spelled.lower()]
    if not unit.name.endswith("?"):
        return unit
    name = lexicon.resolve(unit.name, text)
    return lexicon.Unit(name, unit.type if name in lexicon.codes() else "measure", unit.factor)


def take_denominator(text: str, item: Found) -> None:
    """Take in "a barrel", "per share" and the like behind a price, and "a day" behind a measure."""
    if item.type == "money" and item.factor == 0.01 and (whole := _OF_EVERY.match(text, item.end)):
        item.value, item.unit, item.type = low(item.value) / item.factor, "percent", "percent"
        item.end, item.factor = whole.end(), 1.0
        return
    if item.type == "money" and (per := _PER.match(text, item.end)) and per[1] != "day":
        item.unit += "/" + lexicon.per()[per[1]]
        item.end = per.end()
    elif item.type == "measure" and (per := _PER_TIME.match(text, item.end)):
        item.unit += "/" + per[1]
        item.end = per.end()


def currency(unit: str) -> str:
    """A unit without its denominator."""
    return unit.partition("/")[0]
