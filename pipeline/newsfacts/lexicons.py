"""Data files beside the code that uses them: a header of lines that begin with "#", then an entry a line."""

from __future__ import annotations

import re
from importlib.resources import files


def read_lines(package: str, name: str) -> list[str]:
    """The entries of a file in a package's `data` folder, without blank lines and comments."""
    text = (files(package) / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_patterns(package: str, name: str, flags: re.RegexFlag = re.NOFLAG) -> dict[str, re.Pattern[str]]:
    """{scope: any of its patterns}, of a file whose entries are a scope, a tab and a regular expression."""
    rows: dict[str, list[str]] = {}
    for line in read_lines(package, name):
        scope, pattern = line.split("\t")
        rows.setdefault(scope, []).append(pattern)
    return {
        scope: re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags) for scope, patterns in rows.items()
    }
