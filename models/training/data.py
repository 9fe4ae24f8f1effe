"""Training passages as windows with targets: where each answer stands in the text, in wordpieces."""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from newsfacts.recognize.reader.headings import find_headings
from newsfacts.recognize.reader.windows import (
    CONTEXT_PIECES,
    LONG_NAME,
    WINDOW_PIECES,
    Pieces,
    Window,
    plan,
    remind,
    split,
)

Passage = dict[str, Any]
TAGS = ("O", "B-ORG", "I-ORG", "B-PLACE", "I-PLACE", "B-PERSON", "I-PERSON")
POINTERS = ("subject", "metric", "detail", "period", "source")
IGNORE = -100
PRESENT = ("now", "currently", "nowadays", "today", "at present")  # some give it to what holds, some do not
_NOT_IN_GOLD = ("status", "unit")  # questions to whose answers gold facts have no field
STOP = set(
    "the a an of in for to and its their by on at s from with total number amount value combined overall".split()
)


def read_passages(paths: Iterable[Path]) -> list[Passage]:
    """Gold-format passages, one JSON object a line, with their text."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line]


def read_gold(articles: Path, facts: Path, prefixes: Sequence[str]) -> list[Passage]:
    """Gold articles: a text file and a JSON file each, whose name begins with one of the prefixes."""
    found = []
    for path in sorted(facts.glob("*.json")):
        if path.stem.startswith(tuple(prefixes)):
            text = (articles / f"{path.stem}.txt").read_text(encoding="utf-8").replace("\r\n", "\n")
            found.append({**json.loads(path.read_text(encoding="utf-8")), "text": text})
    return found


def stems(phrase: str) -> frozenset[str]:
    """Lower-case words of a phrase without stop words and plural endings."""
    found = set()
    for word in re.findall(r"[^\W_]+", phrase.lower()):
        if word not in STOP:
            found.add(word[:-3] + "y" if word.endswith("ies") else word[:-1] if word.endswith("s") else word)
    return frozenset(found)


def overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def occurrences(text: str, phrase: str) -> list[tuple[int, int]]:
    """Where a phrase stands as whole words, whatever its case."""
    pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)"
    return [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]


@dataclass(slots=True)
class Target:
    """What the network must answer for one candidate; spans in code points, None where nothing is asked."""

    first: int
    last: int
    mark: int
    classes: dict[str, int]
    spans: dict[str, list[tuple[int, int, float]] | None] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """A passage with its targets, names (start, end, label), sentence starts and headline, all in code points."""

    text: str
    targets: list[Target]
    entities: list[tuple[int, int, str]]
    sentences: list[int]
    headline: tuple[int, int] | None


def unit_read(quantity: dict[str, Any], unit: str) -> str | None:
    """Which of the two readings of a bare number has the right unit; None where there is no choice."""
    other = quantity["other"]
    if other is None or other["unit"] == quantity["unit"]:
        return None
    return "first" if unit == quantity["unit"] else "other" if unit == other["unit"] else None


def is_short_form(answer: str, full: str) -> bool:
    """Whether a name is a part of another one: "Orvane" of "Orvane Pumps Group"."""
    return answer[:1].isupper() and full[:1].isupper() and stems(answer) < stems(full)


def best_spans(
    text: str, answers: list[str], near: int, threshold: float, *, names: bool = False
) -> list[tuple[int, int, float]]:
    """Spans that express one of the accepted answers, with weights; names: short forms of the first count as much.

    The whole of an answer where it stands in the text; else the stretch of up to 12 words nearby that shares the most
    words with an answer, where that is at least `threshold` of them.
    """
    found: dict[tuple[int, int], float] = {}
    for rank, answer in enumerate(answers):
        weight = 1.0 if rank == 0 else 0.6
        if names and rank and found and not is_short_form(answer, answers[0]):
            continue
        if names and rank and is_short_form(answer, answers[0]):
            weight = 1.0  # the linker knows whose short form it is
        for span in occurrences(text, answer):
            found[span] = max(found.get(span, 0.0), weight)
        if not names and rank == 0 and found:
            break  # the preferred answer stands here: point at nothing less
    if found:
        return [(s, e, w) for (s, e), w in found.items()]
    wanted = [stems(answer) for answer in answers]
    low, high = max(0, near - 500), near + 300
    tokens = [m.span() for m in re.finditer(r"[^\W_]+(?:['’&.-][^\W_]+)*", text[low:high])]
    tokens = [(s + low, e + low) for s, e in tokens]
    best: tuple[float, float, tuple[int, int]] | None = None
    for i, (start, _) in enumerate(tokens):
        for j in range(i, min(i + 9, len(tokens))):
            end = tokens[j][1]
            if "\n" in text[start:end] or ". " in text[start:end]:
                break
            words = stems(text[start:end])
            score = max(overlap(words, want) * (1.0 if k == 0 else 0.97) for k, want in enumerate(wanted))
            gap = min(abs(start - near), abs(end - near)) / 10000 + (end - start) / 5000
            if score >= threshold and (best is None or score - gap > best[0]):
                best = (score - gap, score, (start, end))
    return [(*best[2], 1.0)] if best else []


def detail_spans(
    text: str, answer: str, metric: list[tuple[int, int, float]], near: int
) -> list[tuple[int, int, float]]:
    """The stretch that says what the metric's words leave out of the preferred answer; none where nothing would help.

    "Exports, which go to Norway, doubled" of salmon: the metric is "Exports", its detail "salmon".
    """
    wanted = stems(answer) - {"share"}
    start, end, _ = min(metric, key=lambda span: (-span[2], abs(span[0] - near)))
    have = stems(text[start:end])
    missing = wanted - have
    if not missing:
        return []
    low, high = max(0, near - 500), near + 300
    tokens = [(m.start() + low, m.end() + low) for m in re.finditer(r"[^\W_]+(?:['’&.-][^\W_]+)*", text[low:high])]
    best: tuple[float, tuple[int, int]] | None = None
    least = overlap(have, wanted) + 0.1
    for i, (first, stop) in enumerate(tokens):
        if not stems(text[first:stop]) & missing:
            continue
        for last in range(i, min(i + 6, len(tokens))):
            stop = tokens[last][1]
            if "\n" in text[first:stop] or ". " in text[first:stop]:
                break
            if not stems(text[slice(*tokens[last])]) & missing:
                continue
            score = overlap(have | stems(text[first:stop]), wanted)
            gap = min(abs(first - near), abs(stop - near)) / 10000
            if score >= least and (best is None or score - gap > best[0]):
                best = score - gap, (first, stop)
    return [(*best[1], 1.0)] if best else []


def as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


@dataclass(slots=True)
class Example:
    """One window, ready for the network."""

    ids: list[int]
    cases: list[int]
    marks: list[int]
    tags: list[int]
    quantities: list[Target]
    places: list[tuple[int, int]]  # the window positions of each quantity's first and last piece
    pointers: list[dict[str, tuple[list[tuple[int, float]], list[tuple[int, float]]] | None]]


class Labeller:
    """Turns passages into examples.

    candidates(passage) gives what might be quantities, as the grammar does, sentences(text) the sentence starts,
    headline(text) the headline's span, periods(passage) the time expressions with their dates.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        marks: Sequence[str],
        classes: dict[str, Sequence[Any]],
        candidates: Callable[[Passage], list[dict[str, Any]]],
        sentences: Callable[[str], list[int]],
        headline: Callable[[str], tuple[int, int] | None],
        periods: Callable[[Passage], list[tuple[int, int, str | None, str | None]]],
    ) -> None:
        self.tokenizer, self.marks, self.classes = tokenizer, {m: i + 1 for i, m in enumerate(marks)}, classes
        self.candidates, self.sentences, self.headline, self.periods = candidates, sentences, headline, periods
        self.cls, self.sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        self.index = {slot: {label: i for i, label in enumerate(labels)} for slot, labels in classes.items()}

    def targets(self, passage: Passage) -> list[Target]:
        text, facts = passage["text"], passage["facts"]
        aside = passage["optional"] + [e for fact in facts for e in fact["equivalents"]]
        periods = self.periods(passage)
        targets = []
        for quantity in self.candidates(passage):
            start, end = quantity["start"], quantity["end"]
            hit = max(facts, key=lambda f: min(end, f["end"]) - max(start, f["start"]), default=None)
            target = Target(start, end, self.marks[quantity["type"]], {})
            if hit is not None and min(end, hit["end"]) > max(start, hit["start"]):
                target.classes = {
                    slot: self.index[slot].get(hit[slot], IGNORE) for slot in self.classes if slot not in _NOT_IN_GOLD
                }
                target.classes["status"] = self.index["status"]["fact"]
                target.classes["unit"] = self.index["unit"].get(unit_read(quantity, hit["unit"]), IGNORE)
                if hit["kind"] != "change":
                    target.classes["direction"] = target.classes["basis"] = IGNORE
                metric = best_spans(text, as_list(hit["metric"]), start, 0.5)
                target.spans = {
                    "subject": best_spans(text, as_list(hit["subject"]), start, 0.6, names=True) or None,
                    "metric": metric or None,
                    "detail": detail_spans(text, as_list(hit["metric"])[0], metric, start) if metric else None,
                    "source": best_spans(text, as_list(hit["source"]), start, 0.5) or None if hit["source"] else [],
                    "period": self.period_spans(text, hit["period"], start, periods),
                }
            else:
                other = any(o["start"] < end and start < o["end"] for o in aside)
                target.classes = dict.fromkeys(self.classes, IGNORE)
                target.classes["status"] = self.index["status"]["optional" if other else "none"]
                target.spans = dict.fromkeys(POINTERS)
            targets.append(target)
        return targets

    @staticmethod
    def period_spans(
        text: str, period: dict[str, Any] | None, near: int, periods: list[tuple[int, int, str | None, str | None]]
    ) -> list[tuple[int, int, float]] | None:
        if period is None:
            return []
        undated = not (period["start"] or period["end"])
        if period.get("optional") or (undated and period["text"].lower() in PRESENT):
            return None
        found = occurrences(text, period["text"]) if period["text"] else []
        if found:
            return [(s, e, 1.0) for s, e in found]
        same = [p for p in periods if period["start"] and (p[2], p[3]) == (period["start"], period["end"])]
        return [(p[0], p[1], 1.0) for p in same] or None

    def prepare(self, passage: Passage) -> Prepared:
        text = passage["text"]
        entities = [(e["start"], e["end"], e["label"]) for e in passage["entities"]]
        return Prepared(text, self.targets(passage), entities, self.sentences(text), self.headline(text))

    def examples(
        self,
        prepared: Prepared,
        size: int = WINDOW_PIECES,
        context: int = CONTEXT_PIECES,
        long_name: int | None = LONG_NAME,
    ) -> list[Example]:
        """The windows of a passage, of at most `size` wordpieces and a name; None: without names told before."""
        text = prepared.text
        pieces = split(text, self.tokenizer)
        tags = self.tag(pieces, prepared.entities)
        told = [(start, end) for start, end, label in reversed(prepared.entities) if label != "PERSON"]
        found = []
        for window in plan(
            pieces, prepared.sentences, prepared.headline, find_headings(text), size=size, context=context
        ):
            if long_name is not None:
                before = (span for span in told if span[1] <= pieces.starts[window.first])
                window = remind(text, pieces, window, before, long_name)
            found.append(self.example(pieces, tags, window, prepared.targets))
        return found

    @staticmethod
    def tag(pieces: Pieces, entities: list[tuple[int, int, str]]) -> list[int]:
        tags = [0] * len(pieces.ids)
        for start, end, label in entities:
            first, last = bisect_left(pieces.starts, start), bisect_left(pieces.starts, end)
            begin = TAGS.index(f"B-{label}")
            for position in range(first, last):
                tags[position] = begin if position == first else begin + 1
        return tags

    def example(self, pieces: Pieces, tags: list[int], window: Window, targets: list[Target]) -> Example:
        special = {-1: self.cls, -2: self.sep}
        ids = [pieces.ids[p] if p >= 0 else special[p] for p in window.pieces]
        cases = [pieces.cases[p] if p >= 0 else 0 for p in window.pieces]
        where = {piece: position for position, piece in enumerate(window.pieces) if piece >= 0}
        marks = [0] * len(ids)
        read = [tags[p] if window.first <= p < window.last else IGNORE for p in window.pieces]
        kept, places, pointers = [], [], []
        for target in targets:
            first, last = pieces.place(target.first, target.last)
            for piece in range(first, last + 1):
                if piece in where:
                    marks[where[piece]] = target.mark
            if not window.first <= first < window.last or last not in where:
                continue
            kept.append(target)
            places.append((where[first], where[last]))
            pointers.append({slot: self.point(pieces, where, target.spans[slot]) for slot in POINTERS})
        return Example(ids, cases, marks, read, kept, places, pointers)

    @staticmethod
    def point(
        pieces: Pieces, where: dict[int, int], spans: list[tuple[int, int, float]] | None
    ) -> tuple[list[tuple[int, float]], list[tuple[int, float]]] | None:
        """Start and end positions with weights; position 0 for none; None where the answer isn't in the window."""
        if spans is None:
            return None
        if not spans:
            return [(0, 1.0)], [(0, 1.0)]
        starts, ends = {}, {}
        for start, end, weight in spans:
            first, last = pieces.place(start, end)
            if first in where and last in where and where[first] <= where[last]:
                starts[where[first]] = max(weight, starts.get(where[first], 0.0))
                ends[where[last]] = max(weight, ends.get(where[last], 0.0))
        if not starts:
            return None
        return list(starts.items()), list(ends.items())


