"""The words by which two phrases are known to say the same."""

from __future__ import annotations

import re
from functools import lru_cache

from newsfacts.lexicons import read_lines

_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65536)
def content_words(phrase: str) -> frozenset[str]:
    """The words of a phrase in lower case and the singular, stop words apart."""
    return frozenset(_singular(word) for word in _WORD.findall(phrase.lower()) if word not in _stop_words())


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(read_lines(__package__, "stop_words.txt"))


def _singular(word: str) -> str:
    """The word without its plural ending, as far as spelling shows it."""
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
