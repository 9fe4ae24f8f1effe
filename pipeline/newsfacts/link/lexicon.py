"""The linker's data files, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


def _lines(name: str) -> list[str]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache
def words(name: str) -> frozenset[str]:
    """The lines of a word list."""
    return frozenset(_lines(name))


@lru_cache
def generic_subjects() -> dict[str, str]:
    """{phrase: label of the name that it stands for}."""
    return dict(line.split("\t") for line in _lines("generic_subjects.tsv"))


@lru_cache
def penalties() -> dict[tuple[str, str], dict[str, float]]:
    """{(unit class, slot): {label: points taken off its log probability}}."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for line in _lines("unit_kinds.tsv"):
        unit, slot, label, points = line.split("\t")
        found.setdefault((unit, slot), {})[label] = float(points)
    return found
