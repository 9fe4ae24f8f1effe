"""The quantity grammar's data files, read once, and the scanning expression that is made from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from newsfacts.lexicons import read_lines

_OPENING = 200  # in so many characters, headline and dateline, a word speaks for a country twice


class Unit(NamedTuple):
    """A unit as the records name it, the type of quantity that it makes, and the factor to base units."""

    name: str
    type: str
    factor: float


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in read_lines(__package__, name)]


@lru_cache(maxsize=1)
def symbols() -> dict[str, str]:
    """{symbol or abbreviation before a number, as written: currency code, or a name that several countries share}."""
    found = {symbol: row[0] for row in _rows("currencies.tsv") for symbol in row[1].split("|") if symbol}
    return found | {code: code for code in codes()}


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """ISO 4217 codes, those of money that is no more among them."""
    return frozenset(row[0] for row in _rows("currencies.tsv") if not row[0].endswith("?"))


@lru_cache(maxsize=1)
def units() -> dict[str, Unit]:
    """{spelling as written and in lower case: unit}, currencies included; a name that ends in "?" is for `resolve`."""
    found: dict[str, Unit] = {}
    for name, kind, factor, spellings in _rows("units.tsv"):
        for spelling in spellings.split("|"):
            found[spelling] = Unit(name, kind, float(factor))
            found.setdefault(spelling.lower(), found[spelling])
    for code, _, names in _rows("currencies.tsv"):
        for spelling in names.split("|"):
            if spelling:
                found[spelling.lower()] = Unit(code, "money", 1.0)
    return found | {code.lower(): Unit(code, "money", 1.0) for code in codes()}


@lru_cache(maxsize=1)
def short_units() -> frozenset[str]:
    """Units of one or two letters as written: "MW", "km", "kr"."""
    spellings = [s for row in _rows("units.tsv") for s in row[3].split("|")]
    spellings += [s for row in _rows("currencies.tsv") for s in row[2].split("|")]
    return frozenset(s for s in spellings if len(s) <= 2)


@lru_cache(maxsize=1)
def _claims() -> dict[str, list[tuple[str, int, re.Pattern[str]]]]:
    claims: dict[str, list[tuple[str, int, re.Pattern[str]]]] = {}
    for name, unit, ahead, words in _rows("shared_names.tsv"):
        spelled = words.split("|")
        datelines = [word.upper() for word in spelled if len(word) > 3 and word[0].isupper()]
        pattern = re.compile(rf"(?<!\w)(?:{either([*spelled, *datelines])})(?![A-Za-z])")
        claims.setdefault(name, []).append((unit, int(ahead), pattern))
    return claims


@lru_cache(maxsize=1)
def _signs() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    signs: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, unit, pattern in _rows("telling_signs.tsv"):
        signs.setdefault(name, []).append((unit, re.compile(pattern)))
    return signs


@lru_cache(maxsize=256)
def resolve(name: str, text: str) -> str:
    """The unit that a shared name ("dollar?") means in an article; other names are themselves."""
    claims = _claims().get(name)
    if claims is None:
        return name
    sign = next((unit for unit, pattern in _signs().get(name, ()) if pattern.search(text)), "")
    if sign and not sign.startswith("not "):
        return sign
    votes = [
        (ahead + len(pattern.findall(text)) + len(pattern.findall(text[:_OPENING])), unit)
        for unit, ahead, pattern in claims
    ]
    meant = [vote for vote in votes if vote[0] and vote[1] != sign.removeprefix("not ")]
    return resolve(max(meant or votes, key=lambda vote: vote[0])[1], text)


@lru_cache(maxsize=1)
def scales() -> dict[str, float]:
    """{scale word: factor}."""
    return {word: float(factor) for factor, words in _rows("scales.tsv") for word in words.split("|")}


@lru_cache(maxsize=1)
def counted_units() -> dict[str, str]:
    """{plural noun: the unit in which such things are counted}."""
    return dict(_rows("counted_units.tsv"))


@lru_cache(maxsize=1)
def aside_types() -> frozenset[str]:
    """The types of quantities that are recognized but are no facts."""
    return frozenset(read_lines(__package__, "aside_types.txt"))


@lru_cache(maxsize=1)
def number_words() -> dict[str, int]:
    """{number word: its value}."""
    return {word: int(value) for word, value in _rows("number_words.tsv")}


@lru_cache(maxsize=1)
def durations() -> dict[str, str]:
    """{spelling of a unit of time: its name in the records}."""
    return {spelling: name for name, spellings in _rows("durations.tsv") for spelling in spellings.split("|")}


@lru_cache(maxsize=1)
def denominators() -> dict[str, int]:
    """{word of a part: how many make the whole}."""
    return {word: int(value) for word, value in _rows("fractions.tsv")}


@lru_cache(maxsize=1)
def ordinals() -> dict[str, int]:
    """{ordinal in words: its number}."""
    return {word: int(number) for word, number in _rows("ordinals.tsv")}


@lru_cache(maxsize=1)
def multiples() -> dict[str, int]:
    """{word such as "tripled": how many times as much}."""
    return {word: int(factor) for word, factor in _rows("multiples.tsv")}


@lru_cache(maxsize=1)
def amounts() -> dict[str, Unit]:
    """{word that is an amount by itself, such as "tenner": its unit, with the amount as the factor}."""
    return {word: Unit(unit, "money", float(value)) for word, value, unit in _rows("amounts.tsv")}


@lru_cache(maxsize=1)
def delegated() -> frozenset[str]:
    """Spellings of units that quantulum3 reads."""
    return frozenset(row[0] for row in _rows("quantulum3_units.txt"))


@lru_cache(maxsize=1)
def qualifiers() -> re.Pattern[str]:
    """Matches a hedge at the end of the text before a number; the group that matched names it."""
    words: dict[str, list[str]] = {}
    for name, phrase in _rows("qualifiers.tsv"):
        words.setdefault(name, []).append(phrase)
    # "no more than" before "more than": the less telling one is a part of the other
    order = ("exact", "less_than", "more_than", "about")
    groups = "|".join(f"(?P<{name}>{either(words[name])})" for name in order)
    return re.compile(rf"(?<!\w)(?:{groups})(?:\s(?:(?P<the>the)|an?))?\s*\Z", re.IGNORECASE)


@lru_cache(maxsize=1)
def index_words() -> re.Pattern[str]:
    """A word that names an index."""
    return re.compile(rf"(?<!\w)(?:{either(row[0] for row in _rows('index_words.txt'))})(?!\w)")


@lru_cache(maxsize=1)
def numbered() -> str:
    """Words before a number that is a name, as an alternation."""
    return either(row[0] for row in _rows("numbered.txt"))


@lru_cache(maxsize=1)
def money_names() -> re.Pattern[str]:
    """A currency's name or code."""
    names = [s for _, _, names in _rows("currencies.tsv") for s in names.split("|") if s]
    return re.compile(rf"(?<!\w)(?:{either([*names, *codes()])})(?!\w)")


