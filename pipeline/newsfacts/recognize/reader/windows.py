"""Cut an article into the windows that the encoder reads.

A window is `[CLS] headline [SEP] sentences [SEP]`: the headline in front of every window but the first (which holds it
anyway), a few sentences that were read before as context, then the sentences that this window reads. Every wordpiece of
the article is read in exactly one window, so no two windows can contradict each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

WINDOW_PIECES = 320  # wordpieces in a window, the special ones included
CONTEXT_PIECES = 72  # of which already read ones before the first new sentence, at most
HEADLINE_PIECES = 32

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
    *,
    size: int = WINDOW_PIECES,
    context: int = CONTEXT_PIECES,
) -> list[Window]:
    """Windows over an article.

    pieces: the article's wordpieces. sentence_starts: code point offsets, ascending. headline: its code point span.
    A sentence longer than a window is cut. Windows are of about equal length, since a short last one wastes a call.
    """
    count = len(pieces.ids)
    if not count:
        return []
    starts = sorted({bisect_left(pieces.starts, start) for start in sentence_starts} | {0})
    starts = [start for start in starts if start < count]
    prefix: list[int] = []
    if headline is not None:
        first = bisect_left(pieces.starts, headline[0])
        prefix = list(range(first, min(bisect_left(pieces.starts, headline[1]), first + HEADLINE_PIECES)))
    room = size - 3 - len(prefix)
    if count <= size - 2:
        return [Window([-1, *range(count), -2], 0, count)]
    wanted = -(-(count - context) // (room - context))  # the number of windows, then their equal share
    share = min(room - context, -(-(count - context) // wanted) + 12)
    windows: list[Window] = []
    begin = 0
    while begin < count:
        limit = begin + share if begin else min(context + share, size - 2)
        end = _last_boundary(starts, begin, min(limit, count), count)
        lead = begin
        if begin:
            lead = starts[min(bisect_left(starts, begin - context), len(starts) - 1)]
            lead = min(lead, begin)
        covered = prefix and lead > prefix[-1]
        head = [-1, *prefix, -2] if covered else [-1]
        windows.append(Window([*head, *range(lead, end), -2], begin, end))
        begin = end
    return windows


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
