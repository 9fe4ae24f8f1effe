"""Tables as a spaCy component."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from newsfacts.recognize.quantities import set_quantities
from newsfacts.recognize.tables.grid import find_tables
from newsfacts.recognize.tables.units import PLAIN, template, with_unit

_NUMBER = re.compile(r"[+\-–−]?\d[\d,.]*")
_IN_BRACKETS = re.compile(r"\(\s*\Z")


class Tables:
    """Sets `doc._.tables` and gives the bare numbers of `doc._.quantities` that stand in them their labels' units.

    The number's span stays; its value, unit and type become those of the number with the unit, and its origin is
    "table". What the words of another cell gave to it is taken away. A label is the column's, else the row's, else the
    corner's, else the caption's. A number in brackets alone in its cell is below zero, as accounts have it.
    """

    def __init__(self, nlp: Language, name: str = "newsfacts_tables") -> None:
        self.name = name
        for attribute in ("tables", "quantities"):
            if not Doc.has_extension(attribute):
                Doc.set_extension(attribute, default=[])

    def __call__(self, doc: Doc) -> Doc:
        text = doc.text  # which is put together anew each time
        doc._.tables = tables = find_tables(text)
        if tables:
            quantities = [dict(quantity) for quantity in doc._.quantities]
            starts = [quantity["start"] for quantity in quantities]
            for table in tables:
                for cell, labels in _cells(table):
                    for index in range(bisect_left(starts, cell[0]), bisect_left(starts, cell[1])):
                        self._complete(text, cell, labels, quantities[index])
            set_quantities(doc, quantities)
        return doc

    @staticmethod
    def _complete(text: str, cell: list[int], labels: list[list[int]], quantity: dict[str, Any]) -> None:
        before, behind = text[cell[0] : quantity["start"]], text[quantity["end"] : cell[1]]
        alone = not before.strip(" (+-–−") and not behind.strip(" )")
        below = alone and behind.strip() == ")" and bool(_IN_BRACKETS.search(before))
        if alone and _NUMBER.fullmatch(quantity["text"]) and not isinstance(quantity["value"], list):
            patterns = (found[0] for label in labels if (found := template(text[slice(*label)])))
            read = with_unit(quantity["text"], next(patterns, PLAIN))
            if read:
                quantity |= {"value": read.value, "unit": read.unit, "type": read.type, "origin": "table", "noun": None}
            quantity["other"] = None
            if quantity["type"] == "small_count":
                quantity["type"] = "count"  # in a table, figures below eleven count as well
        if below:
            quantity |= {"value": -quantity["value"], "direction": "down"}


def _cells(table: dict[str, Any]) -> Iterator[tuple[list[int], list[list[int]]]]:
    """Each cell below the headers and behind its row's label, with the labels that may give it a unit."""
    rows, headers, at = table["rows"], table["headers"], table["label"]
    corners = [row[at] for row in rows[:headers]]
    caption = [table["caption"]] if table["caption"] else []
    for row in rows[headers:]:
        for number, cell in enumerate(row[at + 1 :], at + 1):
            columns = [header[number] for header in rows[:headers]]
            yield cell, [*reversed(columns), row[at], *corners, *caption]


@Language.factory("newsfacts_tables", requires=["doc._.quantities"], assigns=["doc._.tables", "doc._.quantities"])
def make_tables(nlp: Language, name: str) -> Tables:
    """Make the component; it has no settings."""
    return Tables(nlp, name)
