"""The headings of an article's sections."""

from __future__ import annotations

import re

_HEADING = re.compile(
    r"""(?<=\n)(?P<heading>(?!By\s)["'“‘]?[A-Z\d][^\n]{0,68}[^\s.!?,;:…])[^\S\n]*\n+
    (?=[^\n]{80})""",  # a line of prose follows
    re.VERBOSE,
)
_WORDS = 10  # the most that a heading has


def find_headings(text: str) -> list[tuple[int, int]]:
    """The code point spans of short lines without a full stop before a line of prose; the text's first line is none."""
    spans = (match.span("heading") for match in _HEADING.finditer(text))
    return [(start, end) for start, end in spans if len(text[start:end].split()) <= _WORDS]
