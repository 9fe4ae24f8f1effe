"""Quantities in running text, found by rule: number, scale word, unit or currency, hedges, ranges, restated amounts.

Libraries fall short here: they read "£600m" as metres, lose the currency of "RMB 345.7 billion" and take brackets for a
minus. The scanner finds every number with what stands beside it; a few passes then let neighbours share what they leave
out ("40.35 and 188.92 billion yuan"), join ranges and attach restated amounts.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from newsfacts.recognize.quantities import lexicon, measures

Value = float | list[float]

_DECIMAL_COMMA = re.compile(r"\d+,\d\d")
_AND_PART = re.compile(r"[\s-]and[\s-](?:a|three)[\s-](half|quarters?)\Z")
_TIME_UNITS = {
    "centuries": "century",
    "yrs": "year",
    "yr": "year",
    "hrs": "hour",
    "hr": "hour",
    "mins": "minute",
    "min": "minute",
}
_PLURAL = frozenset(["tens", "dozens", "scores", "hundreds", "thousands", "millions", "billions"])

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\s\Z")
_MONTH_AFTER = re.compile(rf"(?:\s?(?:to|and|or|-|–)\s?\d{{1,2}})?\s{_MONTH}(?![a-z])")
_DATED_AFTER = re.compile(rf"\s(?:of\s)?{_MONTH}(?![a-z])|[\s-](?:quarter|century|Street|Avenue|Floor|Five-Year)")
_ON_THE = re.compile(r"\b(?:[Oo]n|[Bb]y|[Uu]ntil|[Tt]ill|[Bb]efore|[Aa]fter|[Ff]rom|than|around|to)\sthe\s\Z")
_RANGE_AFTER = re.compile(r"[-–]\d[\d.]*\s?(?:%|per\s?cent|million|billion|tonnes)")
_STREET_AFTER = re.compile(rf"\s(?:[A-Z][\w.]+\s){{1,3}}(?:{lexicon.cue('street')})\b")
_NO_COUNT_AFTER = re.compile(r"[:/]\d|\.\d|[A-Za-z]|-[A-Z]|\s?[ap]\.?m\b")
_NO_COUNT_BEFORE = re.compile(
    rf"[/@#№]\s?\Z|['’]\Z|\w[:-]\Z|\bhalf past\s\Z|(?<!\w)(?:{lexicon.numbered()})(?:e?s)?[\s-]\Z"
)
_YEAR = re.compile(r"18[5-9]\d|19\d\d|20\d\d|2100")
_OLD_YEAR = re.compile(r"1[0-8]\d\d")
_IN_A_YEAR = re.compile(r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|before|after|from|founded|built|\() ?\Z")
_SEQUEL = re.compile(r"\s?[-–&]\s?|\s(?:and|to|or)\s")
_POINT_MOVE = 160  # how far before points a percentage may stand that they add to
_RATE_PER = re.compile(
    r"\s?(?:per|to the|to one|to a|against the|for one|for a|to 1|to|a|/)\s?(?:US\s|U\.S\.\s|American\s)?"
    rf"({lexicon.cue('quoted')})(?![\w-])"
)
_PHONE = re.compile(
    r"(?<![\d.,])(?:\+?\(?\d{1,4}\)?[ -])?(?:\d{2,4}[ -]\d{2,4}(?:[ -]\d{2,4})+|\d{3}-\d{4})(?![\d%]|[,.]\d)"
)
_LIST_NUMBER = re.compile(r"(?:^|\n|[.;:]\s)\s*\(?\Z"), re.compile(r"[.)]\s+\S")
_PART_OF_A_YEAR = re.compile(rf"\b(?:{lexicon.cue('part')})[\s-]\Z", re.IGNORECASE)
_OF_A_SCALE = re.compile(r"(?:-|\sa\s|\sof a\s)(million|billion|trillion)(?!\w)", re.IGNORECASE)
_TIME_AFTER = re.compile(rf"[\s-](?:a |an |of an? )?({lexicon.cue('time')})(?!\son\s)")
_OF_ONE = re.compile(r"(?<=[Hh]alf)\san?(?=\s)|\sof\san?(?=\s)")
_OF_EVERY = re.compile(rf"\s(?:(?:in|of|out of) (?:every|each|the))\s(?:{lexicon.cue('whole')})(?!\w)")
_HALF_ONLY = re.compile(r"\san?\s")  # "half a year", but "one in three a year ago"
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_COIN = re.compile(rf"\s({lexicon.either(lexicon.amounts())})(?![\w-])", re.IGNORECASE)
_HALF_A_COIN = re.compile(rf"\sa\s({lexicon.either(lexicon.amounts())})(?![\w-])", re.IGNORECASE)
_ORDERED = re.compile(rf"\s(?:{lexicon.cue('ordered')})(?![\w-])")
_RUN = re.compile(rf"[\s-](?:{lexicon.cue('run')})(?!\w)")
_EXTREME = re.compile(rf"[\s-](?:{lexicon.cue('extreme')})(?!\w)|\s(?:{lexicon.cue('place')})(?!\w)")
_RANKED = re.compile(rf"\b(?:{lexicon.cue('ranked')})(?:\s(?:as|at|in|only|joint|just))?\s\Z")
_OF_TIME = re.compile(rf"[\s-](?:half|quarter|{lexicon.cue('time')})")
_MEASURED = re.compile(rf"\s(?:{lexicon.cue('measured')})(?!\w)")
_TURNING = re.compile(rf"\b(?:{lexicon.cue('turning')})\s\Z", re.IGNORECASE)
_MAY_BE_AN_ADJECTIVE = frozenset(["double", "treble", "triple", "quadruple"])
_OFTEN = re.compile(rf"\s(?:{lexicon.cue('often')})(?!\w)|\s\d")
_TIMES = re.compile(r"(?:[\s-]times|x)(?![\w-])|[\s-]?fold(?!\w)", re.IGNORECASE)
_AGED = re.compile(rf"\b(?:{lexicon.cue('aged')})\s\Z")
_NUMBER_ONE = re.compile(
    r"(?<![A-Z]\w)(?<!\w\w[a-z]\s)(?:No\.?\s|\b[Nn]umber\s)\Z|\b(?:the|is|its|as|to|at|became|ranked|from|'s|’s|world|and)\s(?:No\.?|[Nn]umber)\s\Z"
)
_NAMED_AFTER = re.compile(rf"\s[A-Z]|[\d.,/:]\d|-?[A-Za-z]|\s(?i:{lexicon.numbered()})s?(?!\w)")
_PER = re.compile(rf"(?:\s(?:an?|per)\s|\s?/\s?)({lexicon.either(lexicon.per())})s?(?![\w-])")
_PER_TIME = re.compile(r"(?:\s(?:a|an|per)\s|\s?/\s?)(day|month|week|hour)\b")
_LIST = re.compile(
    r"\s?(?:,|,?\s(?:and|or)|[-–]|\sto|,?\s(?:up|down)?\s?(?:from|to|against|compared with|versus|rather than))\s?"
)
_DASH, _TO, _AND, _OR = (re.compile(word) for word in (r"\s?[-–]\s?", r"\sto\s", r"\sand\s", r"\sor\s"))
_FROM = re.compile(
    rf"(?<!\w)(?P<spread>(?:{lexicon.cue('spread')})\s)?from\s(?:an average of\s|[\w'-]+\s){{0,2}}\Z", re.I
)
_BY = re.compile(rf"\b(?:by|{lexicon.cue('moved')})\s(?:(?!\w+ing\s)[\w'-]+\s){{0,2}}\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s(?:[\w'-]+\s){0,2}\Z", re.IGNORECASE)
_RESTATED = re.compile(
    r"\s?(?:[(\[]|,? or |,? i\.e\.,? |\s?[-–—]\s)(?:(?:or|about|around|approximately|roughly|nearly|almost|some|"
    r"equal to|equivalent to|equals?|just over|just under|over|under|worth|=)\s)*=?"
)
_AND_ALSO = re.compile(r"\s?[;/,]\s?")  # between restated amounts: "(£1.7m; $2.2m)"
_NO_NOUN_AFTER = re.compile(
    rf"[\"”’]|\s*(?:[.,;:?!()\[\]\n|•—–]|\Z|\s-|\s?\d|(?:{lexicon.cue('after')})(?![\w-])"
    r"|(?![A-Z][\w-]+\s(?:[a-z-]+\s)?[a-z]+s\b|[A-Z]+s\b)[A-Z])"
)
_NO_PART = rf"(?!(?:{lexicon.cue('none')}|{lexicon.either(lexicon.number_words())})(?![\w-]))"
_PLURAL_NOUN = (
    rf"(?:{_NO_PART}(?:[a-z][a-z-]*(?<![sui'])s|{lexicon.cue('plural')}|[A-Z]{{2,}}s|i[A-Z][a-z]+s)(?![\w'’-]))"
)
_COUNTED = re.compile(
    r"(?:-odd|-plus|\+)?(?:\sor (?:more|so))?(?:\sof(?:\s(?:the|its|their|his|her|our|these|those|all))?)?"
    rf"(?:\s(?:more|fewer|extra|other|such))?\s(?P<noun>(?:{_NO_PART}(?:[A-Za-z]|\d+[A-Z])[\w&.'’-]*(?<![.])\s){{0,4}}?"
    rf"(?:(?:{lexicon.cue('compound')})\s)?{_PLURAL_NOUN})"
)
_PART_OF = re.compile(r"\sof\s(?:them|the|its|these|those|his|her|their|our|\d|every|all)(?!\w)", re.IGNORECASE)
_HAVE = re.compile(r"\s(?:have|are)(?!\w)")
_SIZED = re.compile(rf"\s(?:{lexicon.cue('sized')})(?!\w)")
_SOME_OF = re.compile(r"\sof\s(?:them|which|whom|those|\d|the\s\d)(?!\w)", re.IGNORECASE)
_CROWD = re.compile(rf"\b(?:{lexicon.cue('crowd')})\s\Z")
_REACHED = re.compile(rf"\b(?:{lexicon.cue('reached')})\s\Z")
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
_UP_BEFORE = re.compile(rf"\b(?:{lexicon.cue('up')})(?:\sby)?\s\Z")
_DOWN_BEFORE = re.compile(rf"\b(?:{lexicon.cue('down')})(?:\sby)?\s\Z")
_INSIDE_A_WORD = re.compile(r"[A-Za-z\d.,/]")
_SHARED = ("money", "percent", "percentage_point", "measure", "index_point")
_SHARED_IN_RANGES = ("duration", "age", "multiple")
_IN_A_RANGE = re.compile(r"\s?[-–]\s?|\s(?:to|or|and)\s")
_LOOK_BACK = 32
_LARGEST_WITH_CENTS = 1_000_000
_ALIKE = 30  # how many times as much a quantity may be as the one that it continues
_VAGUE = re.compile(
    r"(?:dozens|hundreds|thousands|tens|millions|billions|scores|several|hundred|dozen\Z)", re.IGNORECASE
)


@dataclass(slots=True)
class Quantity:
    """One quantity of a text; the fields are described in newsfacts.recognize.quantities."""

    start: int
    end: int
    text: str
    value: Value
    unit: str
    type: str
    qualifier: str = "exact"
    direction: str | None = None
    noun: str | None = None
    equivalents: list[dict[str, Any]] = field(default_factory=list)
    origin: str = "grammar"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class _Found:
    """A number with what stands right beside it; `scale` is the scale word's factor, `sign` a sign in front."""

    start: int
    end: int
    value: Value
    unit: str
    type: str
    scale: float | None = None
    sign: str | None = None
    factor: float = 1.0
    origin: str = "grammar"
    shared: bool = False  # scale or unit stand with a later number

    @property
    def bare(self) -> bool:
        return self.type in ("count", "small_count") and self.unit == "count"


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity of a text, in order and without overlap; spans are code point offsets, values finite."""
    found = _sums(text, _without_scores(text, _scan(text)))
    found = _rates(text, _points(text, _share_backwards(text, found)))
    return _finish(text, _share_forwards(text, _ranges(text, found)))


def _number(numeral: str) -> float:
    whole, _, fraction = numeral.replace("\u00a0", " ").partition(" ")
    added = 0.0
    if not whole[-1].isascii():  # "3½"
        added, whole = unicodedata.numeric(whole[-1]), whole[:-1]
    if fraction.startswith("and"):
        added = 0.5 if fraction.endswith("half") else 0.25
    elif "/" in fraction:
        top, _, bottom = fraction.partition("/")
        added = int(top) / int(bottom)
    elif fraction:
        added = unicodedata.numeric(fraction)
    if _DECIMAL_COMMA.fullmatch(whole):
        whole = whole.replace(",", ".")
    return float(whole.replace(",", "")) + added


def _word_number(phrase: str) -> float:
    words, total, current = lexicon.number_words(), 0.0, 0.0
    phrase = phrase.lower()
    if parts := _AND_PART.search(phrase):
        part = {"half": 0.5, "quarter": 0.25, "quarters": 0.75}[parts[1]]
        return _word_number(phrase[: parts.start()]) + part
    if " point " in phrase:
        whole, _, digits = phrase.partition(" point ")
        return float(f"{_word_number(whole):.0f}." + "".join(str(words[digit]) for digit in digits.split()))
    if " of " in phrase:  # "tens of millions of": at least so many
        return math.prod(_word_number(word.removesuffix("s")) for word in phrase.split() if word != "of")
    for word in re.split(r"[\s-]+", phrase):
        word = word.removesuffix("s") if word in _PLURAL else word
        if word in words:
            current += words[word]
        elif word in ("a", "half"):
            current = current or (0.5 if word == "half" else 1)
        elif word in ("dozen", "score"):
            current = (current or 1) * (12 if word == "dozen" else 20)
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in lexicon.scales():
            total, current = total + (current or 1) * lexicon.scales()[word], 0
    return total + current


def _fraction(phrase: str) -> float | None:
    """A fraction in words as a percentage."""
    words, parts = lexicon.number_words(), lexicon.denominators()
    pieces = re.split(r"[\s/-]+", phrase.lower())
    if pieces[0] == "every":
        return round(100 / lexicon.ordinals()[pieces[1]], 9) if pieces[1] != "first" else None
    if len(pieces) == 1:  # "half", and "quarter" in "quarter-point"
        return 100.0 / parts[pieces[0]]

    def number(word: str) -> int:
        return int(word) if word.isdigit() else 1 if word in ("a", "an") else 100 if word == "hundred" else words[word]

    top = number(pieces[0])
    # "one in five", "three flats in four", "nine out of every ten"; else "two thirds"
    several = len(pieces) > 2 or "/" in phrase
    bottom = number(pieces[-1]) if several else parts.get(pieces[1]) or parts[pieces[1].removesuffix("s")]
    return round(100 * top / bottom, 9) if top < bottom else None


def _scan(text: str) -> list[_Found]:
    found: list[_Found] = []
    scanner, position = lexicon.scanner(), 0
    phones = [match.span() for match in _PHONE.finditer(text)]
    named = -1  # where the last number that is a name or a date ended
    while anchor := scanner.anchor.search(text, position):
        start = anchor.start()
        position = anchor.end()
        fraction = scanner.fraction.match(text, start)
        if fraction and not (start and text[start - 1] in ".,"):
            if item := _from_fraction(text, fraction):
                found.append(item)
                position = item.end
            elif fraction["fraction"][1:2] != " ":  # "a third time" may go on as an ordinal
                position = fraction.end()
            continue
        if text[start] == "." and start and text[start - 1].isalpha():  # "Rs.500"
            start += 1
        number = scanner.number.match(text, start)
        if number is None:
            if item := _from_word(text, start):
                found.append(item)
                position = item.end
            continue
        prefix = scanner.prefix.search(text, max(0, start - 10), start)
        position = number.end("numeral") if number["numeral"] else number.end("word")
        if prefix is None:
            continue
        begin = prefix.start("symbol") if prefix["symbol"] else start
        dashed = (
            prefix["sign"]
            and prefix.start()
            and (text[prefix.start() - 1].isalnum() or text[prefix.start() - 1] in ")%")
        )
        if not prefix["sign"] or dashed:  # a dash between words or numbers is no minus
            signed = False
        else:
            begin, signed = prefix.start(), True
        if begin and _INSIDE_A_WORD.match(text[begin - 1]):
            continue
        follows = bool(found) and found[-1].end == start - 1 and text[start - 1] in "-–"
        item = _from_number(text, number, prefix, begin, signed, follows)
        if item and item.bare and item.scale is None:
            sequel = 0 <= start - named <= 6 and _SEQUEL.fullmatch(text, named, start)
            if sequel or any(first <= start < last for first, last in phones):
                item = None
        elif item is None and number["numeral"]:
            item = _number_one(text, start, position)
        if item:
            found.append(item)
            position = max(position, item.end)
        elif number["numeral"] and not _YEAR.fullmatch(number["numeral"]):
            named = position
    return found


def _from_word(text: str, start: int) -> _Found | None:
    """A multiple, a rank, an ordinal of a row, or a word such as "tenner", which no number begins."""
    word = _WORD.match(text, start)
    if word is None:
        return None
    spelled, end = word[0].lower(), word.end()
    before = max(0, start - _LOOK_BACK)
    if factor := lexicon.multiples().get(spelled):
        verb = _TURNING.search(text, before, start) or _MEASURED.match(text, end)
        if (spelled in _MAY_BE_AN_ADJECTIVE and not verb) or (spelled == "twice" and _OFTEN.match(text, end)):
            return None
        return _Found(start, end, factor, "multiple", "multiple")
    if number := lexicon.ordinals().get(spelled):
        if _EXTREME.match(text, end) or (_RANKED.search(text, before, start) and not _OF_TIME.match(text, end)):
            return _Found(start, end, number, "rank", "rank")
        if spelled != "first" and _RUN.match(text, end):
            return _Found(start, end, number, "ordinal", "ordinal")
    elif spelled in ("a", "an") and (coin := _COIN.match(text, end)) and _NO_NOUN_AFTER.match(text, coin.end()):
        unit = lexicon.amounts()[coin[1].lower()]
        return _Found(start, coin.end(), unit.factor, lexicon.resolve(unit.name, text), "money")
    return None


def _number_one(text: str, start: int, end: int) -> _Found | None:
    """The rank of "No. 3", where it is no name such as "Decree No. 3" or "No. 3 reactor"."""
    before = _NUMBER_ONE.search(text, max(0, start - 24), start)
    if before is None or end - start > 3 or not text[start:end].isdigit() or _NAMED_AFTER.match(text, end):
        return None
    return _Found(start, end, int(text[start:end]), "rank", "rank")


def _from_fraction(text: str, match: re.Match[str]) -> _Found | None:
    start, end = match.span("fraction")
    value = _fraction(match["fraction"])
    if value is None:
        return None
    if match["of"]:
        name = {"percentage point": "percentage_point", "point": "point"}.get(match["of"].lower(), "percent")
        return _Found(start, match.end(), value / 100, name, "index_point" if name == "point" else name)
    if match["fraction"][-1] != "s" and _PART_OF_A_YEAR.search(text, max(0, start - 12), start):
        return None  # "the first half", "the third quarter"
    if match["fraction"][:1] in "aA" and _ORDERED.match(text, end):
        return None  # "a third time"
    if coin := match["fraction"].lower() == "half" and _HALF_A_COIN.match(text, end):
        unit = lexicon.amounts()[coin[1].lower()]
        return _Found(start, coin.end(), value / 100 * unit.factor, lexicon.resolve(unit.name, text), "money")
    if scale := _OF_A_SCALE.match(text, end):
        factor = lexicon.scales()[scale[1].lower()]
        item = _Found(start, scale.end(), value / 100 * factor, "count", "count", factor)
        if spelled := lexicon.scanner().unit.match(text, item.end):
            unit = _unit(spelled["unit"], text)
            item.unit, item.type, item.factor, item.end = unit.name, unit.type, unit.factor, spelled.end()
            item.value = _low(item.value) * unit.factor
        return item
    if (whole := _OF_ONE.match(text, end)) and (spelled := lexicon.scanner().unit.match(text, whole.end())):
        unit = _unit(spelled["unit"], text)
        if unit.type in ("measure", "money"):  # "half a tonne"
            return _Found(
                start, spelled.end(), value / 100 * unit.factor, unit.name, unit.type, None, None, unit.factor
            )
    time = _TIME_AFTER.match(text, end)
    if time and (match["fraction"].lower() == "half" or not _HALF_ONLY.match(text, end)):
        return _Found(start, end, value / 100, time[1], "duration")
    return _Found(start, end, value, "percent", "percent")


def _from_number(
    text: str, match: re.Match[str], prefix: re.Match[str], start: int, signed: bool, follows: bool
) -> _Found | None:
    """Make a quantity of a number.

    start: where its sign or symbol begins. signed: whether a sign stands in front. follows: whether it stands right
    behind another number and a dash, as the end of a range does.
    """
    symbol, sign, scale_word = prefix["symbol"], prefix["sign"] if signed else None, match["scale"]
    number_group = "numeral" if match["numeral"] else "word"
    if symbol and symbol.isalpha() and len(symbol) < 3 and match["word"]:
        symbol, start = None, match.start()
    if symbol and len(symbol) == 1 and symbol.isalpha() and not _letter_is_money(text, match, prefix):
        return None
    if sign == "–" or (sign and match["word"] and sign != "minus "):
        sign, start = None, prefix.start("symbol") if symbol else match.start()
    value = _number(match["numeral"]) if match["numeral"] else _word_number(match["word"])
    end = match.end(number_group)
    if match["ordinal"]:
        return _from_ordinal(text, start, match.end("ordinal"), value)
    scale = None
    if scale_word == "m" and not symbol and _SIZED.match(text, match.end("scale")):
        return _Found(start, match.end("scale"), value, "meter", "measure")
    if scale_word and not (len(scale_word) <= 2 and match.start("scale") > end and not scale_word.isalpha()):
        apart = match.start("scale") > end
        if len(scale_word) > 1 or not apart or symbol or match["unit"]:
            scale = lexicon.scales()[scale_word.lower()]
            end = match.end("scale")
    elif match["word"] and (last := match["word"].split()[-1].lower()) in lexicon.scales():
        scale = lexicon.scales()[last]
    if scale_word and scale is not None:
        value *= scale
    item = _Found(start, end, value, "count", "count", scale, (sign or prefix["inner"] or "").strip() or None)
    spelled = match["unit"]
    unit = _unit(spelled, text) if spelled and (scale_word is None or scale is not None) else None
    if unit and spelled.upper() in lexicon.codes() and not spelled.isupper():
        unit = None  # "114 million all told"
    if unit and len(spelled) <= 2 and spelled.isalpha() and not _short_unit(text, match, end):
        unit = None
    if symbol:
        item.unit, item.type = lexicon.resolve(lexicon.symbols()[symbol], text), "money"
        if unit and unit.type == "money" and unit.name == item.unit and unit.factor == 1:
            item.end = match.end("unit")
    elif unit:
        item.unit, item.type, item.factor, item.end = unit.name, unit.type, unit.factor, match.end("unit")
        item.value = value * unit.factor
    elif match["duration"]:
        item.type, item.end, item.unit = "duration", match.end("duration"), _time_unit(match["duration"])
        if text.startswith("-old", item.end) or text.startswith(" old", item.end):
            item.type, item.end = "age", item.end + 4
    elif _is_multiple(text, item):
        item.unit = item.type = "multiple"
        item.end = _end_of_times(text, end)
    elif _AGED.search(text, max(0, start - 16), start) and 0 < value <= 120:
        item.unit, item.type = "year", "age"
    elif (
        match["numeral"]
        and (stop := measures.unit_after(text, end))
        and (read := measures.read(text[match.start("numeral") : stop]))
    ):
        item.value, item.unit, item.type, item.end, item.origin = read[0], read[1], "measure", stop, "quantulum3"
    if match["word"] and _VAGUE.match(match["word"]):
        item.type = "vague"
    if item.sign in ("-", "−", "minus"):
        item.value = -_low(item.value)
    _denominator(text, item)
    if not math.isfinite(_low(item.value)):
        return None
    return item if item.type != "count" or _is_count(text, match, item, scale, follows) else None


def _from_ordinal(text: str, start: int, end: int, value: float) -> _Found | None:
    """An ordinal in figures, which may be a rank, or the date or the name of something and none."""
    if _EXTREME.match(text, end) or _RANKED.search(text, max(0, start - _LOOK_BACK), start):
        return _Found(start, end, value, "rank", "rank")
    dated = _MONTH_BEFORE.search(text, max(0, start - 12), start) or _DATED_AFTER.match(text, end)
    dated = dated or (_ON_THE.search(text, max(0, start - 16), start) and _NO_NOUN_AFTER.match(text, end))
    return None if dated else _Found(start, end, value, "ordinal", "ordinal")


def _letter_is_money(text: str, match: re.Match[str], prefix: re.Match[str]) -> bool:
    """Whether a single letter before a number is a currency: "N5bn", but not "N856JT", "R 9150"."""
    apart = match.start() > prefix.end("symbol")
    return bool(match["scale"]) or not (apart or text[match.end() : match.end() + 1].isalpha())


def _time_unit(spelled: str) -> str:
    word = spelled.lower().split()[-1]
    return _TIME_UNITS.get(word) or word.removesuffix("s")


def _is_multiple(text: str, item: _Found) -> bool:
    """Whether a number is so many times as much, and not how often something happened."""
    times = _TIMES.match(text, item.end)
    if times is None or item.scale is not None:
        return False
    return times[0].strip() != "times" or (_low(item.value) < 1000 and not _OFTEN.match(text, times.end()))


def _end_of_times(text: str, end: int) -> int:
    times = _TIMES.match(text, end)
    return times.end() if times else end


def _short_unit(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a unit of one or two letters is one: "5p", "40 ha", "12 MW", but not "5 A", "2 p"."""
    spelled, apart = match["unit"], match.start("unit") > end
    if spelled.lower() in ("p", "c"):
        return not apart and spelled.islower()
    return spelled in lexicon.short_units()


