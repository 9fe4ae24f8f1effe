"""What is known about the names of an article: what they are, where places lie, which legal form companies have."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from newsfacts.link import gazetteer, lexicon
from newsfacts.link.fold import folded
from newsfacts.link.names import NameBook

_INSIDE = re.compile(r", | in | of ")
_AROUND = re.compile(r"['’]s ")


def describe(names: NameBook) -> list[dict[str, Any]]:
    """Describe each name of an article, in the order of the first mentions."""
    groups = names.groups()
    places = gazetteer.locate((name for name in groups if names.label(name) == "PLACE"), _inside(names))
    nowhere = gazetteer.Located()
    return [
        {
            "name": name,
            "type": names.label(name),
            "mentions": [[mention.start, mention.end] for mention in mentions],
            "country": places.get(name, nowhere).country,
            "geonames": places.get(name, nowhere).geonames,
            "legal_form": legal_form(name) if names.label(name) == "ORG" else None,
        }
        for name, mentions in groups.items()
    ]


def legal_form(name: str) -> str | None:
    """The legal form at the end of a company's name, as it is usually written."""
    words = folded(name)
    ends = (" ".join(words[first:]) for first in range(max(1, len(words) - 3), len(words)))
    return next((form for end in ends if (form := lexicon.legal_forms().get(end))), None)


def _inside(names: NameBook) -> dict[str, str]:
    """{place: the place that it lies in}, as "Kunshan, Jiangsu province" and "Jiangsu's Kunshan" say."""
    found: dict[str, str] = {}
    places = [mention for mention in names.mentions if mention.label == "PLACE"]
    for one, other in pairwise(places):
        between = names.text[one.end : other.start]
        if _INSIDE.fullmatch(between):
            found.setdefault(names.name_of(one), names.name_of(other))
        elif _AROUND.fullmatch(between):
            found.setdefault(names.name_of(other), names.name_of(one))
    return found
