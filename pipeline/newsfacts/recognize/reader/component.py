"""The component that reads: names, and what the text says about every quantity."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from newsfacts.recognize.quantities import aside_types, set_quantities
from newsfacts.recognize.reader.encoder import Answer, Encoder, Floats
from newsfacts.recognize.reader.headings import find_headings
from newsfacts.recognize.reader.windows import Pieces, Window, plan, remind

SPAN_PIECES = 24  # the longest phrase that a pointer may mark, in wordpieces
TRIED = 8  # how many starts and ends of phrases are tried with each other
LEAST = 1e-4  # the least probable phrase that is looked at
KEPT = 5  # how many different phrases are kept for each slot

LABELS = ("ORG", "PLACE", "PERSON")
NAME_EDGE = ' \t\n/(-–—,;:"“”'  # what no name begins or ends with

Reading = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Article:
    """An article cut into wordpieces.

    sentences, marks and stops: for every piece the number of its sentence, the type of the quantity around it (an index
    as in Encoder.mark_of, or 0) and whether that quantity may be a fact. quantities, periods: the first and the last
    piece of each; period_spans: code points.
    """

    text: str
    pieces: Pieces
    sentences: list[int]
    marks: list[int]
    stops: list[bool]
    quantities: list[tuple[int, int]]
    periods: list[tuple[int, int]]
    period_spans: list[tuple[int, int]]


class Name(NamedTuple):
    """A name's code point offsets and the mean log probability of each of LABELS over its words."""

    start: int
    end: int
    labels: Floats


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