def _unit(spelled: str, text: str) -> lexicon.Unit:
    unit = lexicon.units().get(spelled) or lexicon.units()[spelled.lower()]
    if not unit.name.endswith("?"):
        return unit
    name = lexicon.resolve(unit.name, text)
    return lexicon.Unit(name, unit.type if name in lexicon.codes() else "measure", unit.factor)


def _denominator(text: str, item: _Found) -> None:
    """Take in "a barrel", "per share" and the like behind a price, and "a day" behind a measure."""
    if item.type == "money" and item.factor == 0.01 and (whole := _OF_EVERY.match(text, item.end)):
        item.value, item.unit, item.type = _low(item.value) / item.factor, "percent", "percent"
        item.end, item.factor = whole.end(), 1.0
        return
    if item.type == "money" and (per := _PER.match(text, item.end)) and per[1] != "day":
        item.unit += "/" + lexicon.per()[per[1]]
        item.end = per.end()
    elif item.type == "measure" and (per := _PER_TIME.match(text, item.end)):
        item.unit += "/" + per[1]
        item.end = per.end()


def _is_count(text: str, match: re.Match[str], item: _Found, scale: float | None, follows: bool) -> bool:
    """Whether a number without a unit may be a count, not a year, a date, a time, a name; sets its type."""
    numeral, end = match["numeral"], item.end
    if match["word"]:
        if scale is None and _low(item.value) <= 10:
            item.type = "small_count"
        return True
    if scale is not None:
        return True
    if _YEAR.fullmatch(numeral) or (
        _OLD_YEAR.fullmatch(numeral) and _IN_A_YEAR.search(text, max(0, item.start - 9), item.start)
    ):
        return False
    if len(numeral) > 1 and numeral[0] == "0" and numeral.isdigit():
        return False
    dated = _MONTH_BEFORE.search(text, max(0, item.start - 12), item.start) and not _RANGE_AFTER.match(text, end)
    if dated or _MONTH_AFTER.match(text, end):
        return False
    if (
        len(numeral) < 3
        and _LIST_NUMBER[1].match(text, end)
        and _LIST_NUMBER[0].search(text, max(0, item.start - 4), item.start)
    ):
        return False
    if _STREET_AFTER.match(text, end):
        return False
    named = not follows and _NO_COUNT_BEFORE.search(text, max(0, item.start - 16), item.start)
    if named and "," in numeral and named[0] == "number ":  # "inhabitants number 36,600"
        named = None
    return not (named or _NO_COUNT_AFTER.match(text, end))


