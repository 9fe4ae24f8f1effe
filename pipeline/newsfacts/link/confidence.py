"""From the model's probabilities to confidences that come true as often as they say.

The model is surer than it is right, and what is asked is not always what it was trained for: a metric counts as right
where it shares most of its words with the gold's. So each slot's probability goes through a logistic curve, and that of
the whole fact is a logistic regression on those of the slots that decide it; both were fitted on articles that the
model had not seen (models/training/calibrate.py).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

_NEVER = 1e-4


def logit(p: float) -> float:
    """The log odds of a probability, which is kept off 0 and 1."""
    p = min(max(p, _NEVER), 1 - _NEVER)
    return math.log(p / (1 - p))


def logistic(x: float) -> float:
    """The probability whose log odds are x."""
    return 1 / (1 + math.exp(-x))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The curves: for a slot (slope, intercept), for the fact a weight of each slot and an intercept.

    A slot without a curve keeps its probability. Without weights the fact has the least of its slots' confidences.
    """

    slots: dict[str, tuple[float, float]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    intercept: float = 0.0

    def slot(self, name: str, p: float) -> float:
        """The confidence in a slot, from the model's probability."""
        slope, intercept = self.slots.get(name, (1.0, 0.0))
        return round(logistic(slope * logit(p) + intercept), 3)

    def fact(self, chances: Mapping[str, float]) -> float:
        """How probable it is that amount, kind, direction, subject and metric are all right."""
        if not self.weights:
            return min((self.slot(name, p) for name, p in chances.items()), default=0.0)
        x = sum(weight * logit(chances.get(name, 1.0)) for name, weight in self.weights.items())
        return round(logistic(x + self.intercept), 3)

    def to_json(self) -> str:
        """The curves as JSON."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The curves from what to_json wrote."""
        raw = json.loads(text)
        slots = {name: (float(slope), float(intercept)) for name, (slope, intercept) in raw["slots"].items()}
        return cls(slots, {name: float(weight) for name, weight in raw["weights"].items()}, float(raw["intercept"]))
