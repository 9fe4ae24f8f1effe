"""Which phrases say the same: content words in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from newsfacts.link import lexicon

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65536)
def content_words(phrase: str) -> frozenset[str]:
    """The words of a phrase in lower case, without the empty ones and without plural endings."""
    words = (word for word in _WORD.findall(phrase.lower()) if word not in lexicon.words("empty_words.txt"))
    return frozenset(_singular(word) for word in words)


def likeness(one: str, other: str) -> float:
    """The share of content words that two phrases have in common, from 0 to 1 (Dice's coefficient)."""
    words, others = content_words(one), content_words(other)
    if not words or not others:
        return float(one == other)
    return 2 * len(words & others) / (len(words) + len(others))


def agreed(chances: Mapping[str, float], least: float) -> tuple[str, float]:
    """The phrase that most of the probability is like, and how much that is; the likelier of equals.

    chances: {phrase: probability}. least: from which likeness on two phrases are the same answer.
    """
    best, mass = "", -1.0
    for phrase in sorted(chances, key=lambda phrase: -chances[phrase]):
        alike = sum(p for other, p in chances.items() if other == phrase or likeness(phrase, other) >= least)
        if alike > mass + 1e-6:
            best, mass = phrase, alike
    return best, mass


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
