"""Newsfacts reads raw English business news and turns every number into a structured fact.

>>> import newsfacts
>>> facts = newsfacts.extract("Sales at Northwind rose 7 percent to $1.13bn in 2022.")
>>> [(fact.text, fact.kind, fact.metric) for fact in facts]  # doctest: +SKIP
[('7 percent', 'change', 'Sales'), ('$1.13bn', 'level', 'Sales')]

Heavy libraries are imported when they are first needed.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

    from newsfacts.records import Fact

__version__ = "0.1.0"
__all__ = ["__version__", "extract", "load"]


def load(*, min_confidence: float = 0.0) -> Language:
    """Load the language model that ships with Newsfacts, as an ordinary spaCy pipeline.

    A Doc that it returns has its results in ``doc.ents``, ``doc._.quantities``, ``doc._.periods`` and ``doc._.facts``.
    Give it texts, or Docs made by ``newsfacts.read.to_doc`` where the publication date or the title is known.
    ``min_confidence``, from 0 to 1: facts that are less certain are left out.
    """
    import spacy

    settings = {"components": {"newsfacts_linker": {"min_confidence": min_confidence}}}
    return spacy.load(_model_path(), config=settings)


def extract(text: str, published: str | dt.date | None = None, *, article: str = "text") -> list[Fact]:
    """Return the facts of one article, in the order of the text.

    ``published`` is its ISO 8601 publication date; without one, a date that the text itself prints is used.
    ``article`` is the id that the facts carry. Raises ``ValueError`` (pydantic's ``ValidationError`` is one) for an
    empty text, one of more than 1,000,000 characters and a date that is none.
    """
    from newsfacts.emit.build import facts_of
    from newsfacts.read import make_article, to_doc

    nlp = _loaded()
    return facts_of(nlp(to_doc(nlp, make_article(article, text, published=published))), article)


def _model_path() -> Path:
    """Where the model lies: inside an installed package, or beside the sources in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "en_newsfacts"
    return installed if installed.is_dir() else here.parents[1] / "models" / "en_newsfacts"


@lru_cache(maxsize=1)
def _loaded() -> Language:
    return load()
