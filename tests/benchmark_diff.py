"""Comparing two large datasets, side by side with the jsonl-diff package: `make bench-diff`.

Two pairs are made from the facts of outputs/, over and over under other ids: `edited`, where one fact in a hundred says
something else and one article in a thousand is gone and another one new, and `reread`, where moreover each fact has
another confidence, so that no line is the same. The two programs take turns, each a process of its own that writes all
differences to a file; jsonl-diff is told to pass over what has no meaning for us. CPU time is that of all processes of
a program, memory the largest resident size of one process. Exits 1 where newsfacts needs two minutes of CPU time or
more, 1 GiB or more, as long or as much CPU time as jsonl-diff (which spreads it over two processes) or more, or finds
other facts than those that were changed.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from benchmark_process import measured

MOST_SECONDS, MOST_BYTES = 120, 2**30
_PAIRS = ("edited", "reread")
_NO_MEANING = ("/start", "/end", "/confidence", "/slot_confidence", "/evidence", "/sentence/start", "/sentence/end")
_CHANGED, _GONE = 0.01, 0.001  # of the facts, of the articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("facts", type=Path, help="the facts.jsonl that the pairs are made of")
    parser.add_argument("--number", type=int, default=1_000_000, help="facts of each dataset")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    args = parser.parse_args()
    scripts = Path(sys.executable).parent
    figures: dict[str, dict[str, Any]] = {}
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        old, new, told = (Path(folder) / name for name in ("old.jsonl", "new.jsonl", "differences.jsonl"))
        ignored = [part for pointer in _NO_MEANING for part in ("--ignore", pointer)]
        commands = {
            "newsfacts": [scripts / "newsfacts", "diff", old, new, "--format", "json"],
            "jsonl-diff": [scripts / "jsonl-diff", old, new, "--key", "id", *ignored, "--details", told],
        }
        for pair in _PAIRS:
            expected = make_pair(args.facts, old, new, args.number, reread=pair == "reread")
            size = (old.stat().st_size + new.stat().st_size) / 1e9
            print(f"{pair}: {args.number:,} facts a side, {size:.2f} GB")
            figures[pair] = {}
            for name, command in commands.items():
                taken = measure(command, told)
                figures[pair][name] = taken
                print(f"  {name:11}{taken['seconds']:8.1f} s {taken['cpu']:8.1f} s CPU {taken['mib']:8,.0f} MiB")
                if (found := count(told)) != expected:
                    failed.append(f"{pair}: {name} found {found}, not {expected}")
            ours, theirs = figures[pair].values()
            if ours["cpu"] >= MOST_SECONDS or ours["mib"] * 2**20 >= MOST_BYTES:
                failed.append(f"{pair}: under {MOST_SECONDS} seconds and {MOST_BYTES / 2**20:,.0f} MiB are wanted")
            if ours["seconds"] >= theirs["seconds"] or ours["cpu"] >= theirs["cpu"]:
                failed.append(f"{pair}: less time and CPU time than jsonl-diff's are wanted")
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps({"facts": args.number, **figures}, indent=2) + "\n")
    if failed:
        sys.exit("\n".join(failed))


def make_pair(facts: Path, old: Path, new: Path, number: int, *, reread: bool) -> Counter[str]:
    """Write two datasets of about that many facts each; return how many were changed, added and removed."""
    dice = random.Random(number)
    articles = _articles(facts)
    size = sum(map(len, articles.values()))
    made: Counter[str] = Counter()
    with old.open("w", encoding="utf-8") as before, new.open("w", encoding="utf-8") as after:
        for copy in range(-(-number // size)):
            for article, templates in articles.items():
                chance = dice.random()
                kind = "removed" if chance < _GONE else "added" if chance < 2 * _GONE else ""
                made[kind] += len(templates)
                for at, (template, metric, confidence) in enumerate(templates):
                    id_ = blake2b(f"{copy} {article} {at}".encode(), digest_size=8).hexdigest()
                    line = template.replace("<article>", f"{article}-{copy}").replace("<id>", id_)
                    if kind != "added":
                        before.write(line.replace("<metric>", metric).replace("<confidence>", confidence))
                    if not kind and dice.random() < _CHANGED:
                        made["changed"] += 1
                        line = line.replace("<metric>", f"{metric} of old")
                    if kind != "removed":
                        now = f"{dice.random():.3f}" if reread else confidence
                        after.write(line.replace("<metric>", metric).replace("<confidence>", now))
    del made[""]
    return made


def _articles(facts: Path) -> dict[str, list[tuple[str, str, str]]]:
    """{article: for each of its facts the line with places to fill, the metric and the confidence}."""
    articles: dict[str, list[tuple[str, str, str]]] = {}
    for told in facts.read_text("utf-8").splitlines():
        row = json.loads(told)
        confidence = f'"confidence":{row["confidence"]},'
        places = {"article": "<article>", "id": "<id>", "metric": "<metric>"}
        line = json.dumps({**row, **places}, ensure_ascii=False, separators=(",", ":")) + "\n"
        template = line.replace(confidence, '"confidence":<confidence>,')
        articles.setdefault(row["article"], []).append((template, row["metric"], str(row["confidence"])))
    return articles


def measure(command: Sequence[str | Path], told: Path) -> dict[str, float]:
    """Run a program that may say "different"; seconds, seconds of CPU and mebibytes that it took."""
    with ExitStack() as stack:
        out: IO[bytes] | int = subprocess.DEVNULL if told in command else stack.enter_context(told.open("wb"))
        return measured(command, out, right=(0, 1))


def count(told: Path) -> Counter[str]:
    """How many facts a program found to be changed, added and removed."""
    names = {"modified": "changed", "deleted": "removed"}
    found: Counter[str] = Counter()
    with told.open("rb") as lines:
        for line in lines:
            row = json.loads(line)
            if kind := row.get("difference") or row.get("op"):
                found[names.get(kind, kind)] += 1
    return found


if __name__ == "__main__":
    main()
