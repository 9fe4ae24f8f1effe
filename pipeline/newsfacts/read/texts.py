"""The texts that offsets refer to, as files to check them by."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from newsfacts.records import Article

_LONGEST = 200  # bytes of a name; file systems allow 255
_UNSAFE = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|%]')  # in names of files, on one system or another


class TextFolder:
    """A folder that takes the text of each article as the file ID.txt, in UTF-8, line ends as they are.

    A slash in an id makes a folder. Signs that names of files cannot have become %XX, and a part of an id that is too
    long for a name is cut and marked with a digest; no id leads out of the folder. Raises ``OSError`` where the folder
    cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def save(self, article: Article) -> None:
        """Write the text of an article."""
        path = self.path_of(article.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article.text, encoding="utf-8", newline="\n")

    def path_of(self, article: str) -> Path:
        """Tell where the text of the article with this id is."""
        parts = article.split("/")
        if {"", ".", ".."} & set(parts) or any(part.endswith(".txt") for part in parts[:-1]):
            parts = ["%2F".join(map(_safe, parts))]
        else:
            parts = [_safe(part) for part in parts]
        *folders, name = map(_short, parts)
        return self.folder.joinpath(*folders, f"{name}.txt")


def _safe(part: str) -> str:
    return _UNSAFE.sub(lambda sign: f"%{ord(sign[0]):02X}", part)


def _short(part: str) -> str:
    raw = part.encode()
    if len(raw) <= _LONGEST:
        return part
    return f"{raw[: _LONGEST - 17].decode(errors='ignore')}-{hashlib.sha256(raw).hexdigest()[:16]}"
