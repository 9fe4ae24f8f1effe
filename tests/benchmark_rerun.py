"""What a run costs where one article among many has changed, as a share of a full run: `make bench-rerun`.

On two corpora: `different`, the training corpus's articles, and `alike`, reports made of the same sentences with other
firms and numbers, which look like repeats of each other. Each is read from nothing; then, time and again, one article
in the middle is changed and the dataset brought up to date, and at last checked. All are processes of their own; the
best of the rounds counts, and CPU time is that of the program and of its libraries' threads. Exits 1 where a run with
one changed article, or a check without any, takes a twentieth of the full run's CPU time or more, or where the files
are not those of the full run.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from benchmark_process import measured

MOST_SHARE = 0.05
ADDED = "\n\nNorthwind said that its sales had risen 7 percent to $1.13bn in 2022.\n"
FIRMS = ("Harbour Foods", "Orrin Mining", "Vale Motors", "Quill Energy", "Tern Shipping")
SENTENCES = (
    "{firm} said its sales rose {n} percent to ${m} million in the first quarter of 2023.",
    "Profit at the company fell to {m} million euros from {k} million a year earlier, it said.",
    "{firm} expects exports to grow by {n} percent in 2025, and it employs {k} people in Leeds and in Kunshan.",
    "Analysts had forecast revenue of ${k} million for the three months to the end of March.",
    "Shares of {firm} closed {n} percent higher at ${n}.{n} on Friday, their highest close since 2019.",
    "The group will invest {m} million yuan in a plant in Kunshan that is to make {k} units a year.",
    "Its debt stood at ${m} million at the end of December, {n} percent less than a year before.",
    "The board proposed a dividend of {n} cents a share, on which the shareholders will vote in May.",
    "Chief Executive Ana Ruiz said demand in Europe and Asia had remained strong in spite of higher costs.",
    "Imports of steel into the country were {k} thousand tonnes in April, the ministry of trade reported.",
    "Operating costs increased by {m} million dollars, because energy prices rose by {n} percent.",
    "The company plans to cut {k} jobs, about {n} percent of its workforce, by the end of 2026.",
    "Its market share in Britain slipped to {n} percent from a year earlier as rivals lowered their prices.",
)  # fmt: skip

Row = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path, help="folder with the training corpus's articles-*.jsonl")
    parser.add_argument("--number", type=int, default=1000, help="articles of each corpus")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    args = parser.parse_args()
    figures = {}
    failed = []
    for name, rows in (("different", different(args.corpus, args.number)), ("alike", alike(args.number))):
        words = sum(len(row["text"].split()) for row in rows) / len(rows)
        print(f"{name}: {len(rows):,} articles of {words:.0f} words")
        with tempfile.TemporaryDirectory() as folder:
            taken = measure(Path(folder), rows, args.rounds)
        figures[name] = taken
        full = taken["full"]["cpu"]
        for what, figure in taken.items():
            seconds, cpu, mib = figure.values()
            share = cpu / full
            print(f"  {what:12}{seconds:8.2f} s {cpu:8.2f} s CPU {mib:6,.0f} MiB {share:7.1%}")
            if what != "full" and share >= MOST_SHARE:
                failed.append(f"{name}, {what}: less than {MOST_SHARE:.0%} of the full run is wanted")
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(figures, indent=2) + "\n")
    if failed:
        sys.exit("\n".join(failed))


def different(corpus: Path, number: int) -> list[Row]:
    lines = (line for path in sorted(corpus.glob("articles-*.jsonl")) for line in path.open(encoding="utf-8"))
    told = (json.loads(line) for line, _ in zip(lines, range(number), strict=False))
    return [
        {"id": row["article"], "text": row["text"], **({"published": day} if (day := row["published"]) else {})}
        for row in told
    ]


def alike(number: int) -> list[Row]:
    dice = random.Random(number)
    rows = []
    for each in range(number):
        told = [
            sentence.format(
                firm=FIRMS[each % len(FIRMS)], n=dice.randint(2, 40), m=dice.randint(100, 900), k=dice.randint(100, 999)
            )
            for sentence in SENTENCES
        ]
        text = "\n\n".join(" ".join(told[at : at + 2]) for at in range(0, len(told), 2))
        rows.append({"id": f"report-{each}", "published": f"2024-05-{1 + each % 28:02}", "text": text})
    return rows


def measure(folder: Path, rows: list[Row], rounds: int) -> dict[str, dict[str, float]]:
    """What the full run took, and at best a run with one changed article and a check without any."""
    changed = [dict(row) for row in rows]
    changed[len(rows) // 2]["text"] += ADDED
    write(folder, changed)
    taken = {"full": newsfacts(folder, "run", "in.jsonl", "-o", "full")}
    shutil.copytree(folder / "full", folder / "out")
    found: dict[str, list[dict[str, float]]] = {"one changed": [], "check": []}
    for _ in range(rounds):
        for version in (rows, changed):
            write(folder, version)
            found["one changed"].append(newsfacts(folder, "run", "in.jsonl", "-o", "out"))
            found["check"].append(newsfacts(folder, "run", "in.jsonl", "-o", "out", "--check"))
    names = [path.name for path in (folder / "full").iterdir() if path.is_file()]
    _, differing, missing = filecmp.cmpfiles(folder / "full", folder / "out", names, shallow=False)
    if differing or missing:
        sys.exit(f"not the same as by the full run: {', '.join(differing + missing)}")
    return taken | {what: min(figures, key=lambda figure: figure["cpu"]) for what, figures in found.items()}


def write(folder: Path, rows: list[Row]) -> None:
    (folder / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def newsfacts(folder: Path, *arguments: str) -> dict[str, float]:
    """Run the program in a folder; seconds, seconds of CPU and mebibytes that it took."""
    return measured([Path(sys.executable).parent / "newsfacts", *arguments], folder=folder)


if __name__ == "__main__":
    main()
