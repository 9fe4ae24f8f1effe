"""A subject's metric over time, as the articles of one or several datasets tell it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, groupby
from pathlib import Path
from typing import IO, Any

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.export_rows import Source
from newsfacts.dataset.merge import Observation, Subjects, merge
from newsfacts.dataset.merge.metrics import metric_of
from newsfacts.dataset.plain import plain
from newsfacts.phrases import content_words
from newsfacts.records import Fact, Name, Period

_NEAR = 5  # suggestions

_CSV = (
    "subject", "metric", "measure", "kind", "period_start", "period_end", "period_text", "modality",
    "value_low", "value_high", "unit", "qualifier", "change", "articles", "facts", "conflict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One level or share of a series with the changes told of the same period, or those changes alone."""

    observation: Observation | None
    changes: tuple[Observation, ...]
    rivals: tuple[Observation, ...]

    @property
    def of(self) -> Observation:
        """The observation that says whose, what and when."""
        return self.observation or self.changes[0]

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The articles behind the row, the level's first."""
        told = (self.observation, *self.changes) if self.observation else self.changes
        return tuple(dict.fromkeys(article for one in told if one for article in one.article_ids))


def series(
    datasets: Sequence[Path], subject: str, metric: str | None = None, measure: str | None = None
) -> Iterator[Row]:
    """Go through the time series of a subject, by metric and period.

    ``metric`` is compared as articles' metrics are with each other, so that order, plural and generic words make no
    difference; without it, all metrics of the subject are told. Raises ``DatasetError`` for a dataset that cannot be
    read, and, with near names, where nothing is told.
    """
    sources = [Source(path) for path in datasets]
    for source in sources:
        source.check(("facts",))
    subjects = Subjects(lambda: chain.from_iterable(_names(source) for source in sources))
    wanted = subjects.named(subject)
    found = False
    others: dict[str, int] = {}  # the subject's metrics
    names: set[str] = set()

    def is_wanted(fact: Fact) -> bool:
        nonlocal found
        if fact.subject is None or not subjects.is_one_of(fact, wanted):
            if fact.subject and not found:
                names.add(fact.subject)
            return False
        found = True
        if measure is not None and fact.measure != measure:
            matches = False
        else:
            matches = metric is None or (
                fact.metric is not None and _metric(fact, fact.metric) == _metric(fact, metric)
            )
        if not matches:
            told = f"{fact.metric or 'no metric'} ({fact.measure})"
            others[told] = others.get(told, 0) + 1
        return matches

    nothing = True
    for row in _rows(merge(sources, subjects, is_wanted)):
        nothing = False
        yield row
    if nothing:
        where = ", ".join(map(str, datasets))
        if not found:
            raise DatasetError(where, f"no fact is about {subject!r}{_suggest(subject, {*names, *subjects.forms()})}")
        asked = " and ".join(
            [*([f"the metric {metric!r}"] if metric else []), *([f"the measure {measure}"] if measure else [])]
        )
        raise DatasetError(where, f"no fact about {subject!r} has {asked}{_other_metrics(metric or '', others)}")


def show(rows: Iterable[Row], form: str, out: IO[str]) -> None:
    """Write a time series as text, json (an object a line) or csv."""
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_CSV)
        writer.writerows(map(_cells, rows))
    elif form == "json":
        for row in rows:
            out.write(json.dumps(_object(row), ensure_ascii=False) + "\n")
    else:
        for _, group in groupby(rows, key=lambda row: row.of.series):
            _write_text(list(group), out)


def _names(source: Source) -> Iterator[Name]:
    """The names of a dataset; facts alone, or those of an older version, have none."""
    if source.has(Name):
        yield from (name for name, _ in source.records(Name))


def _metric(fact: Fact, metric: str) -> Any:
    dated = fact.period is not None and bool(fact.period.start or fact.period.end)
    return metric_of(metric, fact.measure, fact.kind, fact.subject, dated=dated)


def _rows(observations: Iterable[Observation]) -> Iterator[Row]:
    for _, group in groupby(observations, key=lambda one: (one.series, one.time, one.modality)):
        together = list(group)
        changes = tuple(one for one in together if one.kind == "change")
        amounts = [one for one in together if one.kind != "change"]
        for amount in amounts:
            yield Row(amount, changes, _rivals(amount, amounts))
        if not amounts:
            yield Row(None, changes, ())


def _rivals(observation: Observation, others: Sequence[Observation]) -> tuple[Observation, ...]:
    if not observation.in_conflict:
        return ()
    return tuple(
        one
        for one in others
        if one is not observation and one.in_conflict and (one.kind, one.unit) == (observation.kind, observation.unit)
    )


