"""Exports as a graph: schema.org Observations of StatisticalVariables in JSON-LD, with their articles and names."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote as percent_encoded

from newsfacts.dataset.export_rows import SCHEMA_KEY, SCHEMA_VERSION, Source
from newsfacts.records import ArticleSummary, Fact, Name, Period

TABLES = ("articles", "names", "facts")
_TYPES = {"ORG": "Organization", "PLACE": "Place", "PERSON": "Person"}
_HEAD = 1_000  # characters within which the version stands

Node = dict[str, Any]


def write_graph(source: Source, path: Path) -> None:
    """Write one graph, a node a line: the dataset with the version of the schema, articles, names, observations."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('{"@context": "https://schema.org", "@graph": [')
        separator = "\n"
        for node in _nodes(source):
            kept = {key: value for key, value in node.items() if value is not None and value != []}
            stream.write(separator + json.dumps(kept, ensure_ascii=False))
            separator = ",\n"
        stream.write("\n]}\n")


def is_our_graph(path: Path) -> bool:
    """Whether a JSON-LD file was exported by this or another version of newsfacts."""
    with path.open(encoding="utf-8", errors="replace") as stream:
        return f'"schemaVersion": "{SCHEMA_KEY} ' in stream.read(_HEAD)


def _nodes(source: Source) -> Iterator[Node]:
    report = source.report()
    yield {
        "@type": "Dataset",
        "schemaVersion": f"{SCHEMA_KEY} {SCHEMA_VERSION}",
        "name": "Facts of news articles",
        "creator": {"@type": "SoftwareApplication", "name": "newsfacts", "softwareVersion": report.version}
        if report
        else None,
    }
    for article, _ in source.records(ArticleSummary):
        yield _article(article, source.quotes)
    for name, _ in source.records(Name):
        yield _name(name)
    for fact, _ in source.records(Fact):
        yield _observation(fact, source.quotes)


def _article(article: ArticleSummary, quotes: bool) -> Node:
    return {
        "@type": "NewsArticle",
        "@id": _article_id(article.id),
        "identifier": article.id,
        "headline": article.title if quotes else None,
        "datePublished": article.published and article.published.isoformat(),
        "url": article.url,
        "author": article.author,
        "publisher": article.site and {"@type": "Organization", "name": article.site},
        "inLanguage": article.language,
    }


def _name(name: Name) -> Node:
    return {
        "@type": _TYPES[name.type],
        "@id": f"#name-{name.id}",
        "name": name.name,
        "alternateName": list(name.aliases),
        "address": name.country and {"@type": "PostalAddress", "addressCountry": name.country},
        "identifier": name.geonames and {"@type": "PropertyValue", "propertyID": "GeoNames", "value": name.geonames},
        "subjectOf": {"@id": _article_id(name.article)},
    }


def _observation(fact: Fact, quotes: bool) -> Node:
    qualifiers = [
        fact.qualifier if fact.qualifier != "exact" else None,
        "expected" if fact.modality == "expected" else None,
    ]
    extra = {"source": fact.source, "confidence": fact.confidence, "start": fact.start, "end": fact.end}
    return {
        "@type": "Observation",
        "@id": f"#fact-{fact.id}",
        "name": fact.text if quotes else None,
        "description": fact.sentence.text if quotes else None,
        "observationAbout": _subject(fact),
        "variableMeasured": _variable(fact),
        **_amount(fact.value, falling=fact.direction == "down"),
        "unitText": fact.unit,
        "measurementQualifier": [qualifier for qualifier in qualifiers if qualifier],
        "valueReference": [
            {"@type": "QuantitativeValue", **_amount(same.value), "unitText": same.unit} for same in fact.equivalents
        ],
        **(_time(fact.period) if fact.period else {}),
        "subjectOf": {"@id": _article_id(fact.article)},
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value}
            for name, value in extra.items()
            if value is not None
        ],
    }


def _subject(fact: Fact) -> Node | None:
    """Names are nodes of their own; told here again, so that an observation can be read alone."""
    if fact.subject is None:
        return None
    if fact.subject_id is None:
        return {"@type": "Thing", "name": fact.subject}
    return {
        "@type": _TYPES[fact.subject_type] if fact.subject_type else "Thing",
        "@id": f"#name-{fact.subject_id}",
        "name": fact.subject,
    }


def _variable(fact: Fact) -> Node:
    """The variable stands whole in each observation: remembering which were written would take memory without bound."""
    told = {"name": fact.metric or fact.measure, "measuredProperty": fact.measure, "statType": fact.kind}
    if fact.basis:
        told["measurementQualifier"] = fact.basis
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
    return {"@type": "StatisticalVariable", "@id": f"#variable-{digest}", **told}


def _amount(value: float | tuple[float, float], *, falling: bool = False) -> Node:
    if isinstance(value, tuple):
        low, high = (-value[1], -value[0]) if falling else value
        return {"minValue": low, "maxValue": high}
    return {"value": -value if falling else value}


def _time(period: Period) -> Node:
    """Where the time begins and how long it is; a calendar year or month is named as such ("2022", "2022-03")."""
    if not period.start or not period.end:
        known = period.start or period.end
        return {"observationDate": known.isoformat() if known else None}
    length = _length(period.start, period.end)
    digits = {"P1Y": 4, "P1M": 7}.get(length, 10)
    whole_year = length != "P1Y" or period.start.month == 1
    return {
        "observationDate": period.start.isoformat()[: digits if whole_year else 10],
        "observationPeriod": length,
    }


def _length(start: dt.date, end: dt.date) -> str:
    """The length of a time in ISO 8601: in years or months where it is made of whole calendar months, else in days."""
    if start.day != 1 or end.day != calendar.monthrange(end.year, end.month)[1]:
        return f"P{(end - start).days + 1}D"
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return f"P{months}M" if months % 12 else f"P{months // 12}Y"


def _article_id(article: str) -> str:
    return f"#article-{percent_encoded(article, safe='')}"
