"""Quantities in running text, found by rule: number, scale word, unit or currency, hedges, ranges, restated amounts.

Libraries fall short here: they read "£600m" as metres, lose the currency of "RMB 345.7 billion" and take brackets for a
minus. The scanner finds every number with what stands beside it; a few passes then let neighbours share what they leave
out ("40.35 and 188.92 billion yuan"), join ranges and attach restated amounts.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from newsfacts.recognize.quantities import lexicon, measures
from newsfacts.recognize.quantities.beside import finish
from newsfacts.recognize.quantities.model import LOOK_BACK, NO_NOUN_AFTER, Found, Quantity, low
from newsfacts.recognize.quantities.neighbours import (
    exchange_rates,
    join_cents,
    join_ranges,
    percentage_points,
    share_backwards,
    share_forwards,
    without_scores,
)
from newsfacts.recognize.quantities.spelling import fraction_in_words, number_in_figures, number_in_words
from newsfacts.recognize.quantities.units import read_unit, take_denominator
from newsfacts.recognize.typography import Plain, plain

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\s\Z")
_MONTH_AFTER = re.compile(rf"(?:\s?(?:to|and|or|-|–)\s?\d{{1,2}})?\s{_MONTH}(?![a-z])")
_DATED_AFTER = re.compile(rf"\s(?:of\s)?{_MONTH}(?![a-z])|[\s-](?:{lexicon.cue('dated')})")
_ON_THE = re.compile(r"\b(?:[Oo]n|[Bb]y|[Uu]ntil|[Tt]ill|[Bb]efore|[Aa]fter|[Ff]rom|than|around|to)\sthe\s\Z")
_RANGE_AFTER = re.compile(r"[-–]\d[\d.]*\s?(?:%|per\s?cent|million|billion|tonnes)")
_STREET_AFTER = re.compile(rf"\s(?:[A-Z][\w.]+\s){{1,3}}(?:{lexicon.cue('street')})\b")
_NO_COUNT_AFTER = re.compile(r"[:/]\d|\.\d|[A-Za-z]|-[A-Z]|\s?[ap]\.?m\b|\sGMT\b")
_NO_COUNT_BEFORE = re.compile(
    rf"[/@#№]\s?\Z|['’]\Z|\w[:-]\Z|\bhalf past\s\Z|(?<!\w)(?:{lexicon.numbered()})(?:e?s)?[\s-]\Z"
)
_NUMBERING = re.compile(r"(?:[a-z]{3}(?<![aiu]s)s|,)\snumber\s\Z")  # "its patents number 164"
_DAYS = 31
_YEAR = re.compile(r"18[5-9]\d|19\d\d|20\d\d|2100")
_OLD_YEAR = re.compile(r"1[0-8]\d\d")
_IN_A_YEAR = re.compile(r"\b(?:[Ii]n|[Ss]ince|[Uu]ntil|before|after|from|founded|built|\() ?\Z")
_SEQUEL = re.compile(r"\s?[-–&]\s?|\s(?:and|to|or)\s")
_PHONE = re.compile(
    r"(?<![\d.,])(?:\+?\(?\d{1,4}\)?[ -])?(?:\d{2,4}[ -]\d{2,4}(?:[ -]\d{2,4})+|\d{3}-\d{4})(?![\d%]|[,.]\d)"
)
_LIST_NUMBER = re.compile(r"(?:^|\n|[.;:]\s)\s*\(?\Z"), re.compile(r"[.)]\s+\S")
_PART_OF_A_YEAR = re.compile(rf"\b(?:{lexicon.cue('part')})[\s-]\Z", re.IGNORECASE)
_OF_A_SCALE = re.compile(r"(?:-|\sa\s|\sof a\s)(million|billion|trillion)(?!\w)", re.IGNORECASE)
_TIME_AFTER = re.compile(rf"[\s-](?:a |an |of an? )?({lexicon.cue('time')})(?!\son\s)")
_OF_ONE = re.compile(r"(?<=[Hh]alf)\san?(?=\s)|\sof\san?(?=\s)")
_HALF_ONLY = re.compile(r"\san?\s")  # "half a year", but "one in three a year ago"
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_COIN = re.compile(rf"\s({lexicon.either(lexicon.amounts())})(?![\w-])", re.IGNORECASE)
_A_POINT = re.compile(
    r"\s(?:(?P<sure>full|whole)\s)?(?P<percentage>percentage[\s-])?point(?P<half>\sand\sa\shalf)?(?![\w-])"
    r"(?(sure)|(?(percentage)|(?(half)|(?=\s(?:higher|lower|more|less|above|below|ahead)(?!\w)))))"
)
_OF_A_POINT = re.compile(r"\sof\s(?:a|one)\s(?P<percentage>percentage[\s-])?point(?![\w-])")
_HALF_A_COIN = re.compile(rf"\sa\s({lexicon.either(lexicon.amounts())})(?![\w-])", re.IGNORECASE)
_ORDERED = re.compile(rf"\s(?:{lexicon.cue('ordered')})(?![\w-])")
_RUN = re.compile(rf"[\s-](?:{lexicon.cue('run')})(?!\w)")
_EXTREME = re.compile(rf"[\s-](?:{lexicon.cue('extreme')})(?!\w)|\s(?:{lexicon.cue('place')})(?!\w)")
_RANKED = re.compile(rf"\b(?:{lexicon.cue('ranked')})(?:\s(?:as|at|in|only|joint|just))?\s\Z")
_OF_TIME = re.compile(rf"[\s-](?:half|quarter|{lexicon.cue('time')})")
_MEASURED = re.compile(rf"\s(?:{lexicon.cue('measured')})(?!\w)")
_CODE_OR_WORD = re.compile(lexicon.cue("word"))
_LARGE = re.compile(r"\d+,\d|\d{5}|\d+\.\d\d(?!\d)")
_TURNING = re.compile(rf"\b(?:{lexicon.cue('turning')})\s\Z", re.IGNORECASE)
_MAY_BE_AN_ADJECTIVE = re.compile(lexicon.cue("adjective"))
_OFTEN = re.compile(rf"\s(?:{lexicon.cue('often')})(?!\w)|\s\d")
_TIMES = re.compile(r"(?:[\s-]times|x)(?![\w-])|[\s-]?fold(?!\w)", re.IGNORECASE)
_AGED = re.compile(rf"\b(?:{lexicon.cue('aged')})\s\Z")
_NUMBER_ONE = re.compile(
    r"(?<![A-Z]\w)(?<!\w\w[a-z]\s)(?:No\.?\s|\b[Nn]umber\s)\Z|\b(?:the|is|its|as|to|at|became|ranked|from|'s|’s|world|and)\s(?:No\.?|[Nn]umber)\s\Z"
)
_NAMED_AFTER = re.compile(rf"\s[A-Z]|[\d.,/:]\d|-?[A-Za-z]|\s(?i:{lexicon.numbered()})s?(?!\w)")
_SIZED = re.compile(rf"\s(?:{lexicon.cue('sized')})(?!\w)")
_INSIDE_A_WORD = re.compile(r"[A-Za-z\d.,/]")
_VAGUE = re.compile(
    r"(?:dozens|hundreds|thousands|tens|millions|billions|scores|several|hundred|dozen\Z)", re.IGNORECASE
)


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity of a text, in order and without overlap; spans are code point offsets, values finite."""
    reading = plain(text)
    read = reading.text
    found = join_cents(read, without_scores(read, _scan(read)))
    found = exchange_rates(read, percentage_points(read, share_backwards(read, found)))
    quantities = finish(read, share_forwards(read, join_ranges(read, found)))
    return quantities if read == text else [_as_written(quantity, reading, text) for quantity in quantities]