def _low(value: Value) -> float:
    return value[0] if isinstance(value, list) else value


def _without_scores(text: str, found: list[_Found]) -> list[_Found]:
    """Leave out the two numbers of "2-1", "50-50", which are no range."""
    scores: set[int] = set()
    for item, after in itertools.pairwise(found):
        if item.end + 1 == after.start and text[item.end] in "-–" and item.bare and after.bare:
            spans = text[item.start : item.end], text[after.start : after.end]
            if all(span.isdigit() for span in spans) and _low(item.value) >= _low(after.value):
                scores |= {item.start, after.start}
    return [item for item in found if item.start not in scores] if scores else found


def _sums(text: str, found: list[_Found]) -> list[_Found]:
    """One amount of "5 dollars 20 cents", "£3 and 50 pence", "ten pounds fifty"."""
    joined: list[_Found] = []
    for item in found:
        last = joined[-1] if joined else None
        if last and last.type == "money" and last.factor == 1 and 0 < _low(last.value) < _LARGEST_WITH_CENTS:
            between, whole = text[last.end : item.start], _low(last.value).is_integer()
            if item.type == "money" and item.factor == 0.01:
                alike = between == " " or (between == " and " and last.unit == item.unit)
                cents = _low(item.value) if alike else 0.0
            else:  # "ten pounds fifty"
                spelled = between == " " and item.bare and text[item.start].isalpha() and text[last.start].isalpha()
                cents = _low(item.value) / 100 if spelled and _NO_NOUN_AFTER.match(text, item.end) else 0.0
            if whole and 0 < cents < 1:
                joined[-1] = replace(last, end=item.end, value=_low(last.value) + cents)
                continue
        joined.append(item)
    return joined


