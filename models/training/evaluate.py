"""Score trained models on the gold articles: `make scores`, and the last step of `make model`.

    evaluate.py GOLD_DIR SCORES.json NAME=MODEL_DIR ...

Runs the whole pipeline with each model over GOLD_DIR's articles, with the gold's publication dates, and scores facts
and names by the script beside GOLD_DIR: the real articles, which no model was trained on, and the wire articles; and
facts over three sets of articles of our own on which nothing is trained.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import spacy
from spacy.language import Language

from data import Passage, read_gold, read_passages
from newsfacts.emit.build import facts_of
from newsfacts.read import make_article, to_doc
from newsfacts.run import run

HELD_OUT = Path(__file__).parent / "held_out"  # articles of our own on which nothing is trained
SETS = {"real": "bbc,kunshan,jiading,china", "wire": "wire"}
HELD_OUT_SETS = {"stories": "stories-*.jsonl", "later": "later-*.jsonl", "dense": "articles-*.jsonl"}


class Comparison(NamedTuple):
    """The facts predicted in a passage: pairs with the gold's, those that are none, and the gold's that are missed."""

    passage: Passage
    matched: list[tuple[dict[str, Any], dict[str, Any]]]
    invented: list[dict[str, Any]]
    missed: list[dict[str, Any]]


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


def compared(scorer: Any, nlp: Language, passages: Iterable[Passage]) -> Iterator[Comparison]:
    """Facts that the pipeline finds in gold passages beside the gold's; scorer: as load_scorer gives it."""
    for passage in passages:
        article = make_article(passage["article"], passage["text"], published=passage["published"])
        facts = [fact.model_dump(mode="json") for fact in facts_of(nlp(to_doc(nlp, article)), article.id)]
        aside = passage["optional"] + [same for fact in passage["facts"] for same in fact["equivalents"]]
        matched, extra, missed = scorer.match(facts, passage["facts"])
        invented = [fact for fact in extra if not any(scorer.shared(fact, other) > 0 for other in aside)]
        yield Comparison(passage, matched, invented, missed)


def f1_levels(scorer: Any, comparisons: Iterable[Comparison]) -> dict[str, float]:
    """F1 at the levels of the scoring script, over all facts."""
    needed = {"found": (), "amount": scorer.AMOUNT, "fact": scorer.FACT, "full": scorer.FULL, "strict": scorer.STRICT}
    right, facts = dict.fromkeys(needed, 0), 0  # the program's and the gold's facts together
    for comparison in comparisons:
        facts += 2 * len(comparison.matched) + len(comparison.invented) + len(comparison.missed)
        for fact, answer in comparison.matched:
            for level, slots in needed.items():
                right[level] += all(scorer.SLOTS[slot](fact, answer) for slot in slots)
    return {level: round(2 * count / facts, 4) for level, count in right.items()}


def judged(scorer: Any, comparisons: Iterable[Comparison]) -> list[tuple[dict[str, float], dict[str, bool]]]:
    """For each fact predicted in gold passages: the confidence in its slots and in it ("fact"); what is right.

    Of a prediction that is no fact in the gold, its quantity and "fact" are wrong; what is optional there is left out.
    """
    rows = []
    for comparison in comparisons:
        for fact, answer in comparison.matched:
            right = {slot: bool(is_right(fact, answer)) for slot, is_right in scorer.SLOTS.items()}
            right |= {"quantity": True, "fact": all(right[slot] for slot in scorer.FACT)}
            rows.append((fact["slot_confidence"] | {"fact": fact["confidence"]}, right))
        for fact in comparison.invented:
            chances = fact["slot_confidence"] | {"fact": fact["confidence"]}
            rows.append((chances, {"quantity": False, "fact": False}))
    return rows


def load_scorer(gold: Path) -> Any:
    """The scoring script beside the gold articles, as a module."""
    spec = importlib.util.spec_from_file_location("score", gold.parent / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reliability(rows: list[tuple[dict[str, float], dict[str, bool]]], bins: int = 10) -> dict[str, Any]:
    """How far the facts' confidences come true: bins of equal count, their expected error, and risk by coverage."""
    pairs = sorted(((chances["fact"], right["fact"]) for chances, right in rows), key=lambda pair: -pair[0])
    cuts = [round(i * len(pairs) / bins) for i in range(bins + 1)]
    groups = [pairs[a:b] for a, b in pairwise(cuts) if a < b]
    table = [
        {
            "facts": len(group),
            "confidence": round(sum(p for p, _ in group) / len(group), 4),
            "right": round(sum(right for _, right in group) / len(group), 4),
        }
        for group in groups
    ]
    error = sum(row["facts"] * abs(row["confidence"] - row["right"]) for row in table) / len(pairs)
    surest = {
        f"{share:.0%}": round(
            sum(right for _, right in pairs[: round(share * len(pairs))]) / round(share * len(pairs)), 4
        )
        for share in (0.1, 0.25, 0.5, 0.75, 1.0)
    }
    return {"bins": table, "expected_calibration_error": round(error, 4), "right_among_the_surest": surest}


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
            nlp = spacy.load(path)
            run([source], output, nlp=nlp)
            found[name] = {which: score(args.gold, output, prefixes) for which, prefixes in SETS.items()}
            scorer = load_scorer(args.gold)
            for which, report in found[name].items():
                levels = {level: report[level]["f1"] for level in ("found", "amount", "fact", "full", "strict")}
                levels["names"] = report["entities"]["all"]["f1"]
                passages = read_gold(args.gold / "articles", args.gold / "facts", SETS[which].split(","))
                report["reliability"] = reliability(judged(scorer, compared(scorer, nlp, passages)))
                levels["calibration error"] = report["reliability"]["expected_calibration_error"]
                print(name, which, *(f"{level} {f1:.3f}" for level, f1 in levels.items()))
            for which, files in HELD_OUT_SETS.items():
                held_out = [*compared(scorer, nlp, read_passages(sorted(HELD_OUT.glob(files))))]
                found[name][which] = {
                    "f1": f1_levels(scorer, held_out),
                    "reliability": reliability(judged(scorer, held_out)),
                }
                print(name, which, found[name][which]["f1"])
    args.scores.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
