"""Physical units that our own lexicon lacks, read by quantulum3.

quantulum3 knows many units and is right where a plain number is followed by one of them; in running text it is often
wrong ("£600m" is metres to it), and slow. So it is asked for such pairs alone, once each.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from newsfacts.recognize.quantities.lexicon import delegated

_WORD = re.compile(r"[\s-]?((?:nautical )?[A-Za-z-]+)")
_AMERICAN = (("metre", "meter"), ("litre", "liter"))


def unit_after(text: str, end: int) -> int | None:
    """The end of a unit word right after a number, where quantulum3 is the one to read it."""
    match = _WORD.match(text, end, min(end + 24, len(text)))
    return match.end() if match and match.group(1) in delegated() else None


@lru_cache(maxsize=4096)
def read(snippet: str) -> tuple[float, str] | None:
    """Value and unit (English singular, lower case, underscores) of "40 horsepower"; None where there are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns that its classifier for ambiguous units isn't installed
        from quantulum3 import parser

        found = parser.parse(snippet)
    if len(found) != 1 or found[0].unit.entity.name == "dimensionless":
        return None
    name = found[0].unit.name.lower()
    for british, american in _AMERICAN:
        name = name.replace(british, american)
    return float(found[0].value), re.sub(r"[\s-]+", "_", name)