def _share_backwards(text: str, found: list[_Found]) -> list[_Found]:
    """A scale word or unit that stands once serves the numbers of a list before it."""
    for item, after in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        between = text[item.end : after.start]
        if len(between) > 24 or isinstance(item.value, list) or isinstance(after.value, list):
            continue
        full = after.type in _SHARED and _may_continue(text, item, after)
        if item.bare and (full or after.scale) and _LIST.fullmatch(between):
            item.shared = full
            if after.scale and not item.scale and abs(item.value) < 1000:
                item.shared = True
                item.value, item.scale, item.type = item.value * after.scale, after.scale, "count"
            if full:
                item.value *= after.factor
                item.unit, item.type, item.factor = after.unit, after.type, after.factor
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
            _denominator(text, after)
    return found


def _points(text: str, found: list[_Found]) -> list[_Found]:
    """Points are percentage points where a percentage stands near and no index is spoken of."""
    percents = [item.end for item in found if item.type == "percent"]
    for item in found:
        if item.type != "index_point" or not any(-60 < item.start - end < _POINT_MOVE for end in percents):
            continue
        if not lexicon.index_words().search(_sentence_before(text, item.start)):
            item.unit = item.type = "percentage_point"
    return found


def _sentence_before(text: str, end: int) -> str:
    """What stands before a place in its sentence, or in its last 200 characters."""
    begin = max(text.rfind(". ", end - 200, end), text.rfind("\n", end - 200, end), end - 200, 0)
    return text[begin:end]