@lru_cache(maxsize=16)
def cue(place: str) -> str:
    """The words of cues.tsv for one place, as an alternation."""
    return either(word for name, words in _rows("cues.tsv") if name == place for word in words.split("|"))


@lru_cache(maxsize=1)
def per() -> dict[str, str]:
    """{what a price is for, as written: its name in the records}."""
    return {spelling: name for name, spellings in _rows("denominators.tsv") for spelling in spellings.split("|")}


def either(words: Iterable[str]) -> str:
    """An alternation of words that prefers the longest, by letter: a thousand of them are tried as fast as ten."""
    by_letter: dict[str, set[str]] = {}
    for word in words:
        by_letter.setdefault(word[:1], set()).add(word[1:])
    ends = by_letter.pop("", None) is not None
    branches = [re.escape(letter) + _rest(rests) for letter, rests in sorted(by_letter.items())]
    return "|".join([*branches, ""] if ends else branches)


def _rest(rests: set[str]) -> str:
    if len(rests) == 1:
        return re.escape(next(iter(rests)))
    return f"(?:{either(rests)})"


NUMERAL = (
    r"\d{1,3}(?:,\d{2})*(?:,\d{3})+(?:\.\d+)?|\d{1,3},\d\d(?![\d,])"
    r"|\d+(?:\.\d+)?(?:[\s-][1357]/[248](?![\d/])|\s?[¼½¾⅓⅔⅛⅜⅝⅞]|\sand\sa\s(?:half|quarter)(?!\w))?|\.\d+"
)


def vague_units() -> set[str]:
    """Units that "millions of" may stand before."""
    return {spelling.lower() for spelling, unit in units().items() if unit.type in ("money", "measure")}


class Scanner(NamedTuple):
    """Expressions for everything that may be a quantity.

    anchor finds where a number begins; fraction and number match there, unit behind them; prefix matches the sign and the currency symbol
    at the end of the text before it.
    """

    anchor: re.Pattern[str]
    fraction: re.Pattern[str]
    number: re.Pattern[str]
    unit: re.Pattern[str]
    prefix: re.Pattern[str]


