"""Merge the facts of datasets: what states the same is one observation, and what cannot all be right is a conflict."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from newsfacts.dataset.export_rows import Source
from newsfacts.dataset.merge.amounts import Amount, amounts_of
from newsfacts.dataset.merge.metrics import metric_of
from newsfacts.dataset.merge.subjects import Subjects
from newsfacts.phrases import content_words
from newsfacts.records import Basis, Fact, Kind, Measure, Modality, NameType, Period, Qualifier

_SEPARATOR = "\x1f"  # sorts before all that words are made of


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of an observation: its id, its article, and the article's words for the amount."""

    id: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What one or more facts state.

    ``value`` is the most exact one that was told, in base units, a fall below zero; the period's words are those of one
    of the articles; ``series`` is the same for all observations of one subject and metric. ``lowest`` and ``highest``
    are the ends of what it and its rivals say, where they cannot all be right.
    """

    id: str
    series: str
    subject: str | None
    subject_type: NameType | None
    metric: str | None
    measure: Measure
    kind: Kind
    basis: Basis | None
    value: tuple[float, float]
    unit: str
    qualifier: Qualifier
    period: Period | None
    modality: Modality
    told: tuple[Told, ...]
    sources: tuple[str, ...]
    lowest: float | None = None
    highest: float | None = None

    @property
    def in_conflict(self) -> bool:
        """Whether another observation says something that cannot be right as well."""
        return self.lowest is not None

    @property
    def time(self) -> str:
        """What tells its period from others, in the order of the calendar."""
        return _time(self.period)

    @property
    def facts(self) -> int:
        """How many facts state it."""
        return len(self.told)

    @property
    def articles(self) -> int:
        """How many articles state it."""
        return len(self.article_ids)

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The articles that state it, in the order of the datasets."""
        return tuple(dict.fromkeys(one.article for one in self.told))