def moved(prepared: Prepared, start: Callable[[int], int], end: Callable[[int], int], text: str) -> Prepared:
    """The same passage over another text, every offset mapped."""
    targets = []
    for target in prepared.targets:
        spans = {
            slot: None if found is None else [(start(s), end(e), weight) for s, e, weight in found]
            for slot, found in target.spans.items()
        }
        targets.append(Target(start(target.first), end(target.last), target.mark, target.classes, spans))
    entities = [(start(s), end(e), label) for s, e, label in prepared.entities]
    headline = prepared.headline and (start(prepared.headline[0]), end(prepared.headline[1]))
    return Prepared(text, targets, entities, [start(s) for s in prepared.sentences], headline)


def join(several: list[Prepared]) -> Prepared:
    """Passages as one text, a blank line between them, so that the network meets longer windows."""
    text, targets, entities, sentences = "", [], [], []
    for prepared in several:
        by = len(text)
        shifted = moved(prepared, lambda o, by=by: o + by, lambda o, by=by: o + by, prepared.text)
        targets.extend(shifted.targets)
        entities.extend(shifted.entities)
        sentences.extend(shifted.sentences)
        text += prepared.text.rstrip() + "\n\n"
    return Prepared(text, targets, entities, sentences, several[0].headline)


def swap_digits(prepared: Prepared, dice: random.Random) -> Prepared:
    """Other digits in the quantities (no year is one), so that no figure is learned by heart."""
    text = list(prepared.text)
    for target in prepared.targets:
        if target.classes.get("status"):
            for position in range(target.first, target.last):
                if text[position] in "123456789":
                    text[position] = dice.choice("123456789")
    return Prepared("".join(text), prepared.targets, prepared.entities, prepared.sentences, prepared.headline)


