"""From the plain data on a Doc to records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from newsfacts.records import Article, ArticleSummary, Entity, Fact, Label, Name, NameType, Quantity, fact_id, name_id

if TYPE_CHECKING:
    from spacy.tokens import Doc

_AMOUNTS: dict[str, Label] = {"money": "MONEY", "percent": "PERCENT"}
_NAMES: dict[str, NameType] = {"ORG": "ORG", "PLACE": "PLACE", "PERSON": "PERSON"}
_CURRENCY = re.compile(r"(?!TEU)[A-Z]{3}\b")  # ISO 4217; a TEU is a container


def facts_of(doc: Doc, article: str) -> list[Fact]:
    """Make the facts of an article that has the given id, in the order of the text."""
    types = {row["name"]: row["type"] for row, _ in _named(doc)}
    times: Counter[tuple[str, str]] = Counter()
    facts = []
    for row in doc._.facts:
        key = (row["sentence"]["text"], row["text"])
        identity = {"article": article, "id": fact_id(article, *key, times[key])}
        if (subject := row["subject"]) in types:
            identity |= {"subject_type": types[subject], "subject_id": name_id(article, subject)}
        facts.append(Fact.model_validate({**row, **identity}))
        times[key] += 1
    return facts


def quantities_of(doc: Doc, article: str, facts: Sequence[Fact]) -> list[Quantity]:
    """Make the quantities of an article whose facts are given, in the order of the text."""
    ids = iter(fact.id for fact in facts)
    return [
        Quantity.model_validate(
            {
                **{name: value for name, value in row.items() if name not in ("origin", "other")},
                "article": article,
                "fact": next(ids) if reason is None else None,
                "reason": reason,
            }
        )
        for row, reason in zip(doc._.quantities, doc._.no_facts, strict=True)
    ]


def entities_of(doc: Doc, article: str) -> list[Entity]:
    """Make the mentions of names and amounts outside the page furniture, in the order of the text."""
    mentions = sorted({*_names(doc), *_amounts(doc._.quantities)})
    names = {(start, end): name_id(article, row["name"]) for row in doc._.names for start, end in row["mentions"]}
    text = doc.text  # which spaCy puts together anew each time
    return [
        Entity(
            article=article,
            start=start,
            end=end,
            text=text[start:end],
            label=label,
            name_id=names[start, end] if label in _NAMES else None,
        )
        for start, end, label in mentions
        if not _in_furniture(doc, start, end)
    ]


def names_of(doc: Doc, article: str) -> list[Name]:
    """Make the names of an article that stand outside the page furniture, in the order of the text."""
    text = doc.text
    names = []
    for row, spans in _named(doc):
        forms = {text[start:end] for start, end in spans}
        identity = {"article": article, "id": name_id(article, row["name"]), "mentions": len(spans)}
        names.append(Name.model_validate({**row, **identity, "aliases": sorted(forms - {row["name"]})}))
    return names


def summary_of(
    doc: Doc, article: Article, repeats: str | None, facts: int, entities: int, names: int
) -> ArticleSummary:
    """Sum up what was read and found in an article, which may repeat an earlier one that has the given id."""
    return ArticleSummary(
        id=article.id,
        title=article.title,
        published=article.published,
        url=article.url,
        author=article.author,
        site=article.site,
        duplicate_of=repeats,
        language=article.language,
        characters=len(article.text),
        sha256=article.sha256,
        facts=facts,
        entities=entities,
        names=names,
        quantities=len(doc._.quantities),
    )


def _named(doc: Doc) -> Iterator[tuple[dict[str, Any], list[tuple[int, int]]]]:
    """The names that stand outside the page furniture, with their places there."""
    for row in doc._.names:
        spans = [(start, end) for start, end in row["mentions"] if not _in_furniture(doc, start, end)]
        if row["type"] in _NAMES and spans:
            yield row, spans


def _in_furniture(doc: Doc, start: int, end: int) -> bool:
    return any(start < span["end"] and span["start"] < end for span in doc._.furniture or ())


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