def _rates(text: str, found: list[_Found]) -> list[_Found]:
    """Exchange rates: "7.09 per dollar", where the words before name the other currency."""
    for item in found:
        if item.type not in ("count", "money") or item.scale or not (per := _RATE_PER.match(text, item.end)):
            continue
        other = lexicon.resolve(lexicon.units()[per[1].lower()].name, text)
        if item.type == "money":
            named = [item.unit]
        else:
            named = _currencies(_sentence_before(text, item.start), text)
            named += [_currency(money.unit) for money in found if money.type == "money"]
        if money := next((name for name in named if name != other), None):
            item.unit, item.type, item.end = f"{money}/{other}", "exchange_rate", per.end()
    return found


def _currencies(passage: str, text: str) -> list[str]:
    """Currencies that a passage names, the last one first."""
    names = [lexicon.units()[match[0].lower()].name for match in lexicon.money_names().finditer(passage)]
    return [lexicon.resolve(name, text) for name in reversed(names)]


def _ranges(text: str, found: list[_Found]) -> list[_Found]:
    """Two ends of one range become one quantity; "from ... to" stays two."""
    joined: list[_Found] = []
    for item in found:
        last = joined[-1] if joined else None
        if last is not None and _is_range(text, last, item):
            ends = [_low(last.value), _low(item.value)]
            joined[-1] = replace(last, end=item.end, value=ends, unit=item.unit, scale=item.scale)
        else:
            joined.append(item)
    return joined


