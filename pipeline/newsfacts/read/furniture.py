"""Page furniture: lines of a news page that belong to the page and not to the article.

The cues are data (``data/furniture_cues.tsv``, ``data/menu_words.txt``); this module is the engine that reads them.
Nothing is cut out: spans are marked, the text stays as it is. Lines of prose are left alone unless a cue explains the
whole line or heads its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, TypedDict

_PARTS = re.compile(r"\s*[|│·•●▪■]+\s*|\t\s*|[^\S\n]{3,}|[^\S\n]{2}(?=\S)")
_CRUMBS = re.compile(r"\s*(?:[|│·•●>»›/→\t]|[^\S\n]{2,})\s*")
_BULLET = re.compile(r"^[-–—*•●▪◦■□·]+\s*")
_SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*(?=\s|$)")
_NOTE_END = re.compile(r"(?:\b(?:Inc|Co|Corp|Ltd|No|St|U\.S|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|vs|Mr|Ms|Dr)|\.\.)\.$")
_BYLINE = re.compile(
    r"(?:by|words|text|author|written by|reported by)\b:?\s+(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,2}?)(?= (?:in|at|for|and|from)\b|\s*[,|·•]|\s{2}|\s*$)",
    re.IGNORECASE,
)
_BIOGRAPHY = re.compile(r",? (?:is|was|has|covers|writes|reports|works|joined|leads|edits|runs|studied|teaches|lives|contributes)\b")
_QUOTE = re.compile(r"[“”\"]|\bsa(?:id|ys)\b")
LONG_LINE = 120
"""Characters from which a line that ends like a sentence is prose, whatever else it looks like."""


class Span(TypedDict):
    """A marked part of the text; offsets are code points."""

    start: int
    end: int
    reason: str


class Line(NamedTuple):
    """A line without the blanks around it; empty where the line is blank."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class _Cues:
    """The compiled cues: one expression a scope, and the reason of each of its groups."""

    whole: dict[str, tuple[re.Pattern[str], tuple[str, ...]]]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    menu: frozenset[str]

    def reason(self, scope: str, text: str) -> str | None:
        """Return the reason of the first cue of a scope that explains the whole text."""
        pattern, reasons = self.whole[scope]
        match = pattern.search(text) if scope == "words" else pattern.fullmatch(text)
        return reasons[int((match.lastgroup or "c0")[1:])] if match else None


