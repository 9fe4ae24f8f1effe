"""The words of a name without what may differ between two spellings of it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s\b")
_UMLAUT = re.compile(r"(?<=[aou])e")
_DROPPED = {ord(mark): None for mark in ".'’"}


@lru_cache(maxsize=8192)
def plain(phrase: str) -> tuple[str, ...]:
    """A phrase's words without accents, full stops and possessives; "S.A.B." is one word."""
    bare = _POSSESSIVE.sub("", phrase).translate(_DROPPED)
    if not bare.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return tuple(WORD.findall(bare))


@lru_cache(maxsize=8192)
def folded(phrase: str) -> tuple[str, ...]:
    """The plain words without case, and with "o" for the "oe" of those who have no "ö"."""
    return tuple(_UMLAUT.sub("", word.casefold()) for word in plain(phrase))
