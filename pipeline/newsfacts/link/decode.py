"""From the model's probabilities for one quantity to answers that fit together and fit the quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from newsfacts.link import lexicon

K = TypeVar("K")

# How far words right beside the number that say a direction ("up", "fell by") count, in log probability.
_WORDS_BESIDE = 2.0
_FLOOR = 1e-4
_OWN_CLASS = ("money", "percent", "percentage_point", "count")


def unit_class(quantity: Mapping[str, Any]) -> str:
    """The class of a quantity's unit, as in unit_kinds.tsv."""
    if quantity["unit"] == "point":
        return "index_point"
    return quantity["type"] if quantity["type"] in _OWN_CLASS else "other"


def scores(quantity: Mapping[str, Any], reading: Mapping[str, Any], slot: str) -> dict[str, float]:
    """Log probability of each label, less what the quantity's unit speaks against it."""
    against = lexicon.penalties().get((unit_class(quantity), slot), {})
    return {label: math.log(max(p, _FLOOR)) - against.get(label, 0.0) for label, p in reading[slot].items()}


def best(found: Mapping[K, float]) -> K:
    """The label with the highest score, the first of equals."""
    return max(found, key=lambda label: found[label])


def change(quantity: Mapping[str, Any], reading: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Kind, direction and basis, chosen together: only a change has a direction and a basis."""
    kind = best(scores(quantity, reading, "kind"))
    if kind != "change":
        return kind, None, None
    direction = scores(quantity, reading, "direction")
    direction.pop("", None)
    if quantity["direction"] in direction:
        direction[quantity["direction"]] += _WORDS_BESIDE
    basis = best(scores(quantity, reading, "basis"))
    return kind, best(direction), basis or None


def qualifier(quantity: Mapping[str, Any], reading: Mapping[str, Any]) -> str:
    """The words beside the number decide; the model only where they say nothing and it is sure."""
    if quantity["qualifier"] != "exact":
        return str(quantity["qualifier"])
    label = best(scores(quantity, reading, "qualifier"))
    return label if reading["qualifier"][label] > 0.9 else "exact"


def value(quantity: Mapping[str, Any], kind: str) -> Any:
    """The value of a change is its size, whose direction says the sign; a level keeps its sign."""
    number = quantity["value"]
    if kind != "change":
        return number
    if isinstance(number, Sequence):
        return sorted(abs(end) for end in number)
    return abs(number)
