"""When two stated amounts are one, and when they cannot both be right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from newsfacts.dataset.rounding import rounding_of
from newsfacts.records import Equivalent, Fact, Qualifier

_ABOUT = 0.05  # how far "about" may be off
_EXCHANGE = 0.02  # how far an exchange rate moves between two articles on the same thing
_TOUCHING = 0.999  # so that 7.1 and 7.2, whose roundings touch, disagree

_OTHER_WAY: dict[Qualifier, Qualifier] = {"more_than": "less_than", "less_than": "more_than"}
_OPEN: dict[Qualifier, Literal[-1, 1]] = {"more_than": 1, "less_than": -1}


@dataclass(frozen=True, slots=True)
class Amount:
    """A stated amount in base units, a fall below zero, with the half of the last digit that it states.

    ``qualifier`` is of the signed amount: a fall by more than 5 is less than -5.
    """

    low: float
    high: float
    unit: str
    rounding: float
    qualifier: Qualifier = "exact"

    @property
    def size(self) -> Amount:
        """The amount without its direction."""
        return self if self.high >= 0 else replace(self, low=-self.high, high=-self.low, qualifier=self.hedge)

    @property
    def hedge(self) -> Qualifier:
        """How the article hedges the number, whatever its direction."""
        return _OTHER_WAY.get(self.qualifier, self.qualifier) if self.high < 0 else self.qualifier

    @property
    def slack(self) -> float:
        """How far the amount meant may be from the one stated."""
        about = _ABOUT * abs(self.high) if self.qualifier == "about" else 0
        return about if about > self.rounding else _TOUCHING * self.rounding

    @property
    def floor(self) -> float:
        """The least that can be meant."""
        return float("-inf") if self.qualifier == "less_than" else self.low - self.slack

    @property
    def ceiling(self) -> float:
        """The most that can be meant."""
        return float("inf") if self.qualifier == "more_than" else self.high + self.slack

    @property
    def vagueness(self) -> tuple[bool, float]:
        """How inexact it is: the smaller, the more exact."""
        size = max(abs(self.low), abs(self.high)) or 1.0
        return self.qualifier in _OPEN, (self.high - self.low + self.slack) / size

    def equals(self, other: Amount) -> bool:
        """Whether the numbers are the same, however they are hedged."""
        return (self.unit, self.low, self.high) == (other.unit, other.low, other.high)

    def agrees(self, other: Amount) -> bool:
        """Whether both state one amount, rounded or hedged differently."""
        if self.unit != other.unit:
            return False
        here, there = _OPEN.get(self.qualifier), _OPEN.get(other.qualifier)
        if here != there:
            if here and there:
                return False
            bound, amount = (self, other) if here else (other, self)
            return amount._just_beyond(bound)
        return self.distance(other) <= self.slack + other.slack

    def distance(self, other: Amount) -> float:
        """How far the numbers are apart."""
        return max(abs(self.low - other.low), abs(self.high - other.high))

    def exchanges(self, other: Amount) -> bool:
        """Whether both state one amount of money that was converted at the rates of different days."""
        most = max(self.slack + other.slack, _EXCHANGE * max(abs(self.high), abs(other.high)))
        return self.unit == other.unit and self.distance(other) <= most

    def _just_beyond(self, bound: Amount) -> bool:
        """Whether this is what "more than 6,000" is said of: 6,012, not 9,000."""
        way = _OPEN[bound.qualifier]
        over = way * ((self.low - bound.low) if way > 0 else (self.high - bound.high))
        return -(self.slack + bound.slack) <= over <= max(_ABOUT * abs(bound.high), 2 * bound.rounding)


def amounts_of(fact: Fact) -> tuple[Amount, ...]:
    """A fact's amount, then the same restated."""
    return _amount(fact, fact), *(_amount(fact, same) for same in fact.equivalents)


def _amount(fact: Fact, told: Fact | Equivalent) -> Amount:
    low, high = told.value if isinstance(told.value, tuple) else (told.value, told.value)
    qualifier = fact.qualifier
    if fact.direction == "down":
        low, high, qualifier = -high, -low, _OTHER_WAY.get(qualifier, qualifier)
    return Amount(float(low), float(high), told.unit, rounding_of(told.text, told.value), qualifier)
