"""Compare two datasets by meaning, article by article."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any, Literal

from pydantic_core import from_json

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.files import FactsFile, Group, parse
from newsfacts.records import Fact

Kind = Literal["added", "removed", "changed", "moved"]

# Where a fact stands, how sure it is, where it was read and who corrected it is no part of what it says.
_NO_MEANING = {"article", "id", "start", "end", "confidence", "slot_confidence", "evidence", "correction"}
SLOTS = tuple(name for name in Fact.model_fields if name not in _NO_MEANING)
# how `newsfacts run` writes confidences, and the evidence, which ends a line
_CONFIDENCES = re.compile(rb',"confidence":(?:null|[\d.e-]+),"slot_confidence":(?:null|\{(?:"[a-z]+":[\d.e-]+,?)+\})')
_EVIDENCE = re.compile(rb',"evidence":(?:null|\{(?:"[a-z]+":(?:null|\[(?:\{"start":\d+,"end":\d+\},?)*\]),?)*\})\}')


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as one of the two datasets tells it: its record and its line in the file, from 1."""

    row: dict[str, Any]
    line: int

    def slot(self, name: str) -> Any:
        """What a slot says, without offsets."""
        value = self.row.get(name)
        if name == "sentence":
            return " ".join(value["text"].split()) if value else None
        if name == "equivalents":
            return [{part: same[part] for part in ("text", "value", "unit")} for same in value or ()]
        return value

    @property
    def quote(self) -> tuple[str, str]:
        """The sentence and the quantity: what a fact is known by where its id is new."""
        return self.slot("sentence"), self.row["text"]

    @property
    def offsets(self) -> tuple[int, int, int]:
        return self.row["start"], self.row["end"], self.row["sentence"]["start"]

    @property
    def correction(self) -> str | None:
        """Who corrected the fact and why, if a reviewer did."""
        correction = self.row.get("correction")
        return f"corrected by {correction['by']}: {correction['why']}" if correction else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that only one dataset has, or that the two tell differently, with the slots that differ."""

    kind: Kind
    article: str
    old: Told | None
    new: Told | None
    slots: tuple[str, ...] = ()

    @property
    def told(self) -> Told:
        """The fact as it is now, or as it was."""
        told = self.new or self.old
        assert told is not None
        return told


@dataclass(frozen=True, slots=True)
class Selection:
    """Which differences count; an empty set selects all.

    ``slots``: changes of these slots alone, no facts added or removed. ``measures``: facts of these measures, before
    or after. ``articles``: ids. ``moved``: facts whose offsets alone changed count too.
    """

    slots: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    moved: bool = False

    def of(self, differences: Iterable[Difference]) -> Iterator[Difference]:
        """The differences that are selected, narrowed to the selected slots; ``moved`` is left to the caller."""
        for difference in differences:
            told = [side for side in (difference.old, difference.new) if side]
            if self.measures and not any(side.row.get("measure") in self.measures for side in told):
                continue
            if not self.slots:
                yield difference
            elif slots := tuple(slot for slot in difference.slots if slot in self.slots):
                yield Difference(difference.kind, difference.article, difference.old, difference.new, slots)


@dataclass(frozen=True, slots=True)
class ArticleDiff:
    """What differs in one article, in the order of its text."""

    article: str
    old_facts: int
    new_facts: int
    moved: int
    differences: list[Difference]


@dataclass(slots=True)
class Totals:
    """Counts over all articles that were compared."""

    articles: int = 0
    old_facts: int = 0
    new_facts: int = 0
    kinds: Counter[str] = field(default_factory=lambda: Counter(added=0, removed=0, changed=0, moved=0))
    slots: Counter[str] = field(default_factory=Counter)
    by_article: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def different(self) -> bool:
        return bool(self.by_article)

    def count(self, diffs: Iterable[ArticleDiff]) -> Iterator[ArticleDiff]:
        """Pass articles on and count them."""
        for diff in diffs:
            self.articles += 1
            self.old_facts += diff.old_facts
            self.new_facts += diff.new_facts
            self.kinds["moved"] += diff.moved
            if diff.differences:
                kinds = Counter[str](difference.kind for difference in diff.differences)
                self.by_article[diff.article] = kinds
                self.kinds.update({kind: number for kind, number in kinds.items() if kind != "moved"})
                self.slots.update(slot for difference in diff.differences for slot in difference.slots)
            yield diff


def compare(old: FactsFile, new: FactsFile, selection: Selection | None = None) -> Iterator[ArticleDiff]:
    """Compare two datasets in flat memory, in the order of the old one, what is new last.

    Facts with the same id are the same fact; else, within an article, those with the same sentence and quantity. As
    long as the articles come in the same order, both files are read once; from where they do not, the new file's
    articles are found by their byte offsets. Raises ``DatasetError`` for a record that cannot be compared.
    """
    selection = selection or Selection()
    missing = set(selection.articles)
    for article, left, right in _pairs(old, new):
        if not selection.articles or article in selection.articles:
            missing.discard(article)
            yield _article(article, left, right, old.name, new.name, selection)
    if missing:
        raise DatasetError(f"{old.name} and {new.name}", f"no article {', '.join(sorted(missing))}")


def _pairs(old: FactsFile, new: FactsFile) -> Iterator[tuple[str, Group | None, Group | None]]:
    olds, news = old.groups(), new.groups()
    for left, right in zip_longest(olds, news):
        if left and right and left.article == right.article:
            yield left.article, left, right
            continue
        rest = chain([right] if right else [], news)
        index = {group.article: (group.offset, group.numbers[0]) for group in rest}
        for group in chain([left] if left else [], olds):
            place = index.pop(group.article, None)
            yield group.article, group, new.group_at(*place) if place else None
        for article, place in index.items():
            yield article, None, new.group_at(*place)


def _article(
    article: str, left: Group | None, right: Group | None, old_name: str, new_name: str, selection: Selection
) -> ArticleDiff:
    old_lines, new_lines = left.lines if left else [], right.lines if right else []
    moved, listed = 0, []
    if old_lines != new_lines:
        old_meanings, new_meanings = [*map(_meaning, old_lines)], [*map(_meaning, new_lines)]
        olds = _different(left, old_meanings, new_meanings, old_name)
        news = _different(right, new_meanings, old_meanings, new_name)
        for difference in selection.of(_differences(article, olds, news)):
            moved += difference.kind == "moved"
            if difference.kind != "moved" or selection.moved:
                listed.append(difference)
    listed.sort(key=lambda difference: difference.told.offsets)
    return ArticleDiff(article, len(old_lines), len(new_lines), moved, listed)


def _meaning(line: bytes) -> bytes:
    """The line without confidences and evidence; as it is where it is written otherwise than `newsfacts run` does.

    Most facts that another model reads just so need not be parsed then. Inside a text each quotation mark has a
    backslash before it, so that what is looked for is no part of one.
    """
    start = line.find(b',"confidence":')
    end = line.find(b',"sentence":', start)
    tail = line.rfind(b',"evidence":')
    if not (0 < start < end < tail and _CONFIDENCES.fullmatch(line, start, end) and _EVIDENCE.fullmatch(line, tail)):
        return line
    return line[:start] + line[end:tail]


def _different(group: Group | None, meanings: Sequence[bytes], others: Sequence[bytes], file: str) -> dict[str, Told]:
    """The facts of a group, by id, whose lines do not mean the same as one of the other file."""
    same = Counter(others)
    facts: dict[str, Told] = {}
    for number, line, meaning in zip(group.numbers, group.lines, meanings, strict=True) if group else ():
        if same[meaning]:
            same[meaning] -= 1
            continue
        told = Told(_checked(_parsed(line, file, number), file, number), number)
        first = facts.setdefault(told.row["id"], told)
        if first is not told:
            raise DatasetError(file, f"the fact of line {first.line} has the same id", line=number, field="id")
    return facts


def _parsed(line: bytes, file: str, number: int) -> dict[str, Any]:
    try:
        row = from_json(line, cache_strings="keys")
    except ValueError:
        row = None
    return row if isinstance(row, dict) else parse(line, file, number)  # which is slower, and says what is wrong


def _differences(article: str, olds: dict[str, Told], news: dict[str, Told]) -> Iterator[Difference]:
    pairs = [(olds.pop(id_), news.pop(id_)) for id_ in list(olds) if id_ in news]
    left: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for old in olds.values():
        left[old.quote].append(old)
    for new in news.values():
        if left[new.quote]:
            pairs.append((left[new.quote].pop(0), new))
        else:
            yield Difference("added", article, None, new)
    for rest in left.values():
        yield from (Difference("removed", article, old, None) for old in rest)
    for old, new in pairs:
        slots = tuple(slot for slot in SLOTS if _differ(old, new, slot))
        if slots:
            yield Difference("changed", article, old, new, slots)
        elif old.offsets != new.offsets:
            yield Difference("moved", article, old, new)


def _differ(old: Told, new: Told, slot: str) -> bool:
    return old.row.get(slot) != new.row.get(slot) and old.slot(slot) != new.slot(slot)


def _checked(row: dict[str, Any], file: str, line: int) -> dict[str, Any]:
    """Check the form of the fields that the comparison and its display look into."""
    for name, (form, holds) in _FORMS.items():
        if not holds(row.get(name)):
            raise DatasetError(
                file, f"{'must be' if name in row else 'is missing; it must be'} {form}", line=line, field=name
            )
    return row


def _is_span(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("start"), int) and isinstance(value.get("end"), int)


def _is_evidence(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and all(map(_is_spans, value.values())))


def _is_spans(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_is_span, value)))


def _is_equivalents(value: Any) -> bool:
    parts = {"text", "value", "unit"}
    return value is None or (
        isinstance(value, list) and all(isinstance(same, dict) and parts <= same.keys() for same in value)
    )


def _is_correction(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and all(isinstance(value.get(part), str) for part in ("by", "why"))
    )


_FORMS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("id", "text"), ("a text", lambda value: isinstance(value, str))),
    **dict.fromkeys(("start", "end"), ("an offset", lambda value: isinstance(value, int))),
    **dict.fromkeys(
        ("subject", "metric", "measure", "unit", "kind"),
        ("a text or null", lambda value: isinstance(value, str | None)),
    ),
    "sentence": (
        "an object with start, end and text",
        lambda value: _is_span(value) and isinstance(value.get("text"), str),
    ),
    "evidence": ("an object with lists of spans, or null", _is_evidence),
    "correction": ("an object with by and why, or null", _is_correction),
    "equivalents": ("a list of objects with text, value and unit, or null", _is_equivalents),
}
