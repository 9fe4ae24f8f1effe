"""Score predicted facts and names against gold, with the definitions of the gold articles' own scorer.

A prediction is matched with the gold fact whose span overlaps its own, one to one, the longest overlap first; one that
stands on an optional quantity or an equivalent of the gold is left out. Each level asks for more than the one before:

    found      the quantity was found
    amount     value and unit
    fact       kind, direction, subject and metric
    full       period, modality, qualifier and basis
    strict     measure, source, equivalents, the exact span, and subject and metric close to the preferred answer
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from newsfacts.dataset.gold import Amount, Answer, GoldArticle, GoldFact, Mention, Spanned, Time
from newsfacts.lexicons import read_lines
from newsfacts.phrases import content_words

NAMES = ("ORG", "PLACE", "PERSON")
_ROUNDS = 500  # of the bootstrap

# how much of two phrases' words must agree
_SUBJECT, _METRIC, _SOURCE, _TIME, _PREFERRED = 0.6, 0.5, 0.5, 0.5, 2 / 3


@dataclass(frozen=True, slots=True)
class Score:
    """How many answers were right, given and wanted, and precision, recall and F1, from 0 to 1."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        return round(self._share(self.predicted), 4)

    @property
    def recall(self) -> float:
        return round(self._share(self.gold), 4)

    @property
    def f1(self) -> float:
        precision, recall = self._share(self.predicted), self._share(self.gold)
        return round(2 * precision * recall / (precision + recall), 4) if self.right else 0.0

    def _share(self, of: int) -> float:
        return self.right / of if of else 0.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """A fact that is extra, missed, or wrong in some slots of level full: slot to predicted and gold answer."""

    article: str
    kind: str  # extra, missed or wrong
    start: int
    text: str
    slots: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that it is listed under: extra, missed, or each wrong slot."""
        return tuple(self.slots) or (self.kind,)


@dataclass(slots=True)
class Tally:
    """Counts of one article, or of several added up."""

    gold: int = 0
    predicted: int = 0
    levels: Counter[str] = field(default_factory=Counter)
    slots: Counter[str] = field(default_factory=Counter)
    rare: Counter[str] = field(default_factory=Counter)
    rare_right: Counter[str] = field(default_factory=Counter)
    names: dict[str, Counter[str]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def level(self, name: str) -> Score:
        """A level's score."""
        return Score(self.levels[name], self.predicted, self.gold)

    def name(self, *labels: str) -> Score:
        """The score of names with these labels."""
        counts = [self.names.get(label, Counter()) for label in labels]
        return Score(*(sum(count[what] for count in counts) for what in ("right", "predicted", "gold")))

    def add(self, other: Tally) -> None:
        """Take in the counts of another article."""
        self.gold += other.gold
        self.predicted += other.predicted
        for name in ("levels", "slots", "rare", "rare_right"):
            getattr(self, name).update(getattr(other, name))
        for label, counts in other.names.items():
            self.names.setdefault(label, Counter()).update(counts)
        self.mistakes += other.mistakes


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The counts of each article and of all, and each level's 95 percent interval for F1."""

    articles: dict[str, Tally]
    total: Tally
    intervals: dict[str, tuple[float, float]]

    @property
    def slots(self) -> dict[str, float]:
        """Each slot's accuracy over the facts that were found."""
        found = self.total.levels["found"]
        return {slot: round(self.total.slots[slot] / found, 4) if found else 0.0 for slot in SLOTS}

    @property
    def rare(self) -> dict[str, float | None]:
        """Each slot's recall where the gold has one of the rarer answers, which a constant would miss."""
        wanted, right = self.total.rare, self.total.rare_right
        return {slot: round(right[slot] / wanted[slot], 4) if wanted[slot] else None for slot in RARE}


def evaluate(
    golds: Mapping[str, GoldArticle],
    facts: Mapping[str, Sequence[Answer]],
    entities: Mapping[str, Sequence[Mention]] | None = None,
) -> Evaluation:
    """Score the facts, and where ``entities`` are given the names, predicted for the gold articles."""
    tallies = {}
    for article, gold in golds.items():
        tallies[article] = _tally_facts(gold, facts.get(article, ()))
        if entities is not None and gold.entities is not None:
            tallies[article].names = _tally_names(gold.entities, entities.get(article, ()))
    total = Tally()
    for tally in tallies.values():
        total.add(tally)
    return Evaluation(tallies, total, _intervals(list(tallies.values())))


