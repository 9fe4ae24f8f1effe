"""How messages put things."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """So many of a thing: "1 fact", "1,200 facts"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