def _is_range(text: str, low: _Found, high: _Found) -> bool:
    if isinstance(low.value, list) or isinstance(high.value, list) or low.value >= high.value:
        return False
    if not low.shared and abs(low.value) * _ALIKE < abs(high.value):
        return False
    if low.type != high.type or low.type not in (*_SHARED, *_SHARED_IN_RANGES, "count", "small_count"):
        return False
    if low.unit != high.unit and not high.unit.startswith(low.unit + "/"):
        return False
    between, begin = text[low.end : high.start], max(0, low.start - _LOOK_BACK)
    if _DASH.fullmatch(between) or (low.shared and _OR.fullmatch(between)):
        return True
    if _TO.fullmatch(between):
        moved = not low.shared and _BY.search(text, begin, low.start)
        start = _FROM.search(text, begin, low.start)
        return not moved and (start is None or start["spread"] is not None)
    return bool(_AND.fullmatch(between) and _BETWEEN.search(text, begin, low.start))


def _share_forwards(text: str, found: list[_Found]) -> list[_Found]:
    """A number whose unit stood before and is left out takes it over, where no noun says what it counts."""
    for index, item in enumerate(found):
        if not item.bare or not _NO_NOUN_AFTER.match(text, item.end) or text[item.start : item.end].lower() == "one":
            continue
        before = found[max(0, index - 6) : index]
        if before and "\n\n" in text[before[-1].end : item.start]:
            before = []
        if _is_index_level(text, item, before):
            item.unit, item.type = "point", "index_point"
        elif source := _antecedent(text, item, before):
            _take_over(text, item, source)
    return found