def _as_written(quantity: Quantity, reading: Plain, text: str) -> Quantity:
    """The quantity with the offsets and words of the text as it stands."""
    start, end = reading.start(quantity.start), reading.end(quantity.end)
    equivalents = []
    for same in quantity.equivalents:
        first, last = reading.start(same["start"]), reading.end(same["end"])
        equivalents.append({**same, "start": first, "end": last, "text": text[first:last]})
    return replace(quantity, start=start, end=end, text=text[start:end], equivalents=equivalents)


def _scan(text: str) -> list[Found]:
    found: list[Found] = []
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
        taken = found[-1].end if found else 0  # "12 $ two": a symbol is one number's only
        prefix = scanner.prefix.search(text, max(taken, start - 10), start)
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


def _from_word(text: str, start: int) -> Found | None:
    """A multiple, a rank, an ordinal of a row, or a word such as "tenner", which no number begins."""
    word = _WORD.match(text, start)
    if word is None:
        return None
    spelled, end = word[0].lower(), word.end()
    before = max(0, start - LOOK_BACK)
    if factor := lexicon.multiples().get(spelled):
        verb = _TURNING.search(text, before, start) or _MEASURED.match(text, end)
        if (_MAY_BE_AN_ADJECTIVE.fullmatch(spelled) and not verb) or (spelled == "twice" and _OFTEN.match(text, end)):
            return None
        return Found(start, end, factor, "multiple", "multiple")
    if number := lexicon.ordinals().get(spelled):
        if _EXTREME.match(text, end) or (_RANKED.search(text, before, start) and not _OF_TIME.match(text, end)):
            return Found(start, end, number, "rank", "rank")
        if spelled != "first" and _RUN.match(text, end):
            return Found(start, end, number, "ordinal", "ordinal")
    elif spelled == "a" and not text.endswith("of ", 0, start) and (point := _A_POINT.match(text, end)):
        return Found(start, point.end(), 1.5 if point["half"] else 1.0, *_point_of(point["percentage"]))
    elif spelled in ("a", "an") and (coin := _COIN.match(text, end)) and NO_NOUN_AFTER.match(text, coin.end()):
        unit = lexicon.amounts()[coin[1].lower()]
        return Found(start, coin.end(), unit.factor, lexicon.resolve(unit.name, text), "money")
    return None


