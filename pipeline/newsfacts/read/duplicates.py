"""Articles that repeat an earlier one of the run: word for word, nearly so, or as a part of it.

Compared is the story, without what stands above it, page furniture and dateline, in which copies of a report differ. Of
each article the smallest hashes of its runs of words are kept, a sample of some hundred bytes: below the largest hash
of either sample, two samples hold all that the articles share. Numbers are compared by themselves too, for the reports
of two months may differ in little else.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from newsfacts.read.dateline import has_dateline, without_dateline
from newsfacts.read.furniture import is_prose, split_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from newsfacts.records import Article

RUN = 4
"""Words in a run: enough to be an article's own, and few, so that a changed word costs few runs."""
SAMPLE, NUMBERS = 96, 16
"""Hashes that are kept of an article's runs and of its numbers. A share of them is right to about 5 points."""
LEAST = 16
"""Runs that a share is taken of at least; what is shorter must be the same. So a part of an article is known as such
from a sixth of its length."""
COPY = 0.75
"""Share of its runs that a copy has in common with the other text. Among 2,337 articles and passages of many outlets no
two have more than 0.14; a story with as much boilerplate as news has 0.5; a copy with each twentieth word changed has
0.8."""
STRANGE = 0.1
"""Share of a copy's numbers that the other text may lack: none where there are fewer than ten."""
BULK = 0.3
"""Share of a later article that an earlier one makes up if the later one is to repeat it: a survey of the day that
takes in a short report does not."""
LONG = 80
"""Characters of a line that is part of the story, even if a sentence does not end with it; headlines are shorter."""
KEYS = 24
"""Hashes of an article by which it is found again."""
COMMON, LOOKED_AT = 256, 64
"""Articles with the same run from which it is a formula and no key, and the most articles that one is compared with."""
MANY = 8
"""Candidates from which on numpy is quicker."""
RECENT = 1024
"""Articles whose keys wait to be packed."""

_NONE = 0xFFFFFFFF  # fills samples of short articles
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class Repeat:
    """That an article repeats an earlier one, by its id; ``whole`` if it has nothing of its own to add."""

    article: str
    whole: bool


class Duplicates:
    """Remember the articles of a run, in their order, and recognize those that repeat an earlier one.

    An article repeats another one if nearly all of its text stands there, or if the other makes up much of it and it
    goes on (a first page, then the article as a whole). Of the memory, an article takes less than a kilobyte.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._samples: list[bytes] = []
        self._keys = _Keys()

    def find(self, article: str, sample: bytes) -> Repeat | None:
        """Return what an article repeats: the first article that has all of it, else the first that it takes in.

        ``article``: its id; ``sample``: its ``sample_of``.
        """
        runs, numbers = _parts(sample)
        hashes = set(runs) - {_NONE}
        part = None
        for number in self._near(runs, self._keys.candidates(runs)):
            known_runs, known_numbers = _parts(self._samples[number])
            shared = len(hashes.intersection(known_runs))
            of, of_known = _compared(runs, known_runs), _compared(known_runs, runs)
            alike = runs == known_runs
            if _is_in(shared, of, alike) and _has_numbers(numbers, known_numbers):
                return Repeat(self._ids[number], whole=True)
            if (
                part is None
                and _is_in(shared, of_known, alike)
                and (not of or shared / of >= BULK)
                and _has_numbers(known_numbers, numbers)
            ):
                part = Repeat(self._ids[number], whole=False)
        self._keys.add(len(self._ids), runs[:KEYS])
        self._ids.append(article)
        self._samples.append(sample)
        return part

    def _near(self, runs: list[int], candidates: list[int]) -> list[int]:
        """The candidates without those that certainly share too little, as half of each hash tells of all at once."""
        if len(candidates) < MANY:
            return candidates
        known = np.frombuffer(b"".join(self._samples[number] for number in candidates), np.uint32)
        known = known.reshape(len(candidates), -1)[:, :SAMPLE]
        own = np.array(runs, np.uint32)
        halves = np.zeros(1 << 16, np.bool_)
        halves[own >> 16] = True
        limits = np.minimum(known[:, -1], min(runs[-1], _NONE - 1))
        compared = known <= limits[:, None]
        shared = (halves[known >> 16] & compared).sum(axis=1)  # or fewer
        of = np.minimum(np.searchsorted(own, limits, "right"), compared.sum(axis=1))
        return [candidates[at] for at in np.flatnonzero((of < LEAST) | (shared >= COPY * of))]


class _Keys:
    """Which articles have a hash among their keys, in eight bytes a key."""

    def __init__(self) -> None:
        self._recent: dict[int, list[int]] = {}
        self._waiting = 0
        self._packed: list[NDArray[np.uint64]] = []  # hash and article in one number, sorted; each half of the last

    def add(self, article: int, keys: list[int]) -> None:
        for key in keys:
            if key < _NONE:
                self._recent.setdefault(key, []).append(article)
        self._waiting += 1
        if self._waiting == RECENT:
            self._pack()

    def candidates(self, hashes: list[int]) -> list[int]:
        """The articles with most of the keys, in their order."""
        times: Counter[int] = Counter()
        for articles in self._with_each(hashes):
            if len(articles) <= COMMON:
                times.update(articles)
        most = sorted(sorted(times), key=times.__getitem__, reverse=True)  # of the same number the earliest
        return sorted(most[:LOOKED_AT])

    def _with_each(self, hashes: list[int]) -> Iterator[list[int]]:
        """The articles with a key, for each of the hashes that is one."""
        if not self._packed:
            yield from filter(None, map(self._recent.get, hashes))
            return
        first = np.array(hashes, np.uint64) << np.uint64(32)
        bounds = [
            (packed, np.searchsorted(packed, first), np.searchsorted(packed, first + np.uint64(_NONE)))
            for packed in self._packed
        ]
        for at, key in enumerate(hashes):
            articles = [*self._recent.get(key, ())]
            for packed, starts, ends in bounds:
                if starts[at] < ends[at]:
                    articles += (packed[starts[at] : ends[at]][: COMMON + 1] & np.uint64(_NONE)).tolist()
            if articles:
                yield articles

    def _pack(self) -> None:
        pairs = [key << 32 | article for key, articles in self._recent.items() for article in articles]
        packed = np.sort(np.array(pairs, np.uint64))
        while self._packed and len(self._packed[-1]) <= 2 * len(packed):
            packed = np.sort(np.concatenate((self._packed.pop(), packed)))
        self._packed.append(packed)
        self._recent, self._waiting = {}, 0


def sample_of(article: Article) -> bytes:
    """Make the sample of an article by which its repeats are found: ``SAMPLE`` + ``NUMBERS`` hashes of four bytes."""
    story = _story(article)
    return array("I", (*_sample(_runs(story), SAMPLE), *_sample(_numbers(story), NUMBERS))).tobytes()


def _parts(sample: bytes) -> tuple[list[int], list[int]]:
    """The hashes of an article's runs and of its numbers, each ascending."""
    hashes = memoryview(sample).cast("I").tolist()
    return hashes[:SAMPLE], hashes[SAMPLE:]


