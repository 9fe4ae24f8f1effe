"""From the plain data on a Doc to records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from newsfacts.records import Article, ArticleSummary, Entity, Fact, Label, Quantity, fact_id

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AMOUNTS: dict[str, Label] = {"money": "MONEY", "percent": "PERCENT"}
_NAMES: dict[str, Label] = {"ORG": "ORG", "PLACE": "PLACE", "PERSON": "PERSON"}
_CURRENCY = re.compile(r"(?!TEU)[A-Z]{3}\b")  # ISO 4217; a TEU is a container


def facts_of(doc: Doc, article: str) -> list[Fact]:
    """Make the facts of an article that has the given id, in the order of the text."""
    times: Counter[tuple[str, str]] = Counter()
    facts = []
    for row in doc._.facts:
        key = (row["sentence"]["text"], row["text"])
        facts.append(Fact.model_validate({**row, "article": article, "id": fact_id(article, *key, times[key])}))
        times[key] += 1
    return facts


def quantities_of(doc: Doc, article: str, facts: Sequence[Fact]) -> list[Quantity]:
    """Make the quantities of an article whose facts are given, in the order of the text."""
    ids = iter(fact.id for fact in facts)
    return [
        Quantity.model_validate(
            {
                **{name: value for name, value in row.items() if name != "origin"},
                "article": article,
                "fact": next(ids) if reason is None else None,
                "reason": reason,
            }
        )
        for row, reason in zip(doc._.quantities, doc._.no_facts, strict=True)
    ]


def entities_of(doc: Doc, article: str) -> list[Entity]:
    """Make the mentions of names and amounts outside the page furniture, in the order of the text."""
    furniture = [(span["start"], span["end"]) for span in doc._.furniture or ()]
    mentions = sorted({*_names(doc), *_amounts(doc._.quantities)})
    text = doc.text  # which spaCy puts together anew each time
    return [
        Entity(article=article, start=start, end=end, text=text[start:end], label=label)
        for start, end, label in mentions
        if not any(start < to and since < end for since, to in furniture)
    ]


def summary_of(doc: Doc, article: Article, facts: int, entities: int) -> ArticleSummary:
    """Sum up what was read and found in an article."""
    return ArticleSummary(
        id=article.id,
        title=article.title,
        published=article.published,
        url=article.url,
        characters=len(article.text),
        sha256=article.sha256,
        facts=facts,
        entities=entities,
        quantities=len(doc._.quantities),
    )


def _names(doc: Doc) -> Iterator[tuple[int, int, Label]]:
    for ent in doc.ents:
        if label := _NAMES.get(ent.label_):
            yield ent.start_char, ent.end_char, label


def _amounts(quantities: list[dict[str, Any]]) -> Iterator[tuple[int, int, Label]]:
    for quantity in quantities:
        if label := _AMOUNTS.get(quantity["type"]):
            yield quantity["start"], quantity["end"], label
        for same in quantity["equivalents"]:
            if same["unit"] == "percent":
                yield same["start"], same["end"], "PERCENT"
            elif _CURRENCY.match(same["unit"]):
                yield same["start"], same["end"], "MONEY"
