"""How exactly a number is stated: "141.79 billion" to ten million, "6,000" to a hundred."""

from __future__ import annotations

import re
from decimal import Decimal

_WRITTEN = re.compile(r"\d[\d,]*(?:\.\d+)?")
_KEPT = 2  # of "6,000" two digits are taken as exact, the zeros after them as rounded


def rounding_of(text: str, value: float | tuple[float, float]) -> float:
    """Half a unit of the last digit that a quantity states, in base units.

    A value that the digits of the text do not give (words, fractions) is judged by its own digits.
    """
    number = Decimal(repr(value[0] if isinstance(value, tuple) else value)).copy_abs()
    match = _WRITTEN.search(text)
    written = Decimal(match[0].replace(",", "")) if match else number
    scale = number / written if written else Decimal(1)
    if scale.normalize().as_tuple().digits != (1,):
        written, scale = number, Decimal(1)
    return float(_last_digit(written) * scale / 2)


def _last_digit(number: Decimal) -> Decimal:
    """The unit of the last digit that counts."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent < 0:
        return Decimal(1).scaleb(int(exponent))
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return Decimal(1).scaleb(exponent + max(0, min(zeros, len(digits) - _KEPT)))