class _Place(NamedTuple):
    """Where a fact belongs; facts of one place are compared with each other. They sort by subject, metric and time."""

    series: str
    time: str
    of: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What is kept of a fact."""

    order: int
    told: Told
    amounts: tuple[Amount, ...]
    period: Period | None
    subject: str | None
    subject_type: NameType | None
    metric: str | None
    measure: Measure
    kind: Kind
    basis: Basis | None
    modality: Modality
    source: str | None
    confidence: float
    sentence: Sequence[str | int]  # article and offset
    headline: bool
    partner: str | None  # id of the fact in the text that a headline repeats

    @property
    def exactness(self) -> tuple[Any, ...]:
        """The first states the amount most exactly."""
        return *self.amounts[0].vagueness, self.headline, self.order

    @property
    def clearness(self) -> tuple[Any, ...]:
        """The first says best what the amount is of."""
        return self.headline, -self.confidence, self.order


def merge(
    sources: Sequence[Source], subjects: Subjects, keep: Callable[[Fact], bool] = lambda fact: True
) -> Iterator[Observation]:
    """Merge the facts that are kept, of all datasets together.

    Observations come by subject, metric, period and kind. One are facts of one subject, metric, kind, modality and
    period whose values agree: rounded, hedged, or restated in another currency. A headline's fact is that of the
    article's text. Where no date is known only the same values are one; where subject or metric is missing, only facts
    of one article. Facts wait in a temporary file, so that memory does not grow with their number. Raises
    ``DatasetError``.
    """
    with closing(sqlite3.connect("")) as waiting:  # an unnamed file, gone when it is closed
        waiting.execute("PRAGMA journal_mode = OFF")
        waiting.execute("CREATE TABLE facts (series TEXT, time TEXT, part TEXT, number INTEGER, fact TEXT)")
        waiting.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", _placed(sources, subjects, keep))
        rows = waiting.execute("SELECT series, time, part, fact FROM facts ORDER BY series, time, part, number")
        for place, group in groupby(rows, key=lambda row: _Place(*row[:3])):
            candidates: dict[str, _Candidate] = {}  # a fact that several datasets hold is one
            for *_, packed in group:
                candidate = _unpacked(packed)
                candidates.setdefault(candidate.told.id, candidate)
            yield from _observations(place, list(candidates.values()))


def _placed(
    sources: Sequence[Source], subjects: Subjects, keep: Callable[[Fact], bool]
) -> Iterator[tuple[str, str, str, int, str]]:
    """The facts with their places and numbers; a headline's behind the others of its article, with its partner's."""
    facts = enumerate(fact for source in sources for fact, _ in source.records(Fact))
    for _, told in groupby(facts, key=lambda pair: pair[1].article):
        headlines: list[tuple[int, Fact]] = []
        partners: dict[int, tuple[tuple[Any, ...], Fact]] = {}
        for number, fact in told:
            if fact.part == "headline":
                headlines.append((number, fact))
                continue
            for order, headline in headlines:
                likeness = _likeness(headline, fact, subjects)
                if likeness and (order not in partners or likeness > partners[order][0]):
                    partners[order] = likeness, fact
            if keep(fact):
                yield *_place(fact, subjects), number, _packed(number, fact, subjects)
        for number, headline in headlines:
            _, partner = partners.get(number, ((), None))
            if keep(partner or headline):
                yield *_place(partner or headline, subjects), number, _packed(number, headline, subjects, partner)


def _likeness(headline: Fact, fact: Fact, subjects: Subjects) -> tuple[Any, ...]:
    """How likely a headline's fact is one of the text: the greater, the likelier; empty where it is not.

    Headlines leave out so much that the kind need not be the same.
    """
    alike = _alike(headline, fact)
    if headline.kind == fact.kind and not alike:  # up and down
        return ()
    ours, others = amounts_of(headline), amounts_of(fact)
    if not alike:
        ours, others = (tuple(amount.size for amount in amounts) for amounts in (ours, others))
    if not any(one.agrees(other) for one in ours for other in others):
        return ()
    same_subject = bool(headline.subject) and subjects.of(headline) == subjects.of(fact)
    words = len(content_words(headline.metric or "") & content_words(fact.metric or ""))
    same_measure = headline.measure == fact.measure
    return (alike, same_subject, words, same_measure) if same_subject or words or same_measure else ()


def _alike(one: Fact, other: Fact) -> bool:
    return (one.kind, one.direction) == (other.kind, other.direction)


def _place(fact: Fact, subjects: Subjects) -> _Place:
    dated = _is_dated(fact.period)
    subject = subjects.of(fact) if fact.subject else ("", fact.article)
    metric = (
        metric_of(fact.metric, fact.measure, fact.kind, fact.subject, dated=dated)
        if fact.metric
        else (fact.measure, (fact.article, ""))
    )
    return _Place(
        _SEPARATOR.join((" ".join(subject[1:]), subject[0], metric[0], *metric[1])),
        _time(fact.period),
        f"{fact.modality} {fact.kind}",
    )


def _is_dated(period: Period | None) -> bool:
    return period is not None and bool(period.start or period.end)


def _time(period: Period | None) -> str:
    """The dates of a period, or its words where no date is known."""
    if period is None:
        return ""
    dates = [day.isoformat() if day else "" for day in (period.start, period.end)]
    return _SEPARATOR.join(dates if any(dates) else (*dates, *sorted(content_words(period.text))))


def _packed(number: int, fact: Fact, subjects: Subjects, partner: Fact | None = None) -> str:
    # a headline of another kind says nothing about the amount
    amounts = amounts_of(fact if partner is None or _alike(fact, partner) else partner)
    period = fact.period
    return json.dumps(
        (
            number,
            (fact.id, fact.article, fact.text),
            [(one.low, one.high, one.unit, one.rounding, one.qualifier) for one in amounts],
            [period.text, *(day and day.isoformat() for day in (period.start, period.end))] if period else None,
            (subjects.name(subjects.of(fact)) or fact.subject) if fact.subject else None,
            fact.subject_type,
            fact.metric,
            fact.measure,
            fact.kind,
            fact.basis,
            fact.modality,
            fact.source,
            fact.confidence or 0.0,
            (fact.article, fact.sentence.start),
            fact.part == "headline",
            partner and partner.id,
        )
    )


def _unpacked(packed: str) -> _Candidate:
    order, told, amounts, dates, *slots = json.loads(packed)
    period = None
    if dates:
        text, *days = dates
        start, end = (day and dt.date.fromisoformat(day) for day in days)
        period = Period.model_construct(text=text, start=start, end=end)
    return _Candidate(order, Told(*told), tuple(Amount(*amount) for amount in amounts), period, *slots)


def _observations(place: _Place, candidates: Sequence[_Candidate]) -> list[Observation]:
    """Make the observations of one place, in the order of their first facts."""
    clearest = min(candidates, key=lambda one: one.clearness)
    dated = _is_dated(clearest.period)
    groups: list[list[_Candidate]] = []
    for candidate in sorted((one for one in candidates if not one.partner), key=lambda one: one.exactness):
        fitting = [group for group in groups if _one(group, candidate, dated=dated)]
        if fitting:
            min(fitting, key=lambda group: group[0].amounts[0].distance(candidate.amounts[0])).append(candidate)
        else:
            groups.append([candidate])
    homes = {candidate.told.id: group for group in groups for candidate in group}
    for headline in (one for one in candidates if one.partner):
        if home := homes.get(headline.partner or ""):
            home.append(headline)
        else:
            groups.append([headline])
    groups = sorted((sorted(group, key=_order) for group in groups), key=lambda group: _order(group[0]))
    merged = [_Merged(place, group) for group in groups]
    comparable = dated and clearest.subject is not None and clearest.metric is not None
    ends = _conflicts(merged) if comparable else {}
    return [one.observation(*ends.get(index, (None, None))) for index, one in enumerate(merged)]


def _order(candidate: _Candidate) -> int:
    return candidate.order


def _one(group: Sequence[_Candidate], candidate: _Candidate, *, dated: bool) -> bool:
    """Whether a fact, less exact than those of a group, states the same."""
    if candidate.basis and any(one.basis not in (None, candidate.basis) for one in group):
        return False
    amount, others = group[0].amounts[0], candidate.amounts
    if amount.unit == others[0].unit:
        return amount.agrees(others[0]) if dated else amount.equals(others[0])
    restated = ((here, there) for one in group for here in one.amounts for there in others)
    return any(here.exchanges(there) if dated else here.equals(there) for here, there in restated)


class _Merged:
    """Facts that are one, in their order."""

    def __init__(self, place: _Place, group: Sequence[_Candidate]) -> None:
        self._place = place
        self._group = group
        self._clear = min(group, key=lambda one: one.clearness)
        self.amount = min(group, key=lambda one: one.exactness).amounts[0]
        self.basis = self._clear.basis or next((one.basis for one in group if one.basis), None)
        self.sources = tuple(sorted({one.source for one in group if one.source}))

    @property
    def rivalries(self) -> list[tuple[str | None, ...]]:
        """Among what it has rivals: forecasts of different sources, for one, need not be the same."""
        sources = (self._clear.modality == "expected" and self.sources) or (None,)
        return [(self.amount.unit, self.basis, source) for source in sources]

    def contradicts(self, other: _Merged) -> bool:
        """Whether not both can be right, however they were rounded; a sentence does not contradict itself."""
        apart = self.amount.floor > other.amount.ceiling or self.amount.ceiling < other.amount.floor
        return apart and any(one.sentence != another.sentence for one in self._group for another in other._group)

    def observation(self, lowest: float | None, highest: float | None) -> Observation:
        """The observation, with the ends of what its rivals say."""
        clear, amount = self._clear, self.amount
        return Observation(
            id=_digest(*self._place, self._group[0].told.id),
            series=_digest(self._place.series),
            subject=clear.subject,
            subject_type=clear.subject_type,
            metric=clear.metric,
            measure=clear.measure,
            kind=clear.kind,
            basis=self.basis,
            value=(amount.low, amount.high),
            unit=amount.unit,
            qualifier=amount.hedge,
            period=clear.period,
            modality=clear.modality,
            told=tuple(one.told for one in self._group),
            sources=self.sources,
            lowest=lowest,
            highest=highest,
        )


def _conflicts(merged: Sequence[_Merged]) -> dict[int, tuple[float, float]]:
    """Which of those of one place cannot all be right, with the ends of what the rivals say."""
    rivals: dict[tuple[str | None, ...], list[int]] = {}
    for index, one in enumerate(merged):
        for rivalry in one.rivalries:
            rivals.setdefault(rivalry, []).append(index)
    ends: dict[int, tuple[float, float]] = {}
    for indexes in rivals.values():
        amounts = [merged[index].amount for index in indexes]
        if max(amount.floor for amount in amounts) <= min(amount.ceiling for amount in amounts):
            continue
        wrong = [one for one in indexes if any(merged[one].contradicts(merged[other]) for other in indexes)]
        lowest = min((merged[index].amount.low for index in wrong), default=0.0)
        highest = max((merged[index].amount.high for index in wrong), default=0.0)
        ends.update(dict.fromkeys(wrong, (lowest, highest)))
    return ends


def _digest(*parts: str) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=8).hexdigest()