def _point_of(percentage: str | None) -> tuple[str, str]:
    """Unit and type of points, of a percentage where that stands with them."""
    return ("percentage_point", "percentage_point") if percentage else ("point", "index_point")


def _number_one(text: str, start: int, end: int) -> Found | None:
    """The rank of "No. 3", where it is no name such as "Decree No. 3" or "No. 3 reactor"."""
    before = _NUMBER_ONE.search(text, max(0, start - 24), start)
    if before is None or end - start > 3 or not text[start:end].isdigit() or _NAMED_AFTER.match(text, end):
        return None
    return Found(start, end, int(text[start:end]), "rank", "rank")


def _from_fraction(text: str, match: re.Match[str]) -> Found | None:
    start, end = match.span("fraction")
    value = fraction_in_words(match["fraction"])
    if value is None:
        return None
    if match["of"]:
        name = {"percentage point": "percentage_point", "point": "point"}.get(match["of"].lower(), "percent")
        return Found(start, match.end(), value / 100, name, "index_point" if name == "point" else name)
    if match["fraction"][-1] != "s" and _PART_OF_A_YEAR.search(text, max(0, start - 12), start):
        return None  # "the first half", "the third quarter"
    if match["fraction"][:1] in "aA" and _ORDERED.match(text, end):
        return None  # "a third time"
    if coin := match["fraction"].lower() == "half" and _HALF_A_COIN.match(text, end):
        unit = lexicon.amounts()[coin[1].lower()]
        return Found(start, coin.end(), value / 100 * unit.factor, lexicon.resolve(unit.name, text), "money")
    if scale := _OF_A_SCALE.match(text, end):
        factor = lexicon.scales()[scale[1].lower()]
        item = Found(start, scale.end(), value / 100 * factor, "count", "count", factor)
        if spelled := lexicon.scanner().unit.match(text, item.end):
            unit = read_unit(spelled["unit"], text)
            item.unit, item.type, item.factor, item.end = unit.name, unit.type, unit.factor, spelled.end()
            item.value = low(item.value) * unit.factor
        return item
    if (whole := _OF_ONE.match(text, end)) and (spelled := lexicon.scanner().unit.match(text, whole.end())):
        unit = read_unit(spelled["unit"], text)
        if unit.type in ("measure", "money", "percentage_point"):  # "half a tonne"
            return Found(start, spelled.end(), value / 100 * unit.factor, unit.name, unit.type, None, None, unit.factor)
    time = _TIME_AFTER.match(text, end)
    if time and (match["fraction"].lower() == "half" or not _HALF_ONLY.match(text, end)):
        return Found(start, end, value / 100, time[1], "duration")
    return Found(start, end, value, "percent", "percent")


