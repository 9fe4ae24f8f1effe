"""Speed on one thread, side by side on the same articles: `make bench`.

Words per second of the encoder alone (the shipped ONNX session over the articles' paragraphs, one at a time,
tokenization included), of the whole pipeline, and of quantulum3's parser alone; words are counted once, in the article.
The three take turns, article by article, so that whatever else the machine does falls on all of them; the best of the
rounds counts. Exits 1 where the pipeline runs at less than 0.6 of the encoder's speed or slower than quantulum3.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

from quantulum3 import parser as quantulum  # noqa: E402

import newsfacts  # noqa: E402
from newsfacts.emit.build import entities_of, facts_of  # noqa: E402
from newsfacts.read import ArticleReader, make_article, to_doc  # noqa: E402
from newsfacts.recognize.reader.windows import Window  # noqa: E402
from newsfacts.records import ArticleError  # noqa: E402

LEAST_SHARE = 0.6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    args = parser.parse_args()

    nlp = newsfacts.load()
    encoder = nlp.get_pipe("newsfacts_reader").encoder
    assert encoder is not None

    def encode(text: str) -> None:
        for paragraph in filter(str.strip, text.split("\n")):
            pieces = encoder.split(paragraph)
            for first in range(0, len(pieces.ids), 510):
                last = min(first + 510, len(pieces.ids))
                window = Window([-1, *range(first, last), -2], first, last)
                encoder.read(pieces, window, [0] * len(pieces.ids), [])

    def extract(text: str) -> None:
        article = make_article("benchmark", text)
        doc = nlp(to_doc(nlp, article))
        facts_of(doc, article.id)
        entities_of(doc, article.id)

    texts = [item.text for item in ArticleReader(args.paths) if not isinstance(item, ArticleError)]
    if not texts:
        sys.exit("no articles to measure on")
    words = sum(len(text.split()) for text in texts)
    runners: dict[str, Callable[[str], object]] = {
        "encoder": encode, "pipeline": extract, "quantulum3": quantulum.parse,
    }  # fmt: skip
    for run in runners.values():
        run(texts[0])
    best = dict.fromkeys(runners, float("inf"))
    for _ in range(args.rounds):
        spent = dict.fromkeys(runners, 0.0)
        for text in texts:
            for name, run in runners.items():
                began = time.perf_counter()
                run(text)
                spent[name] += time.perf_counter() - began
        best = {name: min(best[name], spent[name]) for name in runners}
    speed = {name: round(words / seconds) for name, seconds in best.items()}
    share = best["encoder"] / best["pipeline"]
    print(f"{len(texts)} articles, {words} words, one thread, best of {args.rounds} rounds")
    for name, figure in speed.items():
        print(f"{name:12}{figure:8,} words a second")
    print(f"the pipeline runs at {share:.2f} of the encoder's speed")
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"words_per_second": speed, "share": round(share, 3)}, indent=2) + "\n")
    if share < LEAST_SHARE or speed["pipeline"] <= speed["quantulum3"]:
        sys.exit(f"too slow: at least {LEAST_SHARE} of the encoder's speed, and faster than quantulum3, is wanted")


if __name__ == "__main__":
    main()
