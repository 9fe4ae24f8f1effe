"""The period grammar as a spaCy component."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from newsfacts.recognize.periods.finding import find_periods


class Periods:
    """Sets `doc._.periods` and the span group `doc.spans["periods"]`, whose labels are the rules that found them.

    Resolves against `doc._.published`, an ISO date, where it is set. A span of the group covers the tokens that the
    expression touches; the exact offsets are in `doc._.periods`.
    """

    def __init__(self, nlp: Language, name: str = "newsfacts_periods") -> None:
        self.name = name
        if not Doc.has_extension("periods"):
            Doc.set_extension("periods", default=[])
        if not Doc.has_extension("published"):
            Doc.set_extension("published", default=None)

    def __call__(self, doc: Doc) -> Doc:
        found = find_periods(doc.text, doc._.published)
        doc._.periods = [period.as_dict() for period in found]
        spans = (doc.char_span(p.start, p.end, p.rule, alignment_mode="expand") for p in found)
        doc.spans["periods"] = [span for span in spans if span is not None]
        return doc


@Language.factory("newsfacts_periods", assigns=["doc._.periods", "doc.spans"])
def make_periods(nlp: Language, name: str) -> Periods:
    """Make the component; it has no settings."""
    return Periods(nlp, name)