def _tally_facts(gold: GoldArticle, answers: Sequence[Answer]) -> Tally:
    pairs, extra, missed = _match(answers, gold.facts)
    ignored = [*gold.optional, *(same for fact in gold.facts for same in fact.equivalents or ())]
    extra = [answer for answer in extra if not any(shared(answer, span) > 0 for span in ignored)]
    tally = Tally(gold=len(gold.facts), predicted=len(pairs) + len(extra))
    tally.mistakes += (Mistake(gold.article, "extra", answer.start, answer.text) for answer in extra)
    tally.mistakes += (Mistake(gold.article, "missed", fact.start, fact.text) for fact in missed)
    for answer, fact in pairs:
        right = {slot for slot, agrees in SLOTS.items() if agrees(answer, fact)}
        tally.slots.update(right)
        tally.levels.update(level for level, slots in LEVELS.items() if right >= slots)
        wanted = [slot for slot, is_rare in RARE.items() if is_rare(fact)]
        tally.rare.update(wanted)
        tally.rare_right.update(slot for slot in wanted if slot in right)
        wrong = [slot for slot in SLOTS if slot in LEVELS["full"] - right]
        if wrong:
            slots = {slot: (getattr(answer, slot), getattr(fact, slot)) for slot in wrong}
            tally.mistakes.append(Mistake(gold.article, "wrong", fact.start, fact.text, slots))
    tally.mistakes.sort(key=lambda mistake: mistake.start)
    return tally


def _match(
    answers: Sequence[Answer], facts: Sequence[GoldFact]
) -> tuple[list[tuple[Answer, GoldFact]], list[Answer], list[GoldFact]]:
    """Pair answers and gold facts one to one, the longest overlap first; then what is left of either."""
    overlaps = [(-shared(answer, fact), i, j) for i, answer in enumerate(answers) for j, fact in enumerate(facts)]
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for length, i, j in sorted(overlaps):
        if length < 0 and i not in partners and j not in taken:
            partners[i] = j
            taken.add(j)
    pairs = [(answers[i], facts[j]) for i, j in partners.items()]
    extra = [answer for i, answer in enumerate(answers) if i not in partners]
    return pairs, extra, [fact for j, fact in enumerate(facts) if j not in taken]


def shared(one: Spanned, other: Spanned) -> int:
    """How many characters two spans share; zero or less where they share none."""
    return min(one.end, other.end) - max(one.start, other.start)


def _tally_names(golds: Iterable[Mention], mentions: Iterable[Mention]) -> dict[str, Counter[str]]:
    wanted, given = (
        {(mention.label, mention.start, mention.end) for mention in side if mention.label in NAMES}
        for side in (golds, mentions)
    )
    counts = {label: Counter(right=0, predicted=0, gold=0) for label in NAMES}
    for what, names in (("right", wanted & given), ("predicted", given), ("gold", wanted)):
        for label, _, _ in names:
            counts[label][what] += 1
    return counts


def _intervals(tallies: Sequence[Tally]) -> dict[str, tuple[float, float]]:
    """Bootstrap over articles; the same articles are drawn each time."""
    dice = random.Random(0)
    f1s: dict[str, list[float]] = {level: [] for level in LEVELS}
    for _ in range(_ROUNDS):
        drawn = dice.choices(tallies, k=len(tallies))
        predicted, gold = sum(tally.predicted for tally in drawn), sum(tally.gold for tally in drawn)
        for level in LEVELS:
            f1s[level].append(Score(sum(tally.levels[level] for tally in drawn), predicted, gold).f1)
    first, last = int(0.025 * _ROUNDS), int(0.975 * _ROUNDS)
    return {level: (sorted(scores)[first], sorted(scores)[last]) for level, scores in f1s.items()}


