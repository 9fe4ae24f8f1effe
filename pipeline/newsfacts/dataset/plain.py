"""Text of articles for the terminal."""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text on one line, without what a terminal would obey."""
    return CONTROL.sub("�", " ".join(text.split()))
