"""The linker's data files, read once."""

from __future__ import annotations

from functools import lru_cache

from newsfacts.lexicons import read_lines


@lru_cache
def words(name: str) -> frozenset[str]:
    """The lines of a word list."""
    return frozenset(read_lines(__package__, name))


@lru_cache
def generic_subjects() -> dict[str, str]:
    """{phrase: label of the name that it stands for}."""
    return dict(line.split("\t") for line in read_lines(__package__, "generic_subjects.tsv"))


@lru_cache
def penalties() -> dict[tuple[str, str], dict[str, float]]:
    """{(unit class, slot): {label: points taken off its log probability}}."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for line in read_lines(__package__, "unit_kinds.tsv"):
        unit, slot, label, points = line.split("\t")
        found.setdefault((unit, slot), {})[label] = float(points)
    return found
