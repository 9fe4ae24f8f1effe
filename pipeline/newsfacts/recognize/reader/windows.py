"""Cut an article into the windows that the encoder reads.

A window is `[CLS] headline [SEP] lead [SEP] heading [SEP] sentences [SEP]`. In front of every window but the first,
which holds them anyway, stand the headline, the story's first sentence, which tells of whom and of which time it is,
and the heading of the section that goes on; then a few sentences that were read before as context, then the sentences
that this window reads. The reader may put a name that was told before in front. Every wordpiece of the article is read
in exactly one window, so no two windows can contradict each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

WINDOW_PIECES = 448  # wordpieces in a window, the special ones included
CONTEXT_PIECES = 64  # of which already read ones before the first new sentence, at most
HEADLINE_PIECES = 32
LEAD_PIECES, LEAD_LEAST = 40, 12
LEAD_AMONG = 8  # in how many sentences behind the headline the lead is looked for; bylines may come first
HEADING_PIECES = 12
LONG_NAME = 4  # words

DISTANCES = 32  # buckets of the distance from a quantity to a wordpiece; one more for token 0
MAX_DISTANCE = 1024

CASES = ("special", "lower", "title", "upper", "mixed", "digit", "other")


def wordpiece_tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    """The uncased BERT tokenizer over a vocabulary; offsets are code points of the text as it stands."""
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=64))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder()
    return tokenizer


@dataclass(frozen=True, slots=True)
class Pieces:
    """An article's wordpieces: vocabulary ids, case classes and code point offsets, in parallel."""

    ids: list[int]
    cases: list[int]
    starts: list[int]
    ends: list[int]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """First and last piece of a stretch of the text, given in code points."""
        first = max(bisect_right(self.starts, start) - 1, 0)
        return first, max(bisect_left(self.starts, end) - 1, first)


@dataclass(frozen=True, slots=True)
class Window:
    """Piece indices of one window, with -1 for [CLS] and -2 for [SEP]; new pieces are those from `first` on."""

    pieces: list[int]
    first: int
    last: int


def case_of(word: str) -> int:
    """The case class of a word, an index into CASES."""
    if word.isdigit():
        return 5
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    if word.istitle():
        return 2
    return 4 if any(character.isalpha() for character in word) else 6


