"""Apply reviewers' decisions to the records of articles.

It is done last, on what goes out: what the program itself made of a corrected article is kept in uncorrected.jsonl, so
that a decision can be taken back. A decision that cannot be applied is reported, and the records stay as they were.

A fixed slot is certain, and so is that the quantity is a fact; the whole fact is as probable as the four slots that
decide it are together, and never less than before. A fact that was added is certain in all its parts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from math import prod
from typing import Any, TypeVar

from pydantic import ValidationError

from newsfacts.emit.corrections import Corrections, Decision, Restated, one_line
from newsfacts.emit.dataset import ARTICLE_FILES, CORRECTIONS, FILES, Lines, line_of, lines_of
from newsfacts.records import (
    Article,
    ArticleError,
    ArticleSummary,
    Correction,
    Entity,
    Equivalent,
    ErrorCode,
    Fact,
    Label,
    Name,
    Quantity,
    QuantityType,
    Record,
    Sentence,
    SlotConfidence,
    Span,
    Uncorrected,
    fact_id,
)

R = TypeVar("R", bound=Record)

_ORDER = ("reject", "fix", "add")  # a fact may be added where one was rejected
_DECIDING = ("kind", "direction", "subject", "metric")  # of a fact's confidence, beside its amount
_MOVES = ("direction", "basis")  # which changes alone have
_READ = ("subject", "metric", "period", "source")  # which have evidence
_OF_QUANTITY = ("value", "unit", "qualifier", "equivalents")  # slots of a fact that its quantity has too
_CURRENCY = re.compile(r"(?!TEU\b)[A-Z]{3}(/(?!TEU\b)[A-Z]{3})?(?![A-Z])")
_TYPES: dict[str, QuantityType] = {
    "percent": "percent",
    "percentage_point": "percentage_point",
    "point": "index_point",
    "count": "count",
}
_LABELS: dict[QuantityType, Label] = {"money": "MONEY", "percent": "PERCENT"}
_COUNTED = ("facts", "entities", "quantities")


class _UnappliedError(Exception):
    """Why a decision cannot be applied."""

    def __init__(self, code: ErrorCode, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
        self.field = field


class Corrector:
    """Apply the decisions of a corrections.yaml to articles one after the other; ``applied`` counts them."""

    def __init__(self, corrections: Corrections) -> None:
        self._left = dict(corrections.by_article)
        self._errors: list[tuple[int, ArticleError]] = []
        self.applied = 0

    def concerns(self, article: str) -> bool:
        """Tell whether there are decisions on the article with this id that were not applied yet."""
        return article in self._left

    def correct(self, article: Article, lines: Lines) -> Lines:
        """Return the lines of an article as they are with the decisions on it applied."""
        decisions = self._left.pop(article.id, None)
        if not decisions:
            return lines
        records = _Records(article, lines)
        done = 0
        for line, decision in sorted(decisions, key=lambda entry: (_ORDER.index(entry[1].action), entry[0])):
            try:
                records.apply(decision, line)
                done += 1
            except _UnappliedError as problem:
                self._report(line, decision, problem)
        self.applied += done
        return records.lines(done) if done else lines

    def unapplied(self) -> list[ArticleError]:
        """The decisions that were not applied, those on articles that did not come among them, by their lines."""
        for article, decisions in self._left.items():
            for line, decision in decisions:
                message = f"no article with the id {article!r} was read"
                self._report(line, decision, _UnappliedError("lost_correction", message, "article"))
        self._left = {}
        return [error for _, error in sorted(self._errors, key=lambda pair: pair[0])]

    def _report(self, line: int, decision: Decision, problem: _UnappliedError) -> None:
        error = ArticleError(
            code=problem.code,
            file=CORRECTIONS,
            line=line,
            field=problem.field,
            article=decision.article,
            message=f"not applied: {problem.message}",
        )
        self._errors.append((line, error))


class _Records:
    """The records of one article while they are corrected."""

    def __init__(self, article: Article, lines: Lines) -> None:
        self._article = article
        self._lines = dict(zip(ARTICLE_FILES, lines, strict=True))
        self._facts = [Fact.model_validate_json(line) for line in self._of(Fact)]
        self._quantities = [Quantity.model_validate_json(line) for line in self._of(Quantity)]
        self._entities = [Entity.model_validate_json(line) for line in self._of(Entity)]
        self._summary = ArticleSummary.model_validate_json(self._lines[FILES[ArticleSummary]])
        names = [Name.model_validate_json(line) for line in self._of(Name)]
        self._names = {alias: name for name in names for alias in name.aliases} | {name.name: name for name in names}
        self._machine = Uncorrected(
            article=article.id,
            facts=tuple(self._facts),
            quantities=tuple(self._quantities),
            entities=tuple(self._entities),
            summary=self._summary,
        )
        self._decided: dict[str, int] = {}  # id of a fact: line of the decision on it

    def lines(self, corrections: int) -> Lines:
        """The lines of the article, to which so many corrections were applied."""
        counts = (len(self._facts), len(self._entities), len(self._quantities))
        update = {**dict(zip(_COUNTED, counts, strict=True)), "corrections": corrections}
        summary = self._summary.model_copy(update=update)
        made = dict(zip(ARTICLE_FILES, lines_of([*self._facts, *self._quantities, *self._entities]), strict=True))
        ends = {
            FILES[Name]: self._lines[FILES[Name]],
            FILES[ArticleSummary]: line_of(summary),
            FILES[Uncorrected]: line_of(self._machine),
        }
        return tuple((made | ends)[name] for name in ARTICLE_FILES)

    def apply(self, decision: Decision, line: int) -> None:
        """Apply a decision, or raise ``_UnappliedError`` and leave everything as it was."""
        mark = {"by": decision.by, "why": decision.why}
        if decision.action == "add":
            self._add(decision, line, mark)
            return
        fact = self._meant(decision)
        self._claim(fact.id, line)
        if decision.action == "fix":
            fixed = self._fixed(fact, decision, mark)
            self._facts[self._facts.index(fact)] = fixed
            self._follow(fixed, fact)
        else:
            self._facts.remove(fact)
            update = {"fact": None, "reason": "rejected", "correction": Correction(action="rejected", **mark)}
            self._replace(self._quantity(fact), update)
        self._decided[fact.id] = line

    def _meant(self, decision: Decision) -> Fact:
        """The fact that a decision is on: by its id, else by the place of its quote."""
        known = {fact.id: fact for fact in self._machine.facts}
        if decision.fact and (fact := known.get(decision.fact)):
            self._agree(fact, decision)
            return fact
        start, end = self._place(decision)
        for fact in known.values():
            if (fact.start, fact.end) == (start, end):
                return fact
        found = next((quantity for quantity in self._machine.quantities if _overlap(quantity, start, end)), None)
        reason = f"; reason: {found.reason}" if found and found.reason else ""
        message = f"no fact is read from {one_line(decision.quote)!r} at offset {start}{reason}"
        raise _UnappliedError("lost_correction", message, "fact" if decision.fact else "quote")

    def _agree(self, fact: Fact, decision: Decision) -> None:
        """Make sure that a fact which has the id is the one that is meant: ids count what has the same words."""
        quote = one_line(decision.quote)
        if quote != one_line(fact.text):
            message = f"the fact {fact.id} is {one_line(fact.text)!r}, not {quote!r}"
            raise _UnappliedError("bad_correction", message, "quote")
        alike = self._within(self._recognized(quote), decision.context or fact.sentence.text)
        if (fact.start, fact.end) not in alike:
            raise _UnappliedError("bad_correction", f"the fact {fact.id} has other words around it", "context")
        if len(alike) > 1:
            raise _ambiguous(alike, decision)

    def _place(self, decision: Decision) -> tuple[int, int]:
        """Where the quote stands in the article, within the context if there is one."""
        quote, context = one_line(decision.quote), decision.context
        gone = f"no fact has the id {decision.fact}, and " if decision.fact else ""
        places = self._recognized(quote) | {match.span() for match in re.finditer(_whole(quote), self._article.text)}
        if context is not None:
            places = self._within(places, context)
        if len(places) > 1:
            raise _ambiguous(places, decision, gone)
        if not places:
            message = f"{gone}{one_line(context or quote)!r} does not stand in the article"
            raise _UnappliedError("lost_correction", message, "context" if context else "quote")
        return places.pop()

    def _recognized(self, quote: str) -> set[tuple[int, int]]:
        return {(part.start, part.end) for part in self._machine.quantities if one_line(part.text) == quote}

    def _within(self, places: set[tuple[int, int]], context: str) -> set[tuple[int, int]]:
        spans = [match.span(1) for match in re.finditer(f"(?=({_pattern(context)}))", self._article.text)]
        return {place for place in places if any(start <= place[0] and place[1] <= end for start, end in spans)}

    def _claim(self, fact: str, line: int) -> None:
        if fact in self._decided:
            message = f"line {self._decided[fact]} decides on the fact {fact} already; put both into one"
            raise _UnappliedError("bad_correction", message)

    def _fixed(self, fact: Fact, decision: Decision, mark: dict[str, str]) -> Fact:
        given = self._given(decision, fact, fact.sentence)
        if given.get("kind", "change") != "change":
            given = {name: None for name in _MOVES if getattr(fact, name)} | given
        before = fact.model_dump(mode="json")
        was = {name: before[name] for name in Fact.model_fields if name in given}
        update: dict[str, Any] = {**given, "correction": Correction(action="fixed", was=was, **mark)}
        if "subject" in given:
            update |= self._subject(given["subject"])
        update["evidence"] = fact.evidence.model_copy(update={name: None for name in _READ if name in given})
        if fact.slot_confidence and fact.confidence is not None:
            certain = {name: 1.0 for name in ("quantity", *given) if name in SlotConfidence.model_fields}
            chances = fact.slot_confidence.model_copy(update=certain)
            together = round(prod(getattr(chances, name) for name in _DECIDING), 3)
            update |= {"slot_confidence": chances, "confidence": max(fact.confidence, together)}
        return _checked(Fact, fact.model_copy(update=update).model_dump())

    def _add(self, decision: Decision, line: int, mark: dict[str, str]) -> None:
        start, end = self._place(decision)
        same = next((fact for fact in self._facts if (fact.start, fact.end) == (start, end)), None)
        if same:
            self._claim(same.id, line)
        for fact in self._facts:
            if fact is not same and _overlap(fact, start, end):
                message = f"{decision.quote!r} overlaps the fact {fact.id} ({one_line(fact.text)!r}); reject that one"
                raise _UnappliedError("bad_correction", message, "quote")
        sentence = self._sentence(start, end)
        text = self._article.text[start:end]
        given = self._given(decision, Span(start=start, end=end), sentence)
        headline = self._article.headline
        row = {
            "article": self._article.id,
            "id": same.id if same else self._new_id(sentence.text, text),
            "start": start,
            "end": end,
            "part": "headline" if headline and headline.start <= start < headline.end else "body",
            "text": text,
            **given,
            **self._subject(given.get("subject")),
            "confidence": 1.0,
            "slot_confidence": dict.fromkeys(SlotConfidence.model_fields, 1.0),
            "sentence": sentence,
            "correction": {"action": "added", **mark},
        }
        added = _checked(Fact, row)
        if same:
            self._facts[self._facts.index(same)] = added
        else:
            insort(self._facts, added, key=lambda fact: fact.start)
        self._follow(added, same)
        self._decided[added.id] = line

    def _new_id(self, sentence: str, text: str) -> str:
        """An id as the program would give it, that no fact of the article has or had."""
        taken = {fact.id for fact in (*self._machine.facts, *self._facts)}
        number = 0
        while (made := fact_id(self._article.id, sentence, text, number)) in taken:
            number += 1
        return made

    def _given(self, decision: Decision, quantity: Span, sentence: Sentence) -> dict[str, Any]:
        """The slots of a decision, equivalents with their places in the sentence of the quantity."""
        assert decision.slots is not None  # a fix and an addition have some
        given = decision.slots.given()
        if "equivalents" in given:
            given["equivalents"] = tuple(self._restated(same, quantity, sentence) for same in given["equivalents"])
        return given

    def _restated(self, same: Restated, quantity: Span, sentence: Sentence) -> Equivalent:
        whole = re.compile(_whole(same.text))
        spans = [match.span() for match in whole.finditer(self._article.text, sentence.start, sentence.end)]
        places = [place for place in spans if not _overlap(quantity, *place)]
        if len(places) != 1:
            stands = f"stands {len(places)} times" if places else "does not stand"
            message = f"{one_line(same.text)!r} {stands} in the fact's sentence beside the quantity"
            raise _UnappliedError("bad_correction", message, "slots.equivalents")
        (start, end), text = places[0], self._article.text
        return Equivalent(start=start, end=end, text=text[start:end], value=same.value, unit=same.unit)

    def _sentence(self, start: int, end: int) -> Sentence:
        from newsfacts.recognize.sentences import sentence_starts  # which imports spaCy

        text = self._article.text
        starts = [0, *sentence_starts(text)]
        number = bisect_right(starts, start)
        last = bisect_left(starts, end)
        first = starts[number - 1]
        part = text[first : starts[last] if last < len(starts) else len(text)]
        first += len(part) - len(part.lstrip())
        return Sentence(start=first, end=first + len(part.strip()), text=part.strip())

    def _subject(self, subject: str | None) -> dict[str, Any]:
        name = self._names.get(subject or "")
        return {"subject_type": name and name.type, "subject_id": name and name.id}

    def _quantity(self, fact: Fact) -> Quantity:
        return next(quantity for quantity in self._quantities if quantity.fact == fact.id)

    def _replace(self, quantity: Quantity, update: dict[str, Any]) -> None:
        index = self._quantities.index(quantity)
        self._quantities[index] = _checked(Quantity, quantity.model_copy(update=update).model_dump())
        self._label(self._quantities[index])

    def _follow(self, fact: Fact, before: Fact | None) -> None:
        """Let the fact's quantity say what the fact says; one that was not recognized is added."""
        mark = {"fact": fact.id, "reason": None, "correction": fact.correction}
        amount = {name: getattr(fact, name) for name in _OF_QUANTITY}
        there = next((part for part in self._quantities if (part.start, part.end) == (fact.start, fact.end)), None)
        if there is None:
            row = {"article": fact.article, "start": fact.start, "end": fact.end, "text": fact.text, **amount, **mark}
            added = _checked(Quantity, {**row, "type": _type(fact.unit)})
            insort(self._quantities, added, key=lambda quantity: quantity.start)
            self._label(added)
            return
        changed = {name: amount[name] for name in _OF_QUANTITY if not before or amount[name] != getattr(before, name)}
        if _type(fact.unit) != _type(there.unit):
            changed["type"] = _type(fact.unit)
        self._replace(there, {**changed, **mark})

    def _label(self, quantity: Quantity) -> None:
        """Let entities.jsonl have the amounts of a quantity, as their types want it."""
        self._mention(quantity, _LABELS.get(quantity.type))
        for same in quantity.equivalents:
            self._mention(same, _LABELS.get(_type(same.unit)))

    def _mention(self, amount: Quantity | Equivalent, label: Label | None) -> None:
        at = amount.start, amount.end
        there = [part for part in self._entities if (part.start, part.end) == at and part.label in _LABELS.values()]
        for part in there:
            if part.label != label:
                self._entities.remove(part)
        in_furniture = any(_overlap(span, *at) for span in self._article.furniture)
        if label and not in_furniture and all(part.label != label for part in there):
            entity = Entity(article=self._article.id, start=at[0], end=at[1], text=amount.text, label=label)
            insort(self._entities, entity, key=lambda part: (part.start, part.end, part.label))

    def _of(self, record: type[Record]) -> list[bytes]:
        return self._lines[FILES[record]].splitlines()


def _ambiguous(places: set[tuple[int, int]], decision: Decision, start: str = "") -> _UnappliedError:
    offsets = ", ".join(str(offset) for offset, _ in sorted(places))
    message = (
        f"{start}{one_line(decision.quote)!r} stands there {len(places)} times (offsets {offsets}); "
        "give more of the words around it as context"
    )
    return _UnappliedError("ambiguous_correction", message, "context" if decision.context else "quote")


def _checked(kind: type[R], row: dict[str, Any]) -> R:
    """The record of a row, if the schema allows it."""
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        message = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
        raise _UnappliedError("bad_correction", message, "slots") from None


def _type(unit: str) -> QuantityType:
    """What sort of quantity has a unit."""
    if match := _CURRENCY.match(unit):
        return "exchange_rate" if match[1] else "money"
    return _TYPES.get(unit, "measure")


def _whole(quote: str) -> str:
    """The expression for a quantity's words that are no part of others: no 22 in 2022."""
    return rf"(?<!\w)(?<!\d[.,]){_pattern(quote)}(?!\w)(?![.,]\d)"


def _pattern(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _overlap(span: Span, start: int, end: int) -> bool:
    return start < span.end and span.start < end
