"""Where the program errs on gold articles: `make errors`.

    errors.py GOLD_DIR [--only PREFIXES] [--model MODEL_DIR] [--examples N]

Prints the slots with the most wrong answers first, what is taken for what where the answers are labels, and examples
with their text. By default of the wire articles: the texts of the real ones are for measuring.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import spacy

import newsfacts
from data import read_gold
from evaluate import compared, load_scorer

LABELLED = ("kind", "direction", "basis", "qualifier", "measure", "modality", "unit")
BEFORE, AFTER = 160, 60  # characters of the text around an example


def around(text: str, start: int, end: int) -> str:
    before = text[max(0, start - BEFORE) : start].split("\n")[-1]
    after = text[end : end + AFTER].split("\n")[0]
    return f"{before}[[{text[start:end]}]]{after}"


def said(row: dict[str, Any], slot: str) -> Any:
    answer = row.get(slot.removesuffix("_preferred"))
    if isinstance(answer, list) and answer and isinstance(answer[0], str):
        return answer[0]
    return (answer["text"], answer["start"], answer["end"]) if slot == "period" and answer else answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--only", default="wire")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--examples", type=int, default=5)
    args = parser.parse_args()
    scorer = load_scorer(args.gold)
    nlp = spacy.load(args.model) if args.model else newsfacts.load()
    wrong: dict[str, list[tuple[str, Any, Any]]] = {slot: [] for slot in scorer.SLOTS}
    found = missed = invented = 0
    passages = read_gold(args.gold / "articles", args.gold / "facts", args.only.split(","))
    for passage, matched, extra, left in compared(scorer, nlp, passages):
        found, missed, invented = found + len(matched), missed + len(left), invented + len(extra)
        for fact, gold in matched:
            for slot, is_right in scorer.SLOTS.items():
                if not is_right(fact, gold):
                    where = f"{passage['article']}: {around(passage['text'], gold['start'], gold['end'])}"
                    wrong[slot].append((where, said(fact, slot), said(gold, slot)))
    print(f"{found} facts found, {missed} missed, {invented} invented")
    for slot, errors in sorted(wrong.items(), key=lambda item: -len(item[1])):
        if not errors:
            continue
        print(f"\n{slot}: {len(errors)} wrong, {len(errors) / found:.1%}")
        if slot in LABELLED:
            for (got, gold), count in Counter((str(got), str(gold)) for _, got, gold in errors).most_common(10):
                print(f"  {count:4} {got} for {gold}")
        for where, got, gold in errors[:: max(1, len(errors) // max(1, args.examples))][: args.examples]:
            print(f"  {where}\n      got {got!r}, gold {gold!r}")


if __name__ == "__main__":
    main()
