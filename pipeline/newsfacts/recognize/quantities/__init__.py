"""Quantities: amounts of money, percentages, counts, measures and the rest, with value, unit, hedge and span.

A quantity is a dict: start, end (code points), text, value (a number or [low, high], in base units, scale words
multiplied out, sign kept), unit (ISO 4217, percent, percentage_point, count, point, else an English singular; a slash
joins a denominator), type (money, percent, percentage_point, count, small_count, measure, index_point, exchange_rate,
duration, age, multiple, ordinal, rank, vague), qualifier (exact, about, more_than, less_than), direction (up, down,
None: what a sign or the words right beside say), noun (what a count counts: the words behind it up to the first
plural), equivalents (the same amount restated: start, end, text, value, unit), origin (grammar, or quantulum3 where it
read the unit) and other (value, unit and type that a bare number has where it does not continue the quantity before it,
or does; None for most: only a reader can tell "from 5 percent to 7" from "a crew of 34").
"""

from newsfacts.recognize.quantities.component import Quantities, make_quantities, set_quantities
from newsfacts.recognize.quantities.grammar import find_quantities
from newsfacts.recognize.quantities.lexicon import aside_types
from newsfacts.recognize.quantities.model import Quantity

__all__ = ["Quantities", "Quantity", "aside_types", "find_quantities", "make_quantities", "set_quantities"]