@lru_cache(maxsize=1)
def scanner() -> Scanner:
    """Make the expressions from the lexicons."""
    simple = either(number_words())
    small = either(word for word, value in number_words().items() if value < 10)
    tens = rf"(?:{simple})(?:[ -](?:{small}))?"
    # "hundred and forty-five thousand two hundred and six" behind a number
    more = (
        rf"(?:\s(?:hundred|thousand)(?:\s(?:and\s)?{tens})?"
        rf"|\s(?:million|billion)\s(?:and\s)?{tens}(?=\s(?:hundred|thousand)(?!\w))){{0,4}}"
    )
    vague = cue("vague")
    word = (
        rf"(?:{simple})(?:-and-a-|\sand\sa\s)(?:half|quarter)|(?:{simple})\sand\sthree[ -]quarters"
        rf"|(?:{simple})\spoint(?:\s(?:{small}))+(?=[ -](?:million|billion|trillion|per\s?cent|percentage)(?!\w))"
        rf"|an?\s(?:hundred|thousand)\sand\s{tens}{more}"
        rf"|(?:half\sa|a|two|three|four|several)\s(?:dozen|hundred|thousand|million|billion|trillion)(?!\sand\s)"
        rf"|(?:{simple})(?:[ -](?:{simple}))?{more}"
        rf"|hundred|dozen"
        rf"|(?:million|billion|trillion)(?=-)"
        rf"|(?:{vague})\sof\s(?:hundreds|thousands|millions|billions|trillions)(?:\sof(?=\s(?:{either(vague_units())})(?!\w)))?"
        rf"|(?:{vague})(?=\sof\s|\smore)"
    )
    parts = either(denominators())
    ordinal = either(ordinals())
    fraction = (
        rf"(?:an?|one|two|three|four|five|six|seven|eight|nine)[ -](?:{parts})s?(?!-point)|half(?!\spast)|quarter(?=[ -]point)"
        rf"|(?:{small})\s(?:[a-z]+\s)?(?:in|out\sof|of(?=\severy))\s(?:every\s)?(?:{simple}|\d{{1,3}}(?!\d))"
        rf"|one-in-(?:{simple}|\d{{1,3}})"
        rf"|one\s(?:[^\W\d]+\s){{2,3}}(?:in|out\sof)\s(?:{simple})(?=[.,;:)]|\s(?:{cue('after')})(?!\w))"
        rf"|(?:\d{{1,2}}|{simple})\s(?:in|out\sof)\s(?:every\s)?(?:\d{{1,3}}(?!\d)|hundred|{simple})"
        rf"|every\s(?:{ordinal})(?!\s(?:{cue('time')}|quarter|night|morning|evening|weekend|word|thing)(?!\w))"
        rf"|[1-9]/(?:[2-9]|10)(?=\sof\s)"
    )
    # a symbol behind a number belongs to it, unless another number follows: "12 €", but "9 £20 notes"
    after_unit = r"(?![A-Za-z]|(?<=[$€£¥])\s?\d)(?<!-[$€£¥])"
    unit = either(spelling.lower() for spelling in units())
    first = rf"{cue('first')}|{either([*ordinals(), *multiples()])}|{simple}|an?|every"
    duration = rf"(?:consecutive\s|straight\s)?(?:{either(durations())})"
    return Scanner(
        re.compile(rf"(?<![\w])(?:{first})(?![A-Za-z])|\.?\d", re.IGNORECASE),
        re.compile(
            rf"(?P<fraction>{fraction})(?!\w|-(?!point))"
            rf"(?P<of_a>[\s-](?:of\s)?(?:an?\s|one\s|1\s)?(?P<of>percentage\spoint|per\scent|percent|point)(?![\w-]))?",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?:(?P<numeral>{NUMERAL})|(?P<word>{word})(?![A-Za-z]))"
            rf"(?P<ordinal>(?:st|nd|rd|th)(?![A-Za-z]))?"
            rf"(?:(?:-odd|-plus)?[\s-]?(?P<scale>{either(scales())})(?![A-Za-z²³č]))?"
            rf"(?:[\s-]?(?:(?P<unit>{unit})|(?P<duration>{duration})){after_unit})?",
            re.IGNORECASE,
        ),
        re.compile(rf"[\s-](?P<unit>{unit}){after_unit}", re.IGNORECASE),
        re.compile(
            rf"(?P<sign>minus\s|[-−–+])?(?:(?<![A-Za-z&])(?P<symbol>{either(symbols())})[ \u00a0]?(?P<inner>[-−])?)?\Z"
        ),
    )
