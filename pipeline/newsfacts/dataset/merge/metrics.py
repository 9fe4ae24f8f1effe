"""Which metrics are one, in whatever words."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from newsfacts.lexicons import read_lines
from newsfacts.phrases import content_words


class Metric(NamedTuple):
    """What two metrics have alike that are one: the sort of measure, and the words that say more than it does."""

    measure: str
    words: tuple[str, ...]


@lru_cache(maxsize=65536)
def metric_of(metric: str, measure: str, kind: str, subject: str | None = None, *, dated: bool = False) -> Metric:
    """What a metric is known by.

    Order, plural, generic words, the words of the measure and the subject make no difference, nor does a time in it
    where the fact's period is ``dated``.
    """
    family, said = _measures().get(measure, (measure, frozenset[str]()))
    said |= _measures().get(kind, ("", frozenset[str]()))[1]
    words = content_words(metric)
    left = words - said - content_words(subject or "")
    if dated:
        said |= _words("period_words.txt")
        left -= said
    if not left and not words & said:
        left = words
    return Metric(family, tuple(sorted(left - _words("generic_words.txt") or left)))


@lru_cache(maxsize=1)
def _measures() -> dict[str, tuple[str, frozenset[str]]]:
    """{measure or kind: its sort, the words that say no more}."""
    rows = (line.split("\t") for line in read_lines(__package__, "measure_words.tsv"))
    return {measure: (family or measure, content_words(words)) for measure, family, words in rows}


@lru_cache(maxsize=2)
def _words(name: str) -> frozenset[str]:
    return frozenset(read_lines(__package__, name))