def _suggest(phrase: str, known: set[str]) -> str:
    """What is near a phrase that was not found: names that share a word with it, or are spelled alike."""
    words = content_words(phrase)
    near = sorted((name for name in known if words & content_words(name)), key=lambda name: (len(name), name))
    spelled = {name.casefold(): name for name in sorted(known)}
    near += [spelled[name] for name in get_close_matches(phrase.casefold(), spelled, _NEAR)]
    near = list(dict.fromkeys(near))[:_NEAR]
    return f"; near: {', '.join(map(plain, near))}" if near else ""


def _other_metrics(metric: str, others: dict[str, int]) -> str:
    """The subject's metrics: those that share a word with the one asked for first, then the most frequent."""
    words = content_words(metric)
    near = sorted(others, key=lambda told: (-len(words & content_words(told)), -others[told], told))
    return f"; told are: {', '.join(map(plain, near[:_NEAR]))}{', ...' if len(near) > _NEAR else ''}" if near else ""


def _object(row: Row) -> dict[str, Any]:
    one, told = row.observation, row.of
    return {
        "subject": told.subject,
        "metric": told.metric,
        "measure": told.measure,
        "period": told.period.model_dump(mode="json") if told.period else None,
        "modality": told.modality,
        "kind": one.kind if one else None,
        **(_amount(one) if one else dict.fromkeys(("value", "unit", "qualifier"))),
        "changes": [{**_amount(change), "basis": change.basis, **_origin(change)} for change in row.changes],
        **(_origin(one) if one else {"sources": [], "facts": []}),
        "articles": list(row.article_ids),
        "conflicts": [{**_amount(rival), **_origin(rival)} for rival in row.rivals],
    }


def _amount(observation: Observation) -> dict[str, Any]:
    low, high = map(_whole, observation.value)
    value = low if low == high else [low, high]
    return {"value": value, "unit": observation.unit, "qualifier": observation.qualifier}


def _origin(observation: Observation) -> dict[str, Any]:
    return {
        "sources": list(observation.sources),
        "facts": [{"id": one.id, "article": one.article, "text": one.text} for one in observation.told],
        "conflict": observation.in_conflict,
    }


def _cells(row: Row) -> tuple[Any, ...]:
    one, told = row.observation, row.of
    amount = (*map(_whole, one.value), one.unit, one.qualifier) if one else (None,) * 4
    return (
        told.subject, told.metric, told.measure, one.kind if one else "change",
        *(getattr(told.period, name, None) for name in ("start", "end", "text")), told.modality,
        *amount, "; ".join(map(_change, row.changes)), "; ".join(row.article_ids),
        sum(each.facts for each in ((one, *row.changes) if one else row.changes)),
        "; ".join(f"{_said(rival)} in {', '.join(rival.article_ids)}" for rival in row.rivals),
    )  # fmt: skip


def _write_text(rows: Sequence[Row], out: IO[str]) -> None:
    """A table, with ! before what is in conflict."""
    first = next((row.of for row in rows if row.of.kind == "level"), rows[0].of)
    out.write(f"{plain(first.subject or 'no subject')}: {plain(first.metric or 'no metric')} ({first.measure})\n")
    table = [("start", "end", "value", "change", "", "articles")]
    for row in rows:
        one = row.observation
        table.append(
            (
                *_dates(row.of.period),
                f"{'! ' if one.in_conflict else ''}{_said(one)}" if one else "",
                "; ".join(f"{'! ' if change.in_conflict else ''}{_change(change)}" for change in row.changes),
                row.of.modality,
                ", ".join(row.article_ids),
            )
        )
    cells = [[plain(cell) for cell in line] for line in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        out.write("  " + "  ".join(map(str.ljust, line, widths)).rstrip() + "\n")


def _dates(period: Period | None) -> tuple[str, str]:
    """Start and end of a period; its words where no date is known."""
    if period is None:
        return "no time", ""
    if not (period.start or period.end):
        return period.text, ""
    start, end = (day.isoformat() if day else "..." for day in (period.start, period.end))
    return start, end


def _said(observation: Observation) -> str:
    hedge = "" if observation.qualifier == "exact" else f"{observation.qualifier.replace('_', ' ')} "
    share = " (share)" if observation.kind == "share" else ""
    return f"{hedge}{_range(*observation.value)} {observation.unit}{share}"


def _change(observation: Observation) -> str:
    low, high = observation.value
    sizes = sorted((abs(low), abs(high)))
    hedge = "" if observation.qualifier == "exact" else f"{observation.qualifier.replace('_', ' ')} "
    sign = "-" if low < 0 else "+" if high > 0 else ""
    basis = f" {observation.basis.replace('_', ' ')}" if observation.basis else ""
    return f"{hedge}{sign}{_range(sizes[0], sizes[1])} {observation.unit}{basis}"


def _range(low: float, high: float) -> str:
    ends = [f"{_whole(low):,}", f"{_whole(high):,}"]
    return ends[0] if low == high else " to ".join(ends)


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number
