"""The encoder with its heads: an ONNX session, its vocabulary and its labels, and what it answers for one window."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from newsfacts.recognize.reader.windows import Pieces, Window, distance_buckets, split, wordpiece_tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Labels:
    """What the outputs mean, in the order of the network's columns."""

    tags: tuple[str, ...]
    marks: tuple[str, ...]
    classes: dict[str, tuple[str | None, ...]]
    pointers: tuple[str, ...]

    @classmethod
    def from_json(cls, text: str) -> Labels:
        raw = json.loads(text)
        classes = {slot: tuple(labels) for slot, labels in raw["classes"].items()}
        return cls(tuple(raw["tags"]), tuple(raw["marks"]), classes, tuple(raw["pointers"]))


@dataclass(frozen=True, slots=True)
class Answer:
    """Raw scores for one window.

    tags: (T, tags). classes: {slot: (Q, n)}. pointers: {slot: (start (Q, T), end (Q, T))}, token 0 for none.
    """

    tags: Floats
    classes: dict[str, Floats]
    pointers: dict[str, tuple[Floats, Floats]]


class Encoder:
    """The network's files in memory; the session is made when first needed, anew in every process.

    One window is one call: the 8-bit scales of a batch would depend on what else is in it. One thread, so that the
    work of many processes adds up.
    """

    FILES = ("network.onnx", "vocabulary.txt", "labels.json")

    def __init__(self, network: bytes, vocabulary: str, labels: str) -> None:
        self.contents = (network, vocabulary.encode(), labels.encode())
        words = vocabulary.rstrip("\n").split("\n")
        self.vocabulary = {word: index for index, word in enumerate(words)}
        self.labels = Labels.from_json(labels)
        self.mark_of = {mark: index + 1 for index, mark in enumerate(self.labels.marks)}
        self.tokenizer: Tokenizer = wordpiece_tokenizer(self.vocabulary)
        self._special = {-1: self.vocabulary["[CLS]"], -2: self.vocabulary["[SEP]"]}
        self.continuing = {index for word, index in self.vocabulary.items() if word.startswith("##")}
        self._session: InferenceSession | None = None
        self._process = 0

    def __reduce__(self) -> tuple[Any, ...]:
        network, vocabulary, labels = self.contents
        return Encoder, (network, vocabulary.decode(), labels.decode())

    @property
    def session(self) -> InferenceSession:
        if self._session is None or self._process != os.getpid():
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(self.contents[0], options, providers=["CPUExecutionProvider"])
            self._process = os.getpid()
        return self._session

    def split(self, text: str) -> Pieces:
        return split(text, self.tokenizer)

    def read(self, pieces: Pieces, window: Window, marks: Sequence[int], places: Sequence[tuple[int, int]]) -> Answer:
        """Run the network on one window.

        marks: for every piece of the article the type of the quantity that it stands in, an index as in mark_of, or 0.
        places: first and last position in the window of each quantity to answer for.
        """
        chosen = window.pieces
        ids = [pieces.ids[p] if p >= 0 else self._special[p] for p in chosen]
        cases = [pieces.cases[p] if p >= 0 else 0 for p in chosen]
        marked = [marks[p] if p >= 0 else 0 for p in chosen]
        firsts, lasts = ([place[end] for place in places] or [0] for end in (0, 1))
        tags, classes, pointers = self.session.run(
            ["names", "classes", "pointers"],
            {
                "ids": np.array([ids], np.int64),
                "cases": np.array([cases], np.int64),
                "marks": np.array([marked], np.int64),
                "q_first": np.array(firsts, np.int64),
                "q_last": np.array(lasts, np.int64),
                "buckets": distance_buckets(len(ids), firsts),
            },
        )
        bounds = np.cumsum([0, *(len(labels) for labels in self.labels.classes.values())])
        return Answer(
            tags[0],
            {slot: classes[:, a:b] for slot, a, b in zip(self.labels.classes, bounds, bounds[1:], strict=False)},
            {slot: (pointers[2 * i], pointers[2 * i + 1]) for i, slot in enumerate(self.labels.pointers)},
        )
