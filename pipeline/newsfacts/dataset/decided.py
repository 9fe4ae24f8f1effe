"""Reviewers' decisions as gold: score what a program reads, without its corrections, on the facts they decided on.

The decisions are those of a corrections.yaml as the dataset beside it has them applied: a rejected fact is right where
nothing is read from its place, a fixed one where all slots that were fixed are read so, an added one where amount,
kind, direction, subject and metric are. Slots agree by the rules of newsfacts.dataset.evaluate; the very answer that
was corrected is wrong, however like the right one it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.evaluate import LEVELS, SLOTS, shared
from newsfacts.dataset.files import FACTS
from newsfacts.dataset.gold import Answer, GoldFact, read_rows, validated
from newsfacts.emit.corrections import read_corrections
from newsfacts.emit.dataset import FILES, REPORT
from newsfacts.records import ArticleSummary, Quantity, RunReport, Uncorrected
from newsfacts.wording import plural

Action = Literal["rejected", "fixed", "added"]
ACTIONS: tuple[Action, ...] = ("rejected", "fixed", "added")
ALL = "all"
_NO_FACT = {"kind": None, "subject": None, "metric": None}
_MEANING = {"rejected": "not read", "fixed": "fixed slots right", "added": "fact right"}


@dataclass(frozen=True, slots=True)
class _Gold:
    """A decision that was applied: the fact as it is now, or the place of a rejected one; what fixed slots were."""

    article: str
    action: Action
    fact: GoldFact
    was: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision, whether anything is read from its place, and the slots that are read otherwise than decided."""

    article: str
    action: Action
    start: int
    text: str
    found: bool
    asked: tuple[str, ...] = ()
    wrong: tuple[tuple[str, Any, Any], ...] = ()  # slot, predicted, decided

    @property
    def right(self) -> bool:
        return not self.found if self.action == "rejected" else self.found and not self.wrong


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcomes of all decisions that were applied, and how many were not."""

    outcomes: Sequence[Outcome]
    unapplied: int

    def share(self, action: str) -> tuple[int, int]:
        """How many of the decisions of a kind, or of all, come out right, and how many there are."""
        chosen = [outcome.right for outcome in self.outcomes if action in (ALL, outcome.action)]
        return sum(chosen), len(chosen)

    @property
    def slots(self) -> dict[str, tuple[int, int]]:
        """Of each slot that was fixed: how often it is right, and how often it was fixed."""
        fixed = [outcome for outcome in self.outcomes if outcome.action == "fixed"]
        asked = Counter(slot for outcome in fixed for slot in outcome.asked)
        wrong = Counter(slot for outcome in fixed for slot, _, _ in outcome.wrong)
        missed = Counter(slot for outcome in fixed if not outcome.found for slot in outcome.asked)
        return {slot: (asked[slot] - wrong[slot] - missed[slot], asked[slot]) for slot in SLOTS if asked[slot]}


def score_decisions(path: Path, predicted: Path, prefixes: tuple[str, ...] = ()) -> Decided:
    """Score the facts that a program read on the decisions of a corrections.yaml.

    ``path``: the file, beside the dataset that it was applied to. ``predicted``: a facts.jsonl without corrections, or
    the folder that a run wrote, of which the facts as they were before corrections count. ``prefixes``: only articles
    whose id begins with one of these. Raises ``DatasetError`` and ``CorrectionsError``.
    """
    corrections = read_corrections(path)
    folder = path.parent
    if corrections.sha256 is None:
        raise DatasetError(str(path), "no such file")
    if corrections.sha256 != _applied(folder):
        message = "was not applied to the dataset beside it, or has changed since; let newsfacts run do it first"
        raise DatasetError(str(path), message)
    decisions = sum(map(len, corrections.by_article.values()))
    applied = list(_golds(folder))
    golds = [gold for gold in applied if gold.article.startswith(prefixes or ("",))]
    if not golds:
        raise DatasetError(str(path), f"no corrections that were applied{' with that prefix' if prefixes else ''}")
    articles = {gold.article for gold in golds}
    _check_texts(folder, predicted, articles)
    answers = _machine(predicted, articles)
    outcomes = [_outcome(gold, answers.get(gold.article, [])) for gold in golds]
    return Decided(outcomes, decisions - len(applied))


def decided_as_text(decided: Decided, errors: int = 0) -> Iterator[str]:
    """The lines of a report; ``errors``: so many of each kind that came out wrong are listed."""
    articles = len({outcome.article for outcome in decided.outcomes})
    unapplied = f", {decided.unapplied:,} more not applied" if decided.unapplied else ""
    yield f"{plural(len(decided.outcomes), 'correction')}, {plural(articles, 'article')}{unapplied}\n"
    for action in (*ACTIONS, ALL):
        right, of = decided.share(action)
        if of:
            yield f"{action:10} {right:6,} of {of:6,} {right / of:6.3f}  {_MEANING.get(action, '')}".rstrip()
    if slots := decided.slots:
        yield "\nslots fixed: " + ", ".join(f"{slot} {right:,} of {of:,}" for slot, (right, of) in slots.items())
    for action in ACTIONS if errors else ():
        wrong = [outcome for outcome in decided.outcomes if outcome.action == action and not outcome.right]
        if wrong:
            yield f"\n{action}: {len(wrong):,}"
        yield from (_told(outcome) for outcome in wrong[:errors])


def decided_as_json(decided: Decided, errors: int = 0) -> str:
    """A JSON object with the same figures, and up to so many of each kind that came out wrong."""
    shares = {action: decided.share(action) for action in (*ACTIONS, ALL)}
    wrong = {
        action: [outcome for outcome in decided.outcomes if outcome.action == action and not outcome.right]
        for action in ACTIONS
    }
    report = {
        "unapplied": decided.unapplied,
        **{action: _figures(*share) for action, share in shares.items()},
        "slots": {slot: _figures(*share) for slot, share in decided.slots.items()},
        "errors": {
            action: {"number": len(outcomes), "shown": [_shown(outcome) for outcome in outcomes[:errors]]}
            for action, outcomes in wrong.items()
        },
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _applied(folder: Path) -> str | None:
    """The digest of the corrections that a dataset was made with."""
    try:
        return RunReport.model_validate_json((folder / REPORT).read_bytes()).corrections
    except OSError as error:
        raise DatasetError(str(folder / REPORT), f"cannot be read: {error.strerror or error}") from error
    except ValidationError:
        raise DatasetError(str(folder / REPORT), "is no report of a run") from None


def _check_texts(folder: Path, predicted: Path, articles: set[str]) -> None:
    """Make sure that the articles are there and have the texts that the decisions' offsets refer to."""
    name = FILES[ArticleSummary]
    if not (predicted / name).exists():
        return
    decided, read = (
        {row["id"]: row["sha256"] for _, row in read_rows(place / name) if row["id"] in articles}
        for place in (folder, predicted)
    )
    for article, text in decided.items():
        if read.get(article) != text:
            problem = f"has another text of the article {article!r}" if article in read else f"lacks {article!r}"
            raise DatasetError(str(predicted), f"{problem}, on which reviewers decided; --only chooses others")