def swap_names(prepared: Prepared, pool: dict[str, list[str]], dice: random.Random, rate: float = 0.4) -> Prepared:
    """Other names of the same kind in place of some, the same in each place where a name stands.

    A name that shares a word with another one of the passage stays, since the likeness says that they are one.
    """
    text = prepared.text
    surfaces = {text[s:e]: label for s, e, label in prepared.entities}
    words = {surface: stems(surface) for surface in surfaces}
    chosen: dict[str, str] = {}
    for surface, label in surfaces.items():
        alone = not any(words[surface] & words[other] for other in surfaces if other != surface)
        if alone and len(surface) > 2 and dice.random() < rate:
            chosen[surface] = dice.choice(pool[label])
    edits = [(s, e, chosen[text[s:e]]) for s, e, _ in prepared.entities if text[s:e] in chosen]
    if not edits:
        return prepared
    cuts, out, last, shifts, by = [], [], 0, [0], 0
    for start, end, new in edits:
        out += [text[last:start], new]
        last = end
        by += len(new) - (end - start)
        cuts.append((start, end))
        shifts.append(by)
    begins, ends = [c[0] for c in cuts], [c[1] for c in cuts]

    def start_at(offset: int) -> int:
        index = bisect_right(begins, offset) - 1  # inside a swapped name: its beginning
        if index >= 0 and offset < ends[index]:
            return begins[index] + shifts[index]
        return offset + shifts[bisect_right(ends, offset)]

    def end_at(offset: int) -> int:
        index = bisect_left(begins, offset) - 1  # inside or at the end of a swapped name: its end
        if index >= 0 and offset <= ends[index]:
            return ends[index] + shifts[index + 1]
        return offset + shifts[bisect_right(ends, offset)]

    return moved(prepared, start_at, end_at, "".join(out) + text[last:])


