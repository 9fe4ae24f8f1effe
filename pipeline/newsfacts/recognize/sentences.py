"""Sentence boundaries for news text, as a spaCy component that needs nothing but tokens.

``nlp.add_pipe("newsfacts_sentences")`` sets ``token.is_sent_start`` on every token. A sentence ends at a full stop,
exclamation or question mark and the closing quotation marks and brackets after it, at a blank line, and at a line
break unless the next line goes on with the sentence. Headlines and list items are sentences of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc

from newsfacts.lexicons import read_lines

if TYPE_CHECKING:
    from thinc.types import Ints2d

_END = re.compile(
    r"(?<=[^\s.!?])(?P<mark>[.!?…]+)(?P<close>[\"”’'»)\]]*)[^\S\n]+(?=(?P<open>[\"“‘'«(\[【]*)(?P<next>\S))"
)
_BREAK = re.compile(r"(?<![^\S\n])[^\S\n]*\n\s*")
_LAST_WORD = re.compile(r"[^\s\"“”‘(\[/—–]+\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_BULLET = re.compile(r"[-–—*•●▪◦■□·>]+[^\S\n]|\(?\d{1,2}[.)][^\S\n]|[QA][:.][^\S\n]")
_LABEL = re.compile(r"\(?(?:\d{1,2}|[IVX]{1,4}|[A-Za-z])\Z")
_SPEAKER = re.compile(r"(?:(?:Mr|Mrs|Ms|Dr)\.? )?(?:[^\W\d_a-z][\w.'’-]* ){1,3}(?P<verb>[a-z]+)\b")
_STOPPED = re.compile(r"[.!?…:;][\"”’'»)\]]*\Z")


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, frozenset[str]]:
    """Read the abbreviation classes: {"title" | "number" | "may_end" | "opener" | "speech": words}."""
    classes: dict[str, set[str]] = {}
    for line in read_lines(__package__, "abbreviations.tsv"):
        name, _, words = line.partition("\t")
        classes.setdefault(name, set()).update(words.split())
    return {name: frozenset(words) for name, words in classes.items()}


def _opens(text: str, at: int) -> bool:
    word = _FIRST_WORD.match(text, at)
    return word is not None and word.group() in _lexicon()["opener"]


def _ends(text: str, match: re.Match[str], line_start: int) -> bool:
    """Whether the sentence ends at a mark that blanks and more text of the same line follow."""
    lexicon = _lexicon()
    after, opening, closing = match["next"], match["open"], match["close"]
    next_at = match.end() + len(opening)
    if after.islower():
        return False
    if match["mark"] != ".":
        if closing and not opening and (speaker := _SPEAKER.match(text, next_at)):
            return speaker["verb"] not in lexicon["speech"]
        return True
    if closing:
        return True
    head = _LAST_WORD.search(text, max(line_start, match.start() - 24), match.start())
    if head is None:
        return True
    word = head.group().lstrip("'’")
    before = text[line_start : head.start()].strip(" :")
    if _LABEL.match(word) and (not before or before in lexicon["label"]):
        return False
    if word in lexicon["title"]:
        return False
    if after.isdigit() and word.rpartition("-")[2] in lexicon["number"]:
        return False
    initial = word[-1].isupper() and (len(word) == 1 or word[-2] in ".-")
    if initial or word in lexicon["may_end"]:
        return bool(opening and opening[0] not in "([") or _opens(text, next_at)
    return True


def _wrapped(lines: list[str]) -> bool:
    """Whether a block of lines is one paragraph that was broken at a fixed width."""
    full = [len(line) for line in lines[:-1]]
    return len(lines) >= 3 and min(full) >= 45 and max(full) <= 100 and any(line[:1].islower() for line in lines[1:])


def sentence_starts(text: str) -> list[int]:
    """Find where sentences start.

    Returns ascending code point offsets of first characters; the first sentence's offset is left out.
    """
    starts: list[int] = []
    block_end, block_is_wrapped = -1, False
    line_start = 0
    breaks = [(match.start(), match.end(), match.group().count("\n")) for match in _BREAK.finditer(text)]
    for number, (end, start, newlines) in enumerate([*breaks, (len(text), len(text), 2)]):
        starts += [match.end() for match in _END.finditer(text, line_start, end) if _ends(text, match, line_start)]
        if start >= len(text):
            break
        if line_start > block_end:
            stop = next((i for i in range(number, len(breaks)) if breaks[i][2] > 1), len(breaks))
            inner = [line_start, *(b[1] for b in breaks[number:stop])]
            outer = [*(b[0] for b in breaks[number:stop]), breaks[stop][0] if stop < len(breaks) else len(text)]
            block_end = outer[-1]
            block_is_wrapped = _wrapped([text[a:b] for a, b in zip(inner, outer, strict=True)])
        if newlines > 1 or _BULLET.match(text, start) or not _continues(text, line_start, end, start, block_is_wrapped):
            starts.append(start)
        line_start = start
    return starts


def _continues(text: str, line_start: int, end: int, start: int, wrapped: bool) -> bool:
    """Whether the sentence goes on over a single line break."""
    line = text[line_start:end]
    if text[start].islower():
        return not _STOPPED.search(line)
    if not wrapped:
        return False
    stop = _END.search(f"{line[-40:]} {text[start : start + 24]}", max(0, len(line[-40:]) - 6))
    return stop is None or not _ends(stop.string, stop, 0)


@Language.factory("newsfacts_sentences", assigns=["token.is_sent_start", "doc.sents"])
class Sentences:
    """Sets ``token.is_sent_start``; holds no state, so it can be shared and copied to other processes."""

    def __init__(self, nlp: Language, name: str = "newsfacts_sentences") -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        if not len(doc):
            return doc
        text = doc.text
        offsets = [token.idx for token in doc]
        marks = np.full(len(doc), -1, dtype=np.int64)
        marks[0] = 1
        first = len(text) - len(text.lstrip())
        for start in sentence_starts(text):
            index = bisect_left(offsets, start)
            if first < start and index < len(offsets):
                marks[index] = 1
        doc.from_array([SENT_START], cast("Ints2d", marks.astype(np.uint64).reshape(-1, 1)))
        return doc