def _golds(folder: Path) -> Iterator[_Gold]:
    """The decisions that a dataset has applied."""
    for name, actions in ((FILES[Quantity], ("rejected",)), (FACTS, ("fixed", "added"))):
        for line, row in read_rows(folder / name):
            correction = row.get("correction")
            if correction and correction["action"] in actions:
                fact = validated(GoldFact, {**_NO_FACT, **row}, str(folder / name), line)
                yield _Gold(row["article"], correction["action"], fact, correction["was"])


def _machine(path: Path, articles: set[str]) -> dict[str, list[Answer]]:
    """The facts that the program itself read in some articles."""
    file = path / FACTS if path.is_dir() else path
    rows: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for line, row in read_rows(file):
        if row.get("correction") and file is path:
            message = "is corrected; name the folder, where uncorrected.jsonl has what was read"
            raise DatasetError(str(path), message, line=line, field="correction")
        if row.get("article") in articles:
            rows.setdefault(row["article"], []).append((line, row))
    before = file.with_name(FILES[Uncorrected])
    if file is not path and before.exists():
        for line, row in read_rows(before):
            if row.get("article") in articles:
                rows[row["article"]] = [(line, fact) for fact in row["facts"]]
    return {
        article: [validated(Answer, row, str(file), line) for line, row in facts] for article, facts in rows.items()
    }


def _outcome(gold: _Gold, answers: Sequence[Answer]) -> Outcome:
    fact = gold.fact
    best = max(answers, key=lambda answer: shared(answer, fact), default=None)
    if best is None or shared(best, fact) <= 0:
        return Outcome(gold.article, gold.action, fact.start, fact.text, False, tuple(gold.was))
    asked = tuple(gold.was) if gold.action == "fixed" else tuple(slot for slot in SLOTS if slot in LEVELS["fact"])
    if gold.action == "rejected":
        asked = ()
    wrong = (slot for slot in asked if not SLOTS[slot](best, fact) or _uncorrected(gold, best, slot))
    told = tuple((slot, getattr(best, slot), getattr(fact, slot)) for slot in wrong)
    return Outcome(gold.article, gold.action, fact.start, fact.text, True, asked, told)


def _uncorrected(gold: _Gold, answer: Answer, slot: str) -> bool:
    """Whether an answer is the one that was corrected."""
    if slot not in gold.was:
        return False
    given, decided = (_data(getattr(fact, slot)) for fact in (answer, gold.fact))
    was = gold.was[slot]
    if isinstance(was, dict):  # of a period
        was = {part: text for part, text in was.items() if text is not None}
    return bool(given == was != decided)


def _figures(right: int, of: int) -> dict[str, float]:
    return {"right": right, "of": of, "share": round(right / of, 4) if of else 0.0}


def _told(outcome: Outcome) -> str:
    place = f"  {outcome.article} {outcome.start}: {' '.join(outcome.text.split())}"
    if not outcome.wrong:
        return f"{place}: {'is read' if outcome.found else 'is not read'}"
    slots = (f"{slot} {_quoted(answer)}, not {_quoted(gold)}" for slot, answer, gold in outcome.wrong)
    return f"{place}: {'; '.join(slots)}"


def _shown(outcome: Outcome) -> dict[str, Any]:
    slots = {slot: {"predicted": _data(answer), "decided": _data(gold)} for slot, answer, gold in outcome.wrong}
    place = {"article": outcome.article, "start": outcome.start, "text": outcome.text}
    return {**place, "found": outcome.found, "slots": slots}


def _quoted(value: Any) -> str:
    return json.dumps(_data(value), ensure_ascii=False)


def _data(value: Any) -> Any:
    if isinstance(value, list):
        return [_data(part) for part in value]
    return value.model_dump(exclude_defaults=True) if isinstance(value, BaseModel) else value