def split(text: str, tokenizer: Tokenizer) -> Pieces:
    """Wordpieces of a whole text; the pieces of one word share the word's case class."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets, words = encoding.offsets, encoding.word_ids
    starts = [start for start, _ in offsets]
    ends = [end for _, end in offsets]
    cases: list[int] = []
    position, count = 0, len(words)
    while position < count:
        stop = position + 1
        while stop < count and words[stop] == words[position]:
            stop += 1
        cases.extend([case_of(text[starts[position] : ends[stop - 1]])] * (stop - position))
        position = stop
    return Pieces(encoding.ids, cases, starts, ends)


def plan(
    pieces: Pieces,
    sentence_starts: Sequence[int],
    headline: tuple[int, int] | None,
    headings: Sequence[tuple[int, int]] = (),
    *,
    size: int = WINDOW_PIECES,
    context: int = CONTEXT_PIECES,
) -> list[Window]:
    """Windows over an article.

    pieces: the article's wordpieces. sentence_starts: code point offsets, ascending. headline, headings: code point
    spans. A sentence longer than a window is cut. Windows are of about equal length, since a short last one wastes a
    call.
    """
    count = len(pieces.ids)
    if not count:
        return []
    if count <= size - 2:
        return [Window([-1, *range(count), -2], 0, count)]
    starts = sorted({bisect_left(pieces.starts, start) for start in sentence_starts} | {0})
    starts = [start for start in starts if start < count]
    opening: list[tuple[int, int]] = []  # first and last piece, the latter not included
    if headline is not None:
        opening.append(_cut(pieces, headline, HEADLINE_PIECES))
    if lead := _lead(starts, opening[0][1] if opening else 0):
        opening.append(lead)
    sections = [_cut(pieces, heading, HEADING_PIECES) for heading in headings]
    longest = sum(end - begin + 1 for begin, end in opening) + (HEADING_PIECES + 1 if sections else 0)
    room = size - 2 - longest
    wanted = -(-(count - context) // (room - context))  # the number of windows, then their equal share
    share = min(room - context, -(-(count - context) // wanted) + 12)
    windows: list[Window] = []
    begin = 0
    while begin < count:
        limit = begin + share if begin else min(context + share, size - 2)
        end = _last_boundary(starts, begin, min(limit, count), count)
        first = begin
        if begin:
            first = min(starts[min(bisect_left(starts, begin - context), len(starts) - 1)], begin)
        section = bisect_left(sections, (begin, 0)) - 1
        before = [part for part in [*opening, *sections[section : section + 1]] if part[1] <= first]
        head = [piece for part in before for piece in (*range(*part), -2)]
        windows.append(Window([-1, *head, *range(first, end), -2], begin, end))
        begin = end
    return windows


def remind(
    text: str, pieces: Pieces, window: Window, names: Iterable[tuple[int, int]], words: int = LONG_NAME
) -> Window:
    """The window with the name in front that it does not show and that was told last before it.

    names: code point spans of organizations and places, the last told first; only those of so many words or more count.
    Such a name is told once, and "the park" and "it" mean it long after.
    """
    visible = set(window.pieces)
    read = text[pieces.starts[window.first] : pieces.ends[window.last - 1]]
    shown: set[str] = set()
    for span in names:
        name = text[slice(*span)]
        if name.count(" ") < words - 1:
            continue
        if pieces.place(*span)[0] in visible or name in read:
            shown.add(name)
        elif name not in shown:
            front = range(*_cut(pieces, span, HEADING_PIECES))
            return Window([-1, *front, -2, *window.pieces[1:]], window.first, window.last)
    return window


def _cut(pieces: Pieces, span: tuple[int, int], longest: int) -> tuple[int, int]:
    """The pieces of a span of the text, at most so many."""
    first = bisect_left(pieces.starts, span[0])
    return first, min(bisect_left(pieces.starts, span[1]), first + longest)


def _lead(starts: Sequence[int], after: int) -> tuple[int, int] | None:
    """The first sentence of the story: the first of some length that begins soon after the headline."""
    begin = bisect_left(starts, after)
    for first, end in pairwise(starts[begin : begin + LEAD_AMONG + 1]):
        if end - first >= LEAD_LEAST:
            return first, min(end, first + LEAD_PIECES)
    return None


def _last_boundary(starts: list[int], begin: int, limit: int, count: int) -> int:
    """The last sentence start after `begin` and up to `limit`, or `limit` where one sentence fills it all."""
    if limit >= count:
        return count
    index = bisect_left(starts, limit + 1) - 1
    return starts[index] if starts[index] > begin else limit


def _bucket_table() -> npt.NDArray[np.int64]:
    delta = np.arange(-MAX_DISTANCE, MAX_DISTANCE + 1)
    size, half = np.abs(delta), DISTANCES // 2
    logarithmic = 4 + np.floor(np.log2(np.maximum(size, 4) / 4) * 2).astype(np.int64)
    bucket = np.minimum(np.where(size < 4, size, logarithmic), half - 1)
    return np.where(delta < 0, bucket + half, bucket).astype(np.int64)


BUCKETS = _bucket_table()


def distance_buckets(length: int, firsts: Sequence[int]) -> npt.NDArray[np.int64]:
    """Bucket of the signed distance from each quantity to each wordpiece of a window, (Q, length).

    Exact near by, logarithmic further off; token 0, which stands for "none" and is no place, has bucket DISTANCES.
    """
    delta = np.arange(length)[None, :] - np.asarray(firsts, dtype=np.int64)[:, None]
    buckets: npt.NDArray[np.int64] = BUCKETS[np.clip(delta, -MAX_DISTANCE, MAX_DISTANCE) + MAX_DISTANCE]
    buckets[:, 0] = DISTANCES
    return buckets