def _is_index_level(text: str, item: _Found, before: list[_Found]) -> bool:
    """Whether a bare number is the level of an index that its sentence names."""
    span = text[item.start : item.end]
    if item.scale is not None or not lexicon.index_words().search(_sentence_before(text, item.start)):
        return False
    if before and before[-1].type == "percent" and "," not in span and abs(_low(item.value)) < 25:
        return False
    reached = isinstance(item.value, list) or _REACHED.search(text, max(0, item.start - 12), item.start)
    return "." in span or item.sign is not None or bool(reached)


def _may_continue(text: str, item: _Found, other: _Found) -> bool:
    """Whether a bare number is of a size to share another quantity's unit."""
    if other.type in ("percent", "percentage_point"):
        return item.scale is None and abs(_low(item.value)) <= 400 and "," not in text[item.start : item.end]
    return True


def _antecedent(text: str, item: _Found, before: list[_Found]) -> _Found | None:
    """The quantity that a bare number continues: the nearest one of a like size."""
    if _CROWD.search(text, max(0, item.start - 24), item.start) or _SOME_OF.match(text, item.end):
        return None
    for other in reversed(before):
        if item.start - other.end > 200:
            return None
        if other.type in ("percent", "percentage_point"):
            if _may_continue(text, item, other):
                whole = "." not in text[item.start : item.end]
                counts = whole and (_PART_OF.match(text, item.end) or _HAVE.match(text, item.end))
                return None if counts else other
        elif other.type == "index_point":
            if item.scale is None:
                return other
        elif other.type in ("money", "measure", "count", "exchange_rate") and _low(other.value) and _low(item.value):
            ratio = abs(_low(item.value) * (item.scale is None and other.factor or 1) / _low(other.value))
            if 1 / _ALIKE < ratio < _ALIKE:
                return None if other.bare else other
    return None


