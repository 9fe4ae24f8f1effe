"""From the model's probabilities for one quantity to answers that fit together and fit the quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from newsfacts.link import lexicon

K = TypeVar("K")

# How far words right beside the number that say a direction ("up", "fell by") count, in log probability.
_WORDS_BESIDE = 10.0
_WORDS_BEHIND = 4.0  # words behind it that name a basis
_CHANGED = 2.5  # and words that say by themselves that something changed
_CARRIED = 1.9  # how much less "no basis" counts where the sentence before names a reference
_FLOOR = 1e-4
_SURE = 0.9
_OWN_CLASS = ("money", "percent", "percentage_point", "count")


class Choice(NamedTuple):
    """A label, None for no answer, and its probability."""

    label: str | None
    p: float


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


def chosen(found: Mapping[str, float]) -> Choice:
    """The label with the highest score, and its share of the probability."""
    label = best(found)
    return Choice(label, 1 / sum(math.exp(score - found[label]) for score in found.values()))


def together(found: Sequence[Mapping[str, float]]) -> Choice:
    """The label that answers several questions best that must have one answer."""
    return chosen({label: sum(scores[label] for scores in found) / len(found) for label in found[0]})


def change(
    quantity: Mapping[str, Any],
    reading: Mapping[str, Any],
    said_basis: str | None,
    said_change: bool,
    carried: bool,
) -> tuple[Choice, Choice, Choice]:
    """Kind, direction and basis, chosen together: only a change has a direction and a basis.

    said_basis: the basis that a phrase beside the number names. said_change: whether it says that this is a change.
    carried: whether a reader may carry the reference over from the sentence before.
    """
    kinds = scores(quantity, reading, "kind")
    if said_change:
        kinds["change"] += _CHANGED
    kind = chosen(kinds)
    if kind.label != "change":
        return kind, Choice(None, kind.p), Choice(None, kind.p)
    direction = scores(quantity, reading, "direction")
    direction.pop("", None)
    if quantity["direction"] in direction:
        direction[quantity["direction"]] += _WORDS_BESIDE
    bases = scores(quantity, reading, "basis")
    if said_basis in bases:
        bases[said_basis] += _WORDS_BEHIND
    elif carried:
        bases[""] -= _CARRIED
    basis = chosen(bases)
    return kind, chosen(direction), Choice(basis.label or None, basis.p)


def qualifier(quantity: Mapping[str, Any], reading: Mapping[str, Any]) -> Choice:
    """The words beside the number decide; the model only where they say nothing and it is sure."""
    if quantity["qualifier"] != "exact":
        return Choice(quantity["qualifier"], reading["qualifier"][quantity["qualifier"]])
    choice = chosen(scores(quantity, reading, "qualifier"))
    return choice if choice.p > _SURE else Choice("exact", reading["qualifier"]["exact"])


def value(quantity: Mapping[str, Any], kind: str) -> Any:
    """The value of a change is its size, whose direction says the sign; a level keeps its sign."""
    number = quantity["value"]
    if kind != "change":
        return number
    if isinstance(number, Sequence):
        return sorted(abs(end) for end in number)
    return abs(number)