@lru_cache(maxsize=1)
def _cues() -> _Cues:
    data = files(__package__) / "data"
    rows: dict[str, list[tuple[str, str]]] = {}
    for line in (data / "furniture_cues.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            scope, reason, pattern = line.split("\t")
            rows.setdefault(scope, []).append((reason, pattern))
    whole = {
        scope: (
            re.compile("|".join(f"(?P<c{i}>{pattern})" for i, (_, pattern) in enumerate(cues)), re.IGNORECASE),
            tuple(reason for reason, _ in cues),
        )
        for scope, cues in rows.items()
        if scope != "phrase"
    }
    phrases = tuple((re.compile(pattern, re.MULTILINE), reason) for reason, pattern in rows["phrase"])
    words = (data / "menu_words.txt").read_text(encoding="utf-8").splitlines()
    return _Cues(whole, phrases, frozenset(word for word in words if not word.startswith("#")))


def split_lines(text: str) -> list[Line]:
    """Split a text at line feeds; blanks around a line are left out of its span."""
    lines = []
    at = 0
    for raw in text.split("\n"):
        bare = raw.strip()
        start = at + (len(raw) - len(raw.lstrip()) if bare else 0)
        lines.append(Line(start, start + len(bare), bare))
        at += len(raw) + 1
    return lines


def is_prose(line: str) -> bool:
    """Whether a line is running text: long with a sentence end, or of several sentences."""
    ends = [m for m in _SENTENCE_END.finditer(line) if not _NOTE_END.search(line, max(0, m.start() - 8), m.start() + 1)]
    if not ends:
        return len(line) > 2 * LONG_LINE
    closes = ends[-1].end() == len(line)
    return closes and (len(line) >= LONG_LINE or len(ends) >= 2 or (len(line) >= 50 and line[ends[-1].start()] == "."))


def _is_menu(line: str, cues: _Cues) -> bool:
    """Whether a line is a row of menu entries or a breadcrumb trail."""
    parts = [part for part in _CRUMBS.split(line.lower().strip(" []|>»/")) if part]
    if len(parts) < 2 or any(len(part) > 40 for part in parts):
        return False
    known = sum(part in cues.menu for part in parts)
    return known >= 2 and 2 * known >= len(parts) or known == 1 and len(parts) <= 5 and parts[0].startswith("home")


def _mark_lines(lines: list[Line], cues: _Cues) -> list[list[Span]]:
    """Mark what each line's own words give away; returns the spans of each line."""
    marked: list[list[Span]] = []
    for line in lines:
        spans: list[Span] = []
        if line.text:
            spans = _mark_parts(line, cues)
            if len(line.text) <= 2 * LONG_LINE and not _is_whole(line, spans) and _is_menu(line.text, cues):
                spans = [{"start": line.start, "end": line.end, "reason": "menu"}]
        marked.append(spans)
    return marked


def _line_reason(line: str, cues: _Cues) -> str | None:
    """The reason that the words of a line, or of a part of one, give."""
    bare = _BULLET.sub("", line)
    reason = cues.reason("line", bare) or (cues.reason("line", line) if bare != line else None)
    return reason or (cues.reason("words", line) if len(line) <= 2 * LONG_LINE else None)


def _is_whole(line: Line, spans: list[Span]) -> bool:
    """Whether a line is furniture as a whole."""
    return len(spans) == 1 and (spans[0]["start"], spans[0]["end"]) == (line.start, line.end)


def _mark_parts(line: Line, cues: _Cues) -> list[Span]:
    """Mark a line or the parts of it that are furniture; where all parts are, the line is one span."""
    if reason := _line_reason(line.text, cues):
        return [{"start": line.start, "end": line.end, "reason": reason}]
    if len(line.text) > 4 * LONG_LINE:
        return []
    spans: list[Span] = []
    at, whole = 0, True
    cuts = [match.span() for match in _PARTS.finditer(line.text)]
    for start, end in [*cuts, (len(line.text), len(line.text))]:
        part = line.text[at:start]
        if part and (reason := _line_reason(part, cues)):
            spans.append({"start": line.start + at, "end": line.start + start, "reason": reason})
        elif part:
            whole = False
        at = end
    return [{"start": line.start, "end": line.end, "reason": spans[0]["reason"]}] if whole and spans else spans


def _ends_sentence(line: str) -> bool:
    """Whether a line ends in a full stop and has words enough for a sentence, or is prose."""
    return is_prose(line) or (line.rstrip("\"”’')]").endswith(".") and line.count(" ") >= 3)


def _looks_like_headline(line: Line) -> bool:
    return 0 < len(line.text) <= 160 and not is_prose(line.text) and not line.text.endswith((".", ":", ",", ";"))


def find_furniture(text: str) -> list[Span]:
    """Find what belongs to the web page in an article's text.

    Returns spans of whole lines, or of the parts of a line that are divided by bars or wide gaps, or of single phrases
    (an end mark, a phone number): ``[{"start", "end", "reason"}]``, sorted, not overlapping.
    """
    return [span.copy() for span in _find(text)]


@lru_cache(maxsize=4)
def _find(text: str) -> tuple[Span, ...]:
    cues = _cues()
    lines = split_lines(text)
    marked = _mark_lines(lines, cues)

    def mark(index: int, reason: str) -> None:
        marked[index] = [{"start": lines[index].start, "end": lines[index].end, "reason": reason}]

    prose = [index for index, line in enumerate(lines) if not marked[index] and is_prose(line.text)]
    index = 0
    while index < len(lines):
        line = lines[index].text
        if not line or len(line) > LONG_LINE:
            index += 1
            continue
        heading = _BULLET.sub("", line).rstrip(" :：>»→").strip()
        seen_prose = bool(prose) and prose[0] < index
        if seen_prose and (reason := cues.reason("page", heading)) and 5 * lines[index].start >= 2 * len(text):
            for rest in range(index, len(lines)):
                mark(rest, reason)
            break
        if seen_prose and (reason := cues.reason("paragraph", heading)):
            stop = index + 1
            if stop < len(lines) and not lines[stop].text:
                stop += 1
            while stop < len(lines) and lines[stop].text:
                stop += 1
            for rest in range(index, stop):
                mark(rest, reason)
            index = stop
            continue
        if reason := cues.reason("list", heading):
            stop = index + 1
            if stop < len(lines) and not lines[stop].text:
                stop += 1
            while stop < len(lines) and _looks_like_headline(lines[stop]):
                stop += 1
            if seen_prose and stop - index > 1 and lines[stop - 1].text:
                for rest in range(index, stop):
                    mark(rest, reason)
                index = stop
                continue
        index += 1
    _mark_author(lines, marked, mark)
    _mark_tail(lines, marked, mark)
    spans = [span for spans in marked for span in spans if span["start"] < span["end"]]
    return tuple(_with_phrases(text, spans, cues))


def _mark_author(lines: list[Line], marked: list[list[Span]], mark: Callable[[int, str], None]) -> None:
    """Mark a closing line about the person in the byline ("Ana Ruiz covers shipping. She joined in 2011.")."""
    names = [match["name"].casefold() for line in lines[:20] if (match := _BYLINE.match(line.text))]
    if not names:
        return
    for index in [i for i, line in enumerate(lines) if not marked[i] and _ends_sentence(line.text)][-2:]:
        text = lines[index].text
        if any(
            text.casefold().startswith(name) and _BIOGRAPHY.match(text, len(name)) and not _QUOTE.search(text) for name in names
        ):
            mark(index, "author")


def _mark_tail(lines: list[Line], marked: list[list[Span]], mark: Callable[[int, str], None]) -> None:
    """Mark the loose lines between and after the furniture below the article's last sentence."""
    whole = [_is_whole(line, spans) for line, spans in zip(lines, marked, strict=True)]
    last = max((i for i, line in enumerate(lines) if not whole[i] and _ends_sentence(line.text)), default=None)
    if last is None:
        return
    first = next((i for i in range(last + 1, len(lines)) if whole[i] and lines[i].text), None)
    if first is not None:
        for index in range(first, len(lines)):
            if lines[index].text and not marked[index]:
                mark(index, "page end")


def _with_phrases(text: str, spans: list[Span], cues: _Cues) -> list[Span]:
    """Add the single phrases that stand outside the spans; returns all, sorted."""
    found: list[Span] = []
    for pattern, reason in cues.phrases:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= s["start"] or start >= s["end"] for s in (*spans, *found)):
                found.append({"start": start, "end": end, "reason": reason})
    return sorted([*spans, *found], key=lambda span: span["start"])
