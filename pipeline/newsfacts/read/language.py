"""Whether a text is English.

Two witnesses must agree that it is not: the share of English function words, which is cheap and settles nearly every
text, and py3langid's model, which is loaded (100 MB) only where few of them are found. Names and headings say nothing
about the language, so capitalised words are left out; tables and lists of names stay in doubt, and in. A text that is
too short for both is foreign only where function words of another language make up much of it, and none is English.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from newsfacts.lexicons import read_lines

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]+")
SAMPLE = 20_000
"""Characters that are looked at."""
LEAST_BYTES = 80
"""Bytes of words without a capital that a text must have before it can be called foreign: a sign for a syllable says as
much as three letters."""
LEAST_WORDS = 4
"""Words without a capital that a shorter text must have."""
MANY = 0.4
"""Share of another language's function words at which a shorter text is in it."""
FEW = 0.12
"""Share of function words in a text that is certainly English: seeds and gold have 0.2 and more."""
DOUBT = 0.01
"""Probability of English at which a text is surely something else; the model leaves English tables 0.2 and more."""


def foreign_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language that a text is surely written in if that is not English, else None."""
    words = [word for word in _WORD.findall(text[:SAMPLE]) if not word[0].isupper()]
    sample = " ".join(words)
    if len(sample.encode()) < LEAST_BYTES:
        return _language_of_few(words)
    if sum(word in _function_words() for word in words) >= FEW * len(words):
        return None
    ranked = _identifier().rank(sample)
    return str(ranked[0][0]) if dict(ranked)["en"] < DOUBT else None


def _language_of_few(words: list[str]) -> str | None:
    """The language of a sentence, if much of it are function words of that language and none of them is English."""
    if len(words) < LEAST_WORDS or not _function_words().isdisjoint(words):
        return None
    for language, (strong, weak) in _foreign_words().items():
        certain, possible = sum(word in strong for word in words), sum(word in weak for word in words)
        enough = certain >= 2 or (certain and certain + possible >= 3)
        if enough and certain + possible >= MANY * len(words):
            return language
    return None


@lru_cache(maxsize=1)
def _foreign_words() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    words: dict[str, dict[str, frozenset[str]]] = {}
    for line in read_lines(__package__, "foreign_words.tsv"):
        language, kind, listed = line.split("\t")
        words.setdefault(language, {})[kind] = frozenset(listed.split())
    return {language: (kinds["strong"], kinds["weak"]) for language, kinds in words.items()}


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(read_lines(__package__, "function_words.txt"))


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
