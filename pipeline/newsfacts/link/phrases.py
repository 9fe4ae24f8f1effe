"""Which answer most of the probability is for, where like phrases are the same answer."""

from __future__ import annotations

from collections.abc import Mapping

from newsfacts.phrases import content_words

_LIKELY = 0.05  # of the likeliest phrase's probability; a phrase cut short is like many others, but never likely itself


def likeness(one: str, other: str) -> float:
    """The share of content words that two phrases have in common, from 0 to 1 (Dice's coefficient)."""
    words, others = content_words(one), content_words(other)
    if not words or not others:
        return float(one == other)
    return 2 * len(words & others) / (len(words) + len(others))


def agreed(chances: Mapping[str, float], least: float) -> tuple[str, float]:
    """The likely phrase that most of the probability is like, and how much that is; the likelier of equals.

    chances: {phrase: probability}. least: from which likeness on two phrases are the same answer.
    """
    best, mass = "", -1.0
    least_likely = _LIKELY * max(chances.values(), default=0.0)
    for phrase in sorted(chances, key=lambda phrase: -chances[phrase]):
        if chances[phrase] < least_likely:
            break
        alike = sum(p for other, p in chances.items() if other == phrase or likeness(phrase, other) >= least)
        if alike > mass + 1e-6:
            best, mass = phrase, alike
    return best, mass
