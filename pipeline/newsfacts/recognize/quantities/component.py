"""The quantity grammar as a spaCy component."""

from __future__ import annotations

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from newsfacts.recognize.quantities.grammar import find_quantities


class Quantities:
    """Sets `doc._.quantities` and the span group `doc.spans["quantities"]`, whose labels are the types.

    A span of the group covers the tokens that the quantity touches; the exact offsets are in `doc._.quantities`.
    """

    def __init__(self, nlp: Language, name: str = "newsfacts_quantities") -> None:
        self.name = name
        if not Doc.has_extension("quantities"):
            Doc.set_extension("quantities", default=[])

    def __call__(self, doc: Doc) -> Doc:
        set_quantities(doc, [quantity.as_dict() for quantity in find_quantities(doc.text)])
        return doc


def set_quantities(doc: Doc, quantities: list[dict[str, Any]]) -> None:
    """Put quantities on a Doc, as dicts and as spans."""
    doc._.quantities = quantities
    spans = (doc.char_span(q["start"], q["end"], q["type"], alignment_mode="expand") for q in quantities)
    doc.spans["quantities"] = [span for span in spans if span is not None]


@Language.factory("newsfacts_quantities", assigns=["doc._.quantities", "doc.spans"])
def make_quantities(nlp: Language, name: str) -> Quantities:
    """Make the component; it has no settings."""
    return Quantities(nlp, name)
