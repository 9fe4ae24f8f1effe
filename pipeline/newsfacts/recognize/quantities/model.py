"""What the passes of the quantity grammar hand to each other, and what they all look at."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from newsfacts.recognize.quantities import lexicon

Value = float | list[float]
MOVED_BY = re.compile(rf"\b(?:by|{lexicon.cue('moved')})\s(?:(?!\w+ing\s)[\w'-]+\s){{0,2}}\Z", re.IGNORECASE)
NO_NOUN_AFTER = re.compile(
    rf"[\"”’]|\s*(?:[.,;:?!()\[\]\n|•—–]|\Z|\s-|\s?\d|(?:{lexicon.cue('after')})(?![\w-])"
    r"|(?![A-Z][\w-]+\s(?:[a-z-]+\s)?[a-z]+s\b|[A-Z]+s\b)[A-Z])"
)
LOOK_BACK = 32


@dataclass(slots=True)
class Quantity:
    """One quantity of a text; the fields are described in newsfacts.recognize.quantities."""

    start: int
    end: int
    text: str
    value: Value
    unit: str
    type: str
    qualifier: str = "exact"
    direction: str | None = None
    noun: str | None = None
    equivalents: list[dict[str, Any]] = field(default_factory=list)
    origin: str = "grammar"
    other: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Found:
    """A number with what stands right beside it; `scale` is the scale word's factor, `sign` a sign in front."""

    start: int
    end: int
    value: Value
    unit: str
    type: str
    scale: float | None = None
    sign: str | None = None
    factor: float = 1.0
    origin: str = "grammar"
    shared: bool = False  # scale or unit stand with a later number
    other: tuple[Value, str, str] | None = None  # another value, unit and type that it may have

    def take_unit(self, source: Found) -> None:
        """Take over another quantity's unit; the number alone stays on as the other reading."""
        self.other = self.value, self.unit, self.type
        self.value, self.unit, self.type, self.factor = *self.with_unit(source), source.factor

    def with_unit(self, source: Found) -> tuple[Value, str, str]:
        """Value, unit and type that the number has with another quantity's unit."""
        ends = self.value if isinstance(self.value, list) else [self.value]
        scaled = [end * source.factor for end in ends]
        return scaled if isinstance(self.value, list) else scaled[0], source.unit, source.type

    @property
    def bare(self) -> bool:
        return self.type in ("count", "small_count") and self.unit == "count"


def low(value: Value) -> float:
    """A value, or the lower end of a range."""
    return value[0] if isinstance(value, list) else value
