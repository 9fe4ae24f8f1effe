"""Page furniture: lines of a news page that belong to the page and not to the article.

The cues are data (``data/furniture_cues.tsv``, ``data/menu_words.txt``); this module is the engine that reads them.
Nothing is cut out: spans are marked, the text stays as it is. Lines of prose are left alone unless a cue explains the
whole line or heads its paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypedDict

from newsfacts.lexicons import read_lines

_PARTS = re.compile(r"\s*[|│·•●▪■]+\s*|\t\s*|[^\S\n]{3,}|[^\S\n]{2}(?=\S)")
_CRUMBS = re.compile(r"\s*(?:[|│·•●>»›/→\t]|[^\S\n]{2,})\s*")
_BULLET = re.compile(r"^[-–—*•●▪◦■□·]+\s*")
_SENTENCE_END = re.compile(r"[.!?…][\"”’'»)\]]*(?=\s|$)")
_FULL_STOP = re.compile(r"[^.]\.[\"”’'»)\]]*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Co|Corp|Ltd|No|St|U\.S|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|vs|Mr|Ms|Dr)|\.\.)\.$"
)
_BYLINE = re.compile(
    r"(?:by|words|text|author|written by|reported by)\b:?\s+(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,2}?)"
    r"(?= (?:in|at|for|and|from)\b|\s*[,|·•]|\s{2}|\s*$)",
    re.IGNORECASE,
)
_AUTHOR_LINK = re.compile(
    r"(?:(?:read|see|view) )?(?:more|all)(?: (?:posts?|articles?|stories))? (?:from|by) "
    r"(?P<name>[^\W\d_].{1,40}?)[\s»>→.]*",
    re.IGNORECASE,
)
_BIOGRAPHY = re.compile(
    r",? (?:is|was|has|covers|writes|reports|works|joined|leads|edits|runs|studied|teaches|lives|contributes)\b"
)
_QUOTE = re.compile(r"[“”\"]|\bsa(?:id|ys)\b")
_TAIL = frozenset(
    {
        *("about us", "author", "comments", "contact", "copyright", "legal notice", "menu", "original link"),
        *("previous and next", "related stories", "source line", "tags"),
    }
)
"""Reasons of lines that hardly ever stand above the end of an article."""
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
    """The compiled cues: an expression a scope with a group a cue, and the reasons of the groups."""

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
    rows: dict[str, list[tuple[str, str]]] = {}
    for line in read_lines(__package__, "furniture_cues.tsv"):
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
    return _Cues(whole, phrases, frozenset(read_lines(__package__, "menu_words.txt")))


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
    ends = [
        m for m in _SENTENCE_END.finditer(line) if not _ABBREVIATION.search(line, max(0, m.start() - 8), m.start() + 1)
    ]
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
    return (known >= 2 and 2 * known >= len(parts)) or (known == 1 and len(parts) <= 5 and parts[0] == "home")


def _line_reason(line: str, cues: _Cues, opening: bool) -> str | None:
    """The reason that the words of a line, or of a part of one, give."""
    bare = _BULLET.sub("", line)
    reason = cues.reason("line", bare) or (cues.reason("line", line) if bare != line else None)
    if reason is None and len(line) <= 2 * LONG_LINE:
        reason = cues.reason("words", line) or (cues.reason("opening", line) if opening else None)
    return reason


def _ends_sentence(line: str) -> bool:
    """Whether a line ends in a full stop and has words enough for a sentence, or is prose."""
    return is_prose(line) or (bool(_FULL_STOP.search(line)) and line.count(" ") >= 3)


def _looks_like_headline(line: Line) -> bool:
    return 0 < len(line.text) <= 160 and not is_prose(line.text) and not line.text.endswith((".", ":", ",", ";"))


class _Page:
    """The lines of a page and the spans marked on each of them."""

    def __init__(self, text: str, cues: _Cues) -> None:
        self.cues = cues
        self.lines = split_lines(text)
        self.length = len(text)
        self.marked: list[list[Span]] = [[] for _ in self.lines]
        self.prose = [index for index, line in enumerate(self.lines) if is_prose(line.text)]

    def mark(self, index: int, reason: str) -> None:
        """Mark a whole line, if it is not blank."""
        line = self.lines[index]
        if line.text:
            self.marked[index] = [{"start": line.start, "end": line.end, "reason": reason}]

    def is_whole(self, index: int) -> bool:
        """Whether a line is marked as a whole."""
        spans, line = self.marked[index], self.lines[index]
        return len(spans) == 1 and (spans[0]["start"], spans[0]["end"]) == (line.start, line.end)

    def heading(self, index: int) -> str:
        """The words of a short line without its bullet and final marks; empty for a long or blank line."""
        line = self.lines[index].text
        return _BULLET.sub("", line).rstrip(" .…:：>»→").strip() if len(line) <= 2 * LONG_LINE else ""

    def mark_lines(self) -> None:
        """Mark the lines and parts of lines that their own words explain."""
        second_prose = self.prose[1] if len(self.prose) > 1 else len(self.lines)
        for index, line in enumerate(self.lines):
            if not line.text:
                continue
            opening = index < second_prose
            if reason := _line_reason(line.text, self.cues, opening):
                self.mark(index, reason)
                continue
            if len(line.text) <= 4 * LONG_LINE:
                self._mark_parts(index, opening)
            if len(line.text) <= 2 * LONG_LINE and not self.is_whole(index) and _is_menu(line.text, self.cues):
                self.mark(index, "menu")

    def _mark_parts(self, index: int, opening: bool) -> None:
        line = self.lines[index]
        cuts = [match.span() for match in _PARTS.finditer(line.text)]
        if not cuts:
            return
        at, whole = 0, True
        for start, end in [*cuts, (len(line.text), len(line.text))]:
            part = line.text[at:start]
            if part and (reason := _line_reason(part, self.cues, opening)):
                self.marked[index].append({"start": line.start + at, "end": line.start + start, "reason": reason})
            elif part:
                whole = False
            at = end
        if whole and self.marked[index]:
            self.mark(index, self.marked[index][0]["reason"])

    def mark_blocks(self) -> None:
        """Mark headings with what stands below them: other stories, about us, comments."""
        index = self.prose[0] + 1 if self.prose else len(self.lines)
        while index < len(self.lines):
            heading = self.heading(index)
            stop = index + 1
            if heading:
                late = 2 * self.lines[index].start >= self.length
                if late and (reason := self.cues.reason("page", heading)):
                    self.mark(index, reason)
                    self._mark_rest(index)
                    return
                if late and (reason := self.cues.reason("paragraph", heading)):
                    stop = self._end_of_paragraphs(index)
                elif reason := self.cues.reason("list", heading):
                    stop = self._end_of_list(index)
                    reason = reason if stop > index + 1 else None
                if reason:
                    for each in range(index, stop):
                        self.mark(each, reason)
            index = stop

    def _below(self, index: int) -> int:
        """The first line below a heading, with at most one blank line between."""
        below = index + 1
        return below + 1 if below < len(self.lines) and not self.lines[below].text else below

    def _end_of_paragraphs(self, index: int) -> int:
        """The end of the text below a heading; on a page without blank lines one line only, unless the end is near."""
        stop = self._below(index)
        while stop < len(self.lines) and self.lines[stop].text:
            stop += 1
            if stop - index > 1 and 4 * self.lines[index].start < 3 * self.length and self._is_dense(index, stop):
                break
        return stop

    def _is_dense(self, index: int, stop: int) -> bool:
        """Whether more prose follows at once."""
        return stop < len(self.lines) and is_prose(self.lines[stop - 1].text) and is_prose(self.lines[stop].text)

    def _end_of_list(self, index: int) -> int:
        first = stop = self._below(index)
        while (
            stop < len(self.lines)
            and _looks_like_headline(self.lines[stop])
            and not any(
                self.cues.reason(scope, self.heading(stop)) for scope in ("page", "paragraph", "list", "closing list")
            )
        ):
            stop += 1
        return stop if stop > first else index + 1

    def mark_closing(self) -> None:
        """Mark what stands below the article's last sentence, from the bottom up."""
        names = [match["name"] for line in self.lines[:20] if (match := _BYLINE.match(line.text))]
        names += [match["name"] for line in self.lines[-40:] if (match := _AUTHOR_LINK.fullmatch(line.text))]
        begin = len(self.lines)
        while begin and self.prose:
            line = self.lines[begin - 1].text
            if line and not self.is_whole(begin - 1):
                if reason := self.cues.reason("closing", line):
                    self.mark(begin - 1, reason)
                elif any(_is_biography(line, name) for name in names):
                    self.mark(begin - 1, "author")
                elif _ends_sentence(line):
                    break
            begin -= 1
        if not begin:
            return
        for index in range(begin, len(self.lines)):
            heading = self.heading(index)
            if not heading or self.is_whole(index):
                continue
            if reason := self.cues.reason("closing list", heading) or self.cues.reason("list", heading):
                self.mark(index, reason)
                for each in range(index + 1, self._end_of_list(index)):
                    self.mark(each, reason)
        self._mark_rest(next((i for i in range(begin, len(self.lines)) if self._opens_tail(i)), len(self.lines)))

    def _mark_rest(self, index: int) -> None:
        """Mark all lines from one on that are not marked as a whole."""
        for each in range(index, len(self.lines)):
            if not self.is_whole(each):
                self.mark(each, "page end")

    def _opens_tail(self, index: int) -> bool:
        """Whether a line is one from which on all is furniture."""
        return self.is_whole(index) and self.marked[index][0]["reason"] in _TAIL