def _same_number(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-6 * max(1.0, abs(other))


def _same_value(answer: Amount, gold: Amount) -> bool:
    ends, golds = (amount.value if isinstance(amount.value, list) else [amount.value] for amount in (answer, gold))
    return len(ends) == len(golds) and all(map(_same_number, ends, golds))


def _same_unit(answer: Amount, gold: Amount) -> bool:
    """A denominator counts only where both name one."""
    (unit, per), (gold_unit, gold_per) = _unit(answer.unit), _unit(gold.unit)
    return unit == gold_unit and (per == gold_per or not (per and gold_per))


@cache
def _unit(name: str | None) -> tuple[str, str]:
    unit, _, per = (name or "count").strip().lower().replace(" ", "_").partition("/")
    return _aliases().get(unit, unit), _aliases().get(per, per)


@cache
def _aliases() -> dict[str, str]:
    return dict(line.split("\t") for line in read_lines(__package__, "unit_aliases.tsv"))


def _same_time(answer: Time | None, gold: Time | None) -> bool:
    if gold is None:
        return answer is None or not (answer.start or answer.text)
    if gold.optional:
        return True
    if answer is None:
        return False
    if gold.start or gold.end:
        return (answer.start, answer.end) == (gold.start, gold.end)
    # the gold knows no dates: none may be invented
    return not (answer.start or answer.end) and _alike(answer.text, gold.text) >= _TIME


def _same_source(answer: Answer, gold: GoldFact) -> bool:
    return _any_alike(answer.source, gold.source, _SOURCE) if gold.source else not answer.source


def _same_equivalents(answer: Answer, gold: GoldFact) -> bool:
    left = list(gold.equivalents or ())
    for same in answer.equivalents or ():
        hit = next((other for other in left if _same_value(same, other) and _same_unit(same, other)), None)
        if hit is None:
            return False
        left.remove(hit)
    return not left


def _any_alike(phrase: str | None, golds: str | list[str] | None, least: float) -> bool:
    return any(_alike(phrase, gold) >= least for gold in (golds if isinstance(golds, list) else [golds]))


def _preferred(golds: str | list[str] | None) -> str | list[str] | None:
    return golds[:1] if isinstance(golds, list) else golds


def _alike(one: str | None, other: str | None) -> float:
    """The share of words that two phrases have in common, from 0 to 1; 1 where neither has any."""
    words, others = content_words(one or ""), content_words(other or "")
    if not words or not others:
        return float(words == others)
    return 2 * len(words & others) / (len(words) + len(others))


SLOTS: dict[str, Callable[[Answer, GoldFact], bool]] = {
    "value": _same_value,
    "unit": _same_unit,
    "kind": lambda answer, gold: answer.kind == gold.kind,
    "direction": lambda answer, gold: (answer.direction or None) == (gold.direction or None),
    "subject": lambda answer, gold: _any_alike(answer.subject, gold.subject, _SUBJECT),
    "metric": lambda answer, gold: _any_alike(answer.metric, gold.metric, _METRIC),
    "period": lambda answer, gold: _same_time(answer.period, gold.period),
    "modality": lambda answer, gold: answer.modality == gold.modality,
    "qualifier": lambda answer, gold: answer.qualifier == gold.qualifier,
    "measure": lambda answer, gold: answer.measure == gold.measure,
    "basis": lambda answer, gold: (answer.basis or None) == (gold.basis or None),
    "source": _same_source,
    "span": lambda answer, gold: (answer.start, answer.end) == (gold.start, gold.end),
    "equivalents": _same_equivalents,
    "subject_preferred": lambda answer, gold: _any_alike(answer.subject, _preferred(gold.subject), _PREFERRED),
    "metric_preferred": lambda answer, gold: _any_alike(answer.metric, _preferred(gold.metric), _PREFERRED),
}
_AMOUNT = frozenset({"value", "unit"})
_FACT = _AMOUNT | {"kind", "direction", "subject", "metric"}
_FULL = _FACT | {"period", "modality", "qualifier", "basis"}
LEVELS = {"found": frozenset[str](), "amount": _AMOUNT, "fact": _FACT, "full": _FULL, "strict": frozenset(SLOTS)}
RARE: dict[str, Callable[[GoldFact], bool]] = {
    "direction": lambda gold: gold.kind == "change",
    "basis": lambda gold: bool(gold.basis),
    "modality": lambda gold: gold.modality == "expected",
    "qualifier": lambda gold: gold.qualifier != "exact",
    "period": lambda gold: gold.period is not None and not gold.period.optional,
    "source": lambda gold: bool(gold.source),
    "kind": lambda gold: gold.kind == "share",
    "equivalents": lambda gold: bool(gold.equivalents),
}
