"""What keeps an article from being read, before it is known in which file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsfacts.records import MAX_CHARACTERS

if TYPE_CHECKING:
    from newsfacts.records import ErrorCode


class ReadError(Exception):
    """Why there is no article: a code, a message for people, and if known the field at fault and the article's id."""

    def __init__(self, code: ErrorCode, message: str, field: str | None = None, article: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.article = article


def too_long(characters: int | None = None) -> str:
    """Say that a text is too long, with its number of characters if that is known."""
    size = f"{characters:,}" if characters else f"more than {MAX_CHARACTERS:,}"
    return f"the text has {size} characters; at most {MAX_CHARACTERS:,} are allowed"