def _is_biography(line: str, name: str) -> bool:
    """Whether a line says something about an author ("Ana Ruiz covers shipping. She joined in 2011.")."""
    opens = line.casefold().startswith(name.casefold())
    return opens and bool(_BIOGRAPHY.match(line, len(name))) and not _QUOTE.search(line)


def find_furniture(text: str) -> list[Span]:
    """Find what belongs to the web page in an article's text.

    Returns spans of whole lines, or of the parts of a line that are divided by bars or wide gaps, or of single phrases
    (an end mark, a phone number): ``[{"start", "end", "reason"}]``, sorted, not overlapping. Names of authors, agencies
    and photographers in bylines and credits are left unmarked: they are mentions, though no facts.
    """
    cues = _cues()
    page = _Page(text, cues)
    page.mark_lines()
    page.mark_blocks()
    page.mark_closing()
    return _with_phrases(text, [span for spans in page.marked for span in spans], cues)


def _with_phrases(text: str, spans: list[Span], cues: _Cues) -> list[Span]:
    """Add the single phrases that stand outside the spans; returns all, sorted."""
    for pattern, reason in cues.phrases:
        starts = [span["start"] for span in spans]
        for match in pattern.finditer(text):
            start, end = match.span()
            place = bisect_left(starts, end)
            if place == 0 or spans[place - 1]["end"] <= start:
                spans.append({"start": start, "end": end, "reason": reason})
        spans.sort(key=lambda span: span["start"])
    return spans
