"""Numbers and fractions as text spells them, read as numbers."""

from __future__ import annotations

import math
import re
import unicodedata

from newsfacts.recognize.quantities import lexicon

_DECIMAL_COMMA = re.compile(r"\d+,\d\d")
_AND_PART = re.compile(r"[\s-]and[\s-](?:a|three)[\s-](half|quarters?)\Z")
_PLURAL = re.compile(lexicon.cue("vague"))


def number_in_figures(numeral: str) -> float:
    """Read "3,20,000", "2,50", "3½", "2 1/2", "17-1/4"."""
    whole, _, fraction = numeral.replace("\u00a0", " ").replace("-", " ").partition(" ")
    added = 0.0
    if not whole[-1].isdigit():  # "3½"
        added, whole = unicodedata.numeric(whole[-1]), whole[:-1]
    if fraction.startswith("and"):
        added = 0.5 if fraction.endswith("half") else 0.25
    elif "/" in fraction:
        top, _, bottom = fraction.partition("/")
        added = int(top) / int(bottom) / (100 if "." in whole else 1)  # "$7.85-3/4" are cents
    elif fraction:
        added = unicodedata.numeric(fraction)
    if _DECIMAL_COMMA.fullmatch(whole):
        whole = whole.replace(",", ".")
    return float(whole.replace(",", "").strip()) + added


def number_in_words(phrase: str) -> float:
    """Read "three hundred and forty-five thousand", "two and a half", "one point five", "half a million"."""
    words, total, current = lexicon.number_words(), 0.0, 0.0
    phrase = phrase.lower()
    if parts := _AND_PART.search(phrase):
        part = {"half": 0.5, "quarter": 0.25, "quarters": 0.75}[parts[1]]
        return number_in_words(phrase[: parts.start()]) + part
    if " point " in phrase:
        whole, _, digits = phrase.partition(" point ")
        return float(f"{number_in_words(whole):.0f}." + "".join(str(words[digit]) for digit in digits.split()))
    if " of " in phrase:  # "tens of millions of": at least so many
        return math.prod(number_in_words(word.removesuffix("s")) for word in phrase.split() if word != "of")
    for word in re.split(r"[\s-]+", phrase):
        word = word.removesuffix("s") if _PLURAL.fullmatch(word) else word
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


def fraction_in_words(phrase: str) -> float | None:
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
