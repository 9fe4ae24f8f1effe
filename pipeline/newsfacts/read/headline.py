"""The headline of an article's text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsfacts.read.dateline import has_dateline
from newsfacts.read.furniture import Line, Span, find_furniture, is_prose, split_lines

_NO_HEADLINE = re.compile(r"[QA][:.]\s|[-–—•●▪■□]\s|\*|.*:.*;|\(|\d+[.)]\s|.*[:;,]$|.*\S\s{3,}\S|.*\.{4,}")
_BYLINE = re.compile(r"(?:By|BY|Words|WORDS|Text|From):? [^\W\d_a-z]")
_FULL_STOP = re.compile(
    r"(?<!\.\.)(?<!\b[A-Z])(?<!\b(?:Inc|Ltd|Jan|Feb|Aug|Oct|Nov|Dec))(?<!\b(?:Co|No|St))\.[\"”’'»)\]]*$"
)
LONGEST = 200
"""Characters that a headline has at most."""


def find_headline(text: str, furniture: Sequence[Span] | None = None) -> list[int] | None:
    """Find the headline: the first line of the article that stands alone and is no sentence of the story.

    Menus, breadcrumbs, bylines and a kicker ("INTERVIEW") above it are passed over. Returns its [start, end] in code
    points, or None where the text starts with the story or is nothing but one line. ``furniture`` is the text's, if it
    was found before.
    """
    lines = split_lines(text)
    if furniture is None:
        furniture = find_furniture(text)
    reasons = {(span["start"], span["end"]): span["reason"] for span in furniture}
    content = [index for index, line in enumerate(lines) if line.text]
    first_prose = next((i for i, index in enumerate(content) if is_prose(lines[index].text)), len(content))
    begin = _after_menu([reasons.get(lines[index][:2]) for index in content[:first_prose]])
    for position in range(begin, min(first_prose, len(content) - 1)):
        index = content[position]
        line = lines[index]
        if lines[index][:2] in reasons or _BYLINE.match(line.text):
            continue
        if "|" in line.text and position == begin and not is_prose(lines[content[position + 1]].text):
            continue
        if not _stands_alone(line.text):
            return None
        following = lines[index + 1]
        if _is_kicker(line.text) and following.text and _stands_alone(following.text):
            continue
        return _with_wrapped_lines(lines, index)
    return None


def _after_menu(reasons: list[str | None]) -> int:
    """Where to start looking: after the last menu line, if an unmarked line is left between it and the story."""
    last = max((i for i, reason in enumerate(reasons) if reason == "menu"), default=-1)
    return last + 1 if None in reasons[last + 1 :] and reasons[: last + 1].count(None) <= 1 else 0


def _stands_alone(line: str) -> bool:
    return (
        len(line) <= LONGEST
        and not _NO_HEADLINE.match(line)
        and not _FULL_STOP.search(line)
        and not is_prose(line)
        and not has_dateline(line)
        and line.count("|") < 2
    )


def _is_kicker(line: str) -> bool:
    return line.isupper() and len(line) <= 24 and len(line.split()) <= 3


def _with_wrapped_lines(lines: list[Line], index: int) -> list[int] | None:
    """Take in the lines that a headline of several lines goes on with; None where they turn out to be a paragraph."""
    last = index
    while last + 1 < len(lines) and len(lines[last].text) > 24 and lines[last + 1].text[:1].islower():
        last += 1
    whole = " ".join(line.text for line in lines[index : last + 1])
    if last > index and not _stands_alone(whole):
        return None
    return [lines[index].start, lines[last].end]