def _take_over(text: str, item: _Found, source: _Found) -> None:
    reached = _REACHED.search(text, max(0, item.start - 12), item.start)
    if source.type == "percentage_point" and source.factor == 1 and reached:
        item.unit, item.type = "percent", "percent"
        return
    item.unit, item.type, item.factor = source.unit, source.type, source.factor
    ends = item.value if isinstance(item.value, list) else [item.value]
    scaled = [end * source.factor for end in ends]
    item.value = scaled if isinstance(item.value, list) else scaled[0]


def _finish(text: str, found: list[_Found]) -> list[Quantity]:
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
        before, qualifier = max(0, item.start - _LOOK_BACK), _qualifier(text, item)
        if qualifier == "exact" and last is not None and _CARRIED.fullmatch(text, last.end, item.start):
            qualifier = last.qualifier  # "at least 3m or 4m"
        finished.append(
            Quantity(
                start=item.start,
                end=item.end,
                text=span,
                value=value,
                unit=item.unit,
                type=item.type,
                qualifier=qualifier,
                direction=_direction(text, item, before),
                noun=_noun(text, item),
                origin=item.origin,
            )
        )
    return finished


def _restates(text: str, item: _Found, last: Quantity, between: re.Match[str] | None) -> bool:
    """Whether an amount in brackets or behind "or" is the one before it over again."""
    if between is None:
        return False
    if _may_restate(item, last):
        return True
    if item.type == last.type == "measure":
        return item.unit != last.unit and between[0].lstrip()[:1] in "(["
    if not between[0].lstrip(", ").startswith("or "):
        return False
    if item.unit == last.unit + "/share":
        return True
    if item.type != "percent" or last.type == "percent":
        return False
    if last.type == "index_point":
        return True
    moved = last.direction or _BY.search(text, max(0, last.start - _LOOK_BACK), last.start)
    return bool(moved) and last.type in ("money", "measure") and not text.startswith((" of", " above"), item.end)


def _may_restate(item: _Found, last: Quantity) -> bool:
    """Whether two amounts beside each other may be one in two currencies; a price after a sum is another fact."""
    if not item.type == last.type == "money" or _currency(item.unit) == _currency(last.unit):
        return False
    return "/" in last.unit or "/" not in item.unit


def _currency(unit: str) -> str:
    return unit.partition("/")[0]


def _rounded(number: float) -> float:
    """Without the noise of binary fractions: 19.9 billion is 19900000000, not 19899999999.999996."""
    rounded = float(f"{number:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def _qualifier(text: str, item: _Found) -> str:
    if _PLUS_AFTER.match(text, item.end):
        return "more_than"
    if _ODD_AFTER.match(text, item.end) or "-odd" in text[item.start : item.end]:
        return "about"
    if _LESS_AFTER.match(text, item.end):
        return "less_than"
    begin = max(0, item.start - _LOOK_BACK)
    hedge = lexicon.qualifiers().search(text[begin : item.start])
    if hedge is None or (hedge["the"] and not _MARK_AFTER.match(text, item.end)):  # "above the $42.8bn expected"
        return "exact"
    name = next(name for name, words in hedge.groupdict().items() if words)
    reached = begin + hedge.start()
    if hedge[0].rstrip().lower() in _TURNS and _NEGATIVE.search(text, max(0, reached - _CLAUSE), reached):
        return _TURNS[hedge[0].rstrip().lower()]  # "will not pay more than"
    return name


def _noun(text: str, item: _Found) -> str | None:
    """What a count counts: the words behind it up to the first plural."""
    if item.unit != "count" or item.type not in ("count", "small_count", "vague"):
        return None
    counted = _COUNTED.match(text, item.end)
    return " ".join(counted["noun"].split()) if counted else None


def _direction(text: str, item: _Found, before: int) -> str | None:
    if item.sign in ("-", "−", "minus"):
        return "down"
    if item.sign == "+" or _UP_BEFORE.search(text, before, item.start):
        return "up"
    return "down" if _DOWN_BEFORE.search(text, before, item.start) else None