def _from_number(
    text: str, match: re.Match[str], prefix: re.Match[str], start: int, signed: bool, follows: bool
) -> Found | None:
    """Make a quantity of a number.

    start: where its sign or symbol begins. signed: whether a sign stands in front. follows: whether it stands right
    behind another number and a dash, as the end of a range does.
    """
    symbol, sign, scale_word = prefix["symbol"], prefix["sign"] if signed else None, match["scale"]
    number_group = "numeral" if match["numeral"] else "word"
    if symbol and symbol.isalpha() and len(symbol) < 3 and match["word"]:
        symbol, start = None, match.start()
    if symbol and _CODE_OR_WORD.fullmatch(symbol) and not match["scale"] and not _LARGE.match(match["numeral"] or ""):
        if match.start() == prefix.end("symbol"):
            return None  # "COP26"
        symbol, start = None, match.start()  # "ALL 50"
    if symbol and len(symbol) == 1 and symbol.isalpha() and not _letter_is_money(text, match, prefix):
        return None
    if sign == "–" or (sign and match["word"] and sign != "minus "):
        sign, start = None, prefix.start("symbol") if symbol else match.start()
    value = number_in_figures(match["numeral"]) if match["numeral"] else number_in_words(match["word"])
    end = match.end(number_group)
    if match["ordinal"]:
        return _from_ordinal(text, start, match.end("ordinal"), value)
    scale = None
    if scale_word == "m" and not symbol and _SIZED.match(text, match.end("scale")):
        return Found(start, match.end("scale"), value, "meter", "measure")
    if scale_word and not (len(scale_word) <= 2 and match.start("scale") > end and not scale_word.isalpha()):
        apart = match.start("scale") > end
        if len(scale_word) > 1 or not apart or symbol or match["unit"]:
            scale = lexicon.scales()[scale_word.lower()]
            end = match.end("scale")
    elif match["word"] and (last := match["word"].split()[-1].lower()) in lexicon.scales():
        scale = lexicon.scales()[last]
    if scale_word and scale is not None:
        value *= scale
    item = Found(start, end, value, "count", "count", scale, (sign or prefix["inner"] or "").strip() or None)
    spelled = match["unit"]
    unit = read_unit(spelled, text) if spelled and (scale_word is None or scale is not None) else None
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
        item.type, item.end, item.unit = (
            "duration",
            match.end("duration"),
            lexicon.durations()[match["duration"].lower().split()[-1]],
        )
        if text.startswith("-old", item.end) or text.startswith(" old", item.end):
            item.type, item.end = "age", item.end + 4
    elif point := _OF_A_POINT.match(text, end):
        item.unit, item.type = _point_of(point["percentage"])
        item.end = point.end()
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
        item.value = -low(item.value)
    take_denominator(text, item)
    if not math.isfinite(low(item.value)):
        return None
    return item if item.type != "count" or _is_count(text, match, item, scale, follows) else None


def _from_ordinal(text: str, start: int, end: int, value: float) -> Found | None:
    """An ordinal in figures, which may be a rank, or the date or the name of something and none."""
    if _EXTREME.match(text, end) or _RANKED.search(text, max(0, start - LOOK_BACK), start):
        return Found(start, end, value, "rank", "rank")
    dated = _MONTH_BEFORE.search(text, max(0, start - 12), start) or _DATED_AFTER.match(text, end)
    dated = dated or (_ON_THE.search(text, max(0, start - 16), start) and NO_NOUN_AFTER.match(text, end))
    return None if dated else Found(start, end, value, "ordinal", "ordinal")


def _letter_is_money(text: str, match: re.Match[str], prefix: re.Match[str]) -> bool:
    """Whether a single letter before a number is a currency: "N5bn", but not "N856JT", "R 9150"."""
    apart = match.start() > prefix.end("symbol")
    return bool(match["scale"]) or not (apart or text[match.end() : match.end() + 1].isalpha())


def _is_multiple(text: str, item: Found) -> bool:
    """Whether a number is so many times as much, and not how often something happened."""
    times = _TIMES.match(text, item.end)
    if times is None or item.scale is not None:
        return False
    return times[0].strip() != "times" or (low(item.value) < 1000 and not _OFTEN.match(text, times.end()))


def _end_of_times(text: str, end: int) -> int:
    times = _TIMES.match(text, end)
    return times.end() if times else end


def _short_unit(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a unit of one or two letters is one: "5p", "40 ha", "12 MW", but not "5 A", "2 p"."""
    spelled, apart = match["unit"], match.start("unit") > end
    if spelled.lower() in ("p", "c"):
        return not apart and spelled.islower()
    return spelled in lexicon.short_units()


def _is_over_a_month(numeral: str) -> bool:
    """Whether figures are of too large a number for the day of a month: "In April 29,000 shifts"."""
    plain_figures = numeral[-1].isdigit() and "/" not in numeral
    return plain_figures and ("," in numeral or float(numeral) > _DAYS)


def _is_count(text: str, match: re.Match[str], item: Found, scale: float | None, follows: bool) -> bool:
    """Whether a number without a unit may be a count, not a year, a date, a time, a name; sets its type."""
    numeral, end = match["numeral"], item.end
    if match["word"]:
        if scale is None and low(item.value) <= 10:
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
    if (dated and not _is_over_a_month(numeral)) or _MONTH_AFTER.match(text, end):
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
    if named and ("," in numeral or _NUMBERING.search(text, max(0, item.start - 24), item.start)):
        named = None  # "the gate 1,150 trucks", "its patents number 164"
    return not (named or _NO_COUNT_AFTER.match(text, end))