def name_pool(passages: Iterable[Prepared]) -> dict[str, list[str]]:
    """Every name of the passages by its label, once each, in a fixed order."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        for start, end, label in passage.entities:
            found.setdefault(label, set()).add(passage.text[start:end])
    return {label: sorted(names) for label, names in found.items()}


def batches(examples: list[Example], pieces: int, dice: random.Random) -> list[list[Example]]:
    """Batches of about `pieces` wordpieces, of similar lengths, in random order."""
    order = sorted(examples, key=lambda e: len(e.ids) + dice.random() * 24)
    found: list[list[Example]] = [[]]
    for example in order:
        if found[-1] and len(example.ids) * (len(found[-1]) + 1) > pieces:
            found.append([])
        found[-1].append(example)
    dice.shuffle(found)
    return found


def collate(batch: list[Example], classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Arrays of a batch: (B, T) pieces, (B, Q) quantities, (B, Q, T) pointer weights with (B, Q) masks."""
    # rounded up, since the kernels for every new shape have to be made first
    length = -(-max(len(e.ids) for e in batch) // 32) * 32
    count = -(-max(1, *(len(e.quantities) for e in batch)) // 4) * 4
    size = len(batch)
    arrays: dict[str, np.ndarray] = {name: np.zeros((size, length), np.int64) for name in ("ids", "cases", "marks")}
    arrays["tags"] = np.full((size, length), IGNORE, np.int64)
    arrays["length"] = np.array([len(e.ids) for e in batch])
    arrays["q_count"] = np.array([len(e.quantities) for e in batch])
    arrays["q_first"], arrays["q_last"] = np.zeros((size, count), np.int64), np.zeros((size, count), np.int64)
    for slot in classes:
        arrays[slot] = np.full((size, count), IGNORE, np.int64)
    for slot in POINTERS:
        for side in ("start", "end"):
            arrays[f"{slot}_{side}"] = np.zeros((size, count, length), np.float32)
    for b, example in enumerate(batch):
        width = len(example.ids)
        arrays["ids"][b, :width], arrays["cases"][b, :width] = example.ids, example.cases
        arrays["marks"][b, :width], arrays["tags"][b, :width] = example.marks, example.tags
        for q, (target, place, pointer) in enumerate(
            zip(example.quantities, example.places, example.pointers, strict=True)
        ):
            arrays["q_first"][b, q], arrays["q_last"][b, q] = place
            for slot in classes:
                arrays[slot][b, q] = target.classes[slot]
            for slot in POINTERS:
                if pointer[slot] is not None:
                    for side, weights in zip(("start", "end"), pointer[slot], strict=True):
                        for position, weight in weights:
                            arrays[f"{slot}_{side}"][b, q, position] = weight
    return arrays