def _story(article: Article) -> str:
    """The words that copies share: from the first sentence or dateline on, without furniture."""
    parts, at = [], 0
    for span in article.furniture:
        parts.append(article.text[at : span.start])
        at = max(at, span.end)
    parts.append(article.text[at:])
    lines = [line.text for line in split_lines("\n".join(parts))]
    begin = next((at for at, line in enumerate(lines) if len(line) >= LONG or is_prose(line) or has_dateline(line)), 0)
    lines[begin] = without_dateline(lines[begin])
    words = "\n".join(lines[begin:]).translate(_INVISIBLE)
    return unicodedata.normalize("NFKC", words).casefold()


def _runs(story: str) -> NDArray[np.uint64]:
    words = np.fromiter((zlib.crc32(word.encode()) for word in _WORD.findall(story)), np.uint64)
    size = min(RUN, len(words))
    runs = np.zeros(len(words) - size + 1 if size else 0, np.uint64)
    for place in range(size):
        runs = _mix(runs + words[place : place + len(runs)])
    return runs


def _numbers(story: str) -> NDArray[np.uint64]:
    numbers = (number.replace(",", "") for number in _NUMBER.findall(story))
    return _mix(np.fromiter((zlib.crc32(number.encode()) for number in numbers), np.uint64))


def _mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread numbers over all 64 bits (the steps of SplitMix64), the same on every machine."""
    hashes = (hashes + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _sample(hashes: NDArray[np.uint64], size: int) -> list[int]:
    """The smallest different hashes, filled up to the size."""
    smallest: list[int] = np.unique(hashes >> np.uint64(32))[:size].tolist()
    return smallest + [_NONE] * (size - len(smallest))


def _compared(one: list[int], other: list[int]) -> int:
    """The number of hashes of one text that a share of it in the other is taken of."""
    return bisect_right(one, min(one[-1], other[-1], _NONE - 1))


def _is_in(shared: int, of: int, alike: bool) -> bool:
    return shared / of >= COPY if of >= LEAST else alike


def _has_numbers(one: list[int], other: list[int]) -> bool:
    of = _compared(one, other)
    return not of or 1 - len(set(one[:of]).intersection(other)) / of <= STRANGE
