"""Compare two datasets by meaning, article by article."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from operator import attrgetter
from typing import Any, Literal

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.files import FactsFile, Group
from newsfacts.dataset.meaning import Meaning, meaning, row
from newsfacts.records import Fact

Kind = Literal["added", "removed", "changed", "moved"]
_Line = tuple[int, bytes, Meaning | dict[str, Any]]  # its number, itself, what it says

# Where a fact stands, how sure it is, where it was read and who corrected it is no part of what it says.
_NO_MEANING = {"article", "id", "start", "end", "confidence", "slot_confidence", "evidence", "correction"}
SLOTS = tuple(name for name in Fact.model_fields if name not in _NO_MEANING)
# By what a fact whose id is new is known, and how much of the words its sentence then has in common with the old one's.
_KNOWN_BY = attrgetter("quote"), attrgetter("quantity"), attrgetter("observed")
_ALIKE = 0.6
_RIVALS = 20  # that are looked at: an article may have thousands of facts


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
        return self.slot("sentence"), self.quantity

    @property
    def quantity(self) -> str:
        """The quantity: what it is known by where words of its sentence are new."""
        text: str = self.row["text"]
        return text

    @property
    def observed(self) -> tuple[str | None, ...]:
        """What the quantity is of: what it is known by where that is new, too."""
        return tuple(self.row.get(name) for name in ("subject", "metric", "unit", "kind"))

    @property
    def words(self) -> frozenset[str]:
        """The words of the sentence."""
        return frozenset(self.slot("sentence").split())

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

    Facts with the same id are the same fact; else, within an article, those with the same sentence and quantity; else,
    where most words of a sentence are still there, those with the same quantity, or subject, metric, unit and kind. As
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
        olds, news = _read(left, new_lines, old_name), _read(right, old_lines, new_name)
        for id_ in [id_ for id_, old in olds.items() if id_ in news and old[2] == news[id_][2]]:
            del olds[id_], news[id_]
        told = _told(olds, old_name), _told(news, new_name)
        for difference in selection.of(_differences(article, *told)):
            moved += difference.kind == "moved"
            if difference.kind != "moved" or selection.moved:
                listed.append(difference)
    listed.sort(key=lambda difference: difference.told.offsets)
    return ArticleDiff(article, len(old_lines), len(new_lines), moved, listed)


def _read(group: Group | None, others: Sequence[bytes], file: str) -> dict[str, _Line]:
    """The lines of a group that the other file lacks, by the ids of their facts."""
    same = Counter(others)
    lines: dict[str, _Line] = {}
    for number, text in zip(group.numbers, group.lines, strict=True) if group else ():
        if same.get(text):
            same[text] -= 1
            continue
        says = meaning(text, file, number)
        id_ = says["id"] if isinstance(says, dict) else says.id
        if id_ in lines:
            raise DatasetError(file, f"the fact of line {lines[id_][0]} has the same id", line=number, field="id")
        lines[id_] = number, text, says
    return lines


def _told(lines: dict[str, _Line], file: str) -> dict[str, Told]:
    return {id_: Told(row(text, file, number), number) for id_, (number, text, _) in lines.items()}


def _differences(article: str, olds: dict[str, Told], news: dict[str, Told]) -> Iterator[Difference]:
    pairs = [(olds.pop(id_), news.pop(id_)) for id_ in list(olds) if id_ in news]
    for known_by in _KNOWN_BY:
        pairs += _paired(olds, news, known_by)
    yield from (Difference("added", article, None, new) for new in news.values())
    yield from (Difference("removed", article, old, None) for old in olds.values())
    for old, new in pairs:
        slots = tuple(slot for slot in SLOTS if _differ(old, new, slot))
        if slots:
            yield Difference("changed", article, old, new, slots)
        elif old.offsets != new.offsets:
            yield Difference("moved", article, old, new)


def _paired(
    olds: dict[str, Told], news: dict[str, Told], known_by: Callable[[Told], Hashable]
) -> Iterator[tuple[Told, Told]]:
    """Take out, as pairs, the facts that are known by the same and stand in the most similar sentences."""
    waiting: defaultdict[Hashable, list[str]] = defaultdict(list)
    for id_, old in olds.items():
        waiting[known_by(old)].append(id_)
    for id_, new in list(news.items()):
        rivals = waiting[known_by(new)]
        alike = {rival: _alike(olds[rival].words, new.words) for rival in rivals[:_RIVALS]}
        best = max(alike, key=alike.__getitem__, default=None)
        if best is not None and alike[best] >= _ALIKE:
            rivals.remove(best)
            yield olds.pop(best), news.pop(id_)


def _alike(some: frozenset[str], others: frozenset[str]) -> float:
    """The share of their words that two sentences have in common, from 0 to 1."""
    return 2 * len(some & others) / (len(some) + len(others)) if some or others else 1.0


def _differ(old: Told, new: Told, slot: str) -> bool:
    return old.row.get(slot) != new.row.get(slot) and old.slot(slot) != new.slot(slot)
