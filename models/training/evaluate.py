"""Score trained models on the gold articles: `make scores`, and the last step of `make model`.

    evaluate.py GOLD_DIR SCORES.json NAME=MODEL_DIR ...

Runs the whole pipeline with each model over GOLD_DIR's articles, with the gold's publication dates, and scores facts
and names by the script beside GOLD_DIR: the real articles, which no model was trained on, and the wire articles.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import spacy

from data import read_gold
from newsfacts.run import run

SETS = {"real": "bbc,kunshan,jiading,china", "wire": "wire"}


def articles(gold: Path, path: Path) -> None:
    """Write the gold articles as JSON Lines."""
    with path.open("w", encoding="utf-8") as lines:
        for passage in read_gold(gold / "articles", gold / "facts", [""]):
            row = {"id": passage["article"], "text": passage["text"], "published": passage["published"]}
            lines.write(json.dumps(row) + "\n")


def score(gold: Path, output: Path, prefixes: str) -> dict[str, Any]:
    command = [
        sys.executable, gold.parent / "score.py", gold / "facts", output / "facts.jsonl",
        "--entities", output / "entities.jsonl", "--only", prefixes, "--json",
    ]  # fmt: skip
    report: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("scores", type=Path)
    parser.add_argument("models", nargs="+", metavar="NAME=MODEL_DIR")
    args = parser.parse_args()
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "gold.jsonl"
        articles(args.gold, source)
        for model in args.models:
            name, _, path = model.partition("=")
            output = Path(folder) / name
            run([source], output, nlp=spacy.load(path))
            found[name] = {which: score(args.gold, output, prefixes) for which, prefixes in SETS.items()}
            for which, report in found[name].items():
                levels = {level: report[level]["f1"] for level in ("found", "amount", "fact", "full", "strict")}
                levels["names"] = report["entities"]["all"]["f1"]
                print(name, which, *(f"{level} {f1:.3f}" for level, f1 in levels.items()))
    args.scores.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