class Reader:
    """Sets `doc.ents` (ORG, PLACE, PERSON) and `doc._.readings`, in parallel to `doc._.quantities`.

    A reading holds, for every slot that is a class, `{label: probability}` (a missing label is written as ""), and for
    every slot that is a phrase, `{"none": p, "spans": [[start, end, p], ...]}`, the likeliest first, where p is the
    probability of the words, wherever they stand, and the offsets are those of their likeliest place. For the period
    the spans are first of all the time expressions of `doc._.periods`.

    Of the two readings that the grammar leaves open for a bare number it takes the likelier.

    Needs sentences, `doc._.quantities` and `doc._.periods`; reads `doc._.headline`.
    """

    def __init__(self, nlp: Language, name: str = "newsfacts_reader") -> None:
        self.name = name
        self.encoder: Encoder | None = None
        for attribute in ("readings", "quantities", "periods"):
            if not Doc.has_extension(attribute):
                Doc.set_extension(attribute, default=[])
        if not Doc.has_extension("headline"):
            Doc.set_extension("headline", default=None)

    def __call__(self, doc: Doc) -> Doc:
        if self.encoder is None:
            raise ValueError(
                f"[NF001] The component {self.name!r} has no model. Load one with newsfacts.load(), or source the "
                "component from it: nlp.add_pipe('newsfacts_reader', source=newsfacts.load())."
            )
        starts = [sentence.start_char for sentence in doc.sents]
        article = self._article(doc, starts)
        readings: list[Reading] = [{} for _ in article.quantities]
        names: list[Name] = []
        told: list[tuple[int, int]] = []  # organizations and places
        headline = tuple(doc._.headline) if doc._.headline else None
        for window in plan(article.pieces, starts, headline, find_headings(article.text)):
            window = remind(article.text, article.pieces, window, reversed(told))
            where = {piece: position for position, piece in enumerate(window.pieces) if piece >= 0}
            span = slice(*(bisect_left(article.quantities, (piece, 0)) for piece in (window.first, window.last)))
            # a quantity that the window's end cuts is answered for by its beginning
            places = [
                (where[first], where.get(last, len(window.pieces) - 2)) for first, last in article.quantities[span]
            ]
            answer = self.encoder.read(article.pieces, window, article.marks, places)
            found = self._names(article, window, answer)
            names += found
            told += [(name.start, name.end) for name in found if LABELS[int(name.labels.argmax())] != "PERSON"]
            if places:
                readings[span] = self._read(article, window, where, answer, len(places))
        doc._.readings = readings
        self._choose_units(doc, readings)
        labelled = self._vote(article.text, names)
        ents = (doc.char_span(start, end, label, alignment_mode="expand") for start, end, label in labelled)
        doc.set_ents(filter_spans(span for span in ents if span is not None))
        return doc

    @staticmethod
    def _choose_units(doc: Doc, readings: Sequence[Reading]) -> None:
        """Turn to the other reading of a bare number, with or without the unit before it, where it is likelier."""
        turned = [
            {**quantity, **quantity["other"]} if quantity["other"] and reading["unit"]["other"] > 0.5 else quantity
            for quantity, reading in zip(doc._.quantities, readings, strict=True)
        ]
        if turned != doc._.quantities:
            set_quantities(doc, turned)

    def _article(self, doc: Doc, starts: list[int]) -> Article:
        """Cut a Doc into wordpieces; `starts` are the code points at which its sentences begin."""
        assert self.encoder is not None
        text = doc.text
        pieces = self.encoder.split(text)

        marks, stops = [0] * len(pieces.ids), [False] * len(pieces.ids)
        quantities = [pieces.place(q["start"], q["end"]) for q in doc._.quantities]
        for quantity, (first, last) in zip(doc._.quantities, quantities, strict=True):
            marks[first : last + 1] = [self.encoder.mark_of.get(quantity["type"], 0)] * (last + 1 - first)
            stops[first : last + 1] = [quantity["type"] not in aside_types()] * (last + 1 - first)
        return Article(
            text=text,
            pieces=pieces,
            sentences=[bisect_right(starts, start) for start in pieces.starts],
            marks=marks,
            stops=stops,
            quantities=quantities,
            periods=[pieces.place(period["start"], period["end"]) for period in doc._.periods],
            period_spans=[(period["start"], period["end"]) for period in doc._.periods],
        )

    def _names(self, article: Article, window: Window, answer: Answer) -> list[Name]:
        """Names in the new part of a window: runs of words that are more likely inside a name than not.

        A word speaks through its first piece. A run ends where a word more likely begins a name than goes on with one,
        and at a line's end; its label is the one that its words together make likeliest.
        """
        assert self.encoder is not None
        text, pieces = article.text, article.pieces
        columns = [self.encoder.labels.tags.index(f"{side}-{label}") for side in "BI" for label in LABELS]
        offset = len(window.pieces) - 1 - (window.last - window.first)
        chances = softmax(answer.tags[offset : offset + window.last - window.first])
        begins, goes_on = chances[:, columns[: len(LABELS)]], chances[:, columns[len(LABELS) :]]
        inside = (begins.sum(-1) + goes_on.sum(-1) > 0.5).tolist()
        anew = (begins.sum(-1) > goes_on.sum(-1)).tolist()
        labels = np.log(begins + goes_on + 1e-6)
        names: list[Name] = []
        run: list[int] = []
        end = last = 0

        def close() -> None:
            if run:
                names.append(Name(pieces.starts[window.first + run[0]], end, labels[run].mean(0)))
                run.clear()

        for index in range(len(inside)):
            piece = window.first + index
            if index and pieces.ids[piece] in self.encoder.continuing:
                if run and piece == last + 1:
                    end, last = pieces.ends[piece], piece
                continue
            if not inside[index]:
                close()
                continue
            if run and (anew[index] or "\n" in text[end : pieces.starts[piece]]):
                close()
            run.append(index)
            end, last = pieces.ends[piece], piece
        close()
        return names

    @staticmethod
    def _whole(text: str, names: list[Name]) -> list[Name]:
        """Names without punctuation at their ends, those that a bracket has cut put together again.

        "Orvane Pumps (Lisbon) Co., Ltd." is one name, "/TradePoint/" has no slashes.
        """
        joined: list[Name] = []
        for name in names:
            if joined:
                before, between = text[joined[-1].start : name.start], text[joined[-1].end : name.start]
                opened = before.count("(") > before.count(")") and between.strip() in ("", "(")
                if opened and ")" in text[name.start : name.end]:
                    joined[-1] = Name(joined[-1].start, name.end, joined[-1].labels)
                    continue
            joined.append(name)
        trimmed = []
        for start, end, labels in joined:
            surface = text[start:end]
            start += len(surface) - len(surface.lstrip(NAME_EDGE))
            trimmed.append(Name(start, start + len(surface.strip(NAME_EDGE)), labels))
        return [name for name in trimmed if name.start < name.end]

    @staticmethod
    def _vote(text: str, names: list[Name]) -> list[tuple[int, int, str]]:
        """One label for all mentions of a name in an article: the one that they together make likeliest."""
        names = Reader._whole(text, names)
        votes: dict[str, Floats] = {}
        for name in names:
            surface = text[name.start : name.end]
            votes[surface] = votes[surface] + name.labels if surface in votes else name.labels
        return [(n.start, n.end, LABELS[int(votes[text[n.start : n.end]].argmax())]) for n in names]

    def _read(
        self, article: Article, window: Window, where: Mapping[int, int], answer: Answer, count: int
    ) -> list[Reading]:
        """Readings of the window's quantities; `where` gives the position in the window of each of its pieces."""
        assert self.encoder is not None
        readings: list[Reading] = [{} for _ in range(count)]
        for slot, scores in answer.classes.items():
            labels = self.encoder.labels.classes[slot]
            for reading, row in zip(readings, softmax(scores).tolist(), strict=False):
                reading[slot] = {label or "": round(p, 4) for label, p in zip(labels, row, strict=True)}
        # special tokens stand alone, so that no phrase takes them in
        sentence = np.array([article.sentences[p] if p >= 0 else -i for i, p in enumerate(window.pieces, 1)])
        stops = np.cumsum([article.stops[p] if p >= 0 else False for p in window.pieces])
        for slot in self.encoder.labels.pointers:
            start, end = (softmax(side) for side in answer.pointers[slot])
            mentions = self._mentions(article, where) if slot == "period" else []
            chosen = self._phrases(article, window, start[:count], end[:count], sentence, mentions, stops)
            for reading, phrases in zip(readings, chosen, strict=True):
                reading[slot] = phrases
        return readings

    @staticmethod
    def _mentions(article: Article, where: Mapping[int, int]) -> list[tuple[int, int, slice]]:
        """Time expressions that stand whole in the window: code points and positions."""
        return [
            (*span, slice(where[first], where[last] + 1))
            for (first, last), span in zip(article.periods, article.period_spans, strict=True)
            if first in where and where.get(last, -1) - where[first] == last - first
        ]

    def _phrases(
        self,
        article: Article,
        window: Window,
        start: Floats,
        end: Floats,
        sentence: npt.NDArray[np.int64],
        mentions: Sequence[tuple[int, int, slice]],
        stops: npt.NDArray[np.int64],
    ) -> list[dict[str, Any]]:
        """The likeliest phrases of one slot for each quantity.

        start, end: (Q, T) probabilities; sentence: (T,) its number, which no phrase may cross;
        stops: (T,) a count that grows inside of quantities that may be facts, none of which may stand in a phrase.
        """
        start, end = start.copy(), end.copy()
        none = start[:, 0] * end[:, 0]
        fixed = [(a, b, start[:, place].sum(-1) * end[:, place].sum(-1)) for a, b, place in mentions]
        for *_, place in mentions:
            start[:, place] = end[:, place] = 0
        start[:, sentence < 0] = 0  # special tokens
        # the likeliest starts with the likeliest ends: (Q, TRIED, TRIED)
        firsts, lasts = (np.argsort(-side, -1, kind="stable")[:, :TRIED] for side in (start, end))
        joint = np.take_along_axis(start, firsts, 1)[:, :, None] * np.take_along_axis(end, lasts, 1)[:, None, :]
        length = lasts[:, None, :] - firsts[:, :, None]
        together = sentence[firsts][:, :, None] == sentence[lasts][:, None, :]
        # where a start and an end belong to two answers, a quantity often stands between them
        together &= stops[firsts][:, :, None] == stops[lasts][:, None, :]
        joint[~together | (length < 0) | (length >= SPAN_PIECES)] = 0
        found = []
        for q in range(len(joint)):
            phrases: list[tuple[int, int, float]] = [(a, b, float(p[q])) for a, b, p in fixed]
            for i, j in zip(*np.nonzero(joint[q] > LEAST), strict=True):
                first, last = window.pieces[firsts[q, i]], window.pieces[lasts[q, j]]
                phrases.append((article.pieces.starts[first], article.pieces.ends[last], float(joint[q, i, j])))
            found.append(self._merge(article.text, phrases, float(none[q])))
        return found

    @staticmethod
    def _merge(text: str, phrases: list[tuple[int, int, float]], none: float) -> dict[str, Any]:
        """Add up the phrases with the same words; probabilities then sum to one over what was considered."""
        phrases.sort(key=lambda phrase: (-phrase[2], phrase[0], phrase[1]))
        sums: dict[str, list[Any]] = {}
        for start, end, p in phrases:
            key = text[start:end].casefold()
            if key in sums:
                sums[key][2] += p
            else:
                sums[key] = [start, end, p]
        total = none + sum(entry[2] for entry in sums.values()) or 1.0
        ranked = sorted(sums.values(), key=lambda entry: (-entry[2], entry[0]))[:KEPT]
        return {"none": round(none / total, 4), "spans": [[s, e, round(p / total, 4)] for s, e, p in ranked]}

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        return b"" if self.encoder is None else json.dumps([part.hex() for part in self.encoder.contents]).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Reader:
        if data:
            network, vocabulary, labels = (bytes.fromhex(part) for part in json.loads(data))
            self.encoder = Encoder(network, vocabulary.decode(), labels.decode())
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        if self.encoder is not None:
            for name, content in zip(Encoder.FILES, self.encoder.contents, strict=True):
                (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Reader:
        folder = Path(path)
        if not folder.is_dir():
            return self
        missing = [name for name in Encoder.FILES if not (folder / name).is_file()]
        if missing:
            raise FileNotFoundError(
                f"[NF002] {folder}: the model lacks {', '.join(missing)}. Install newsfacts again, or run `make model`."
            )
        network, vocabulary, labels = ((folder / name).read_bytes() for name in Encoder.FILES)
        self.encoder = Encoder(network, vocabulary.decode(), labels.decode())
        return self


@Language.factory("newsfacts_reader", assigns=["doc.ents", "doc._.readings"], requires=["doc._.quantities"])
def make_reader(nlp: Language, name: str) -> Reader:
    """Make the component; its model comes from disk."""
    return Reader(nlp, name)
