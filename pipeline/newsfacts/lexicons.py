"""Data files beside the code that uses them: a header of lines that begin with "#", then an entry a line."""

from __future__ import annotations

from importlib.resources import files


def read_lines(package: str, name: str) -> list[str]:
    """The entries of a file in a package's `data` folder, without blank lines and comments."""
    text = (files(package) / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
