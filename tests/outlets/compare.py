"""How well articles are read from web pages: Newsfacts, trafilatura and resiliparse on the same pages: `make outlets`.

Each `OUTLET/NAME.html` beside this file has the article that a careful reader takes from it in `NAME.json`; README.md
has the conventions. The rules of Newsfacts may be written on the two alphabetically first pages of each outlet, the
seen ones; the figures of the others are given apart, and what differs page by page is written of the seen ones alone.
Lines are compared after notation alone is evened out, the same for all: white space, bullets, the bars or tabs between
cells, the headline among the text.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding
from resiliparse.parse.html import HTMLTree

from newsfacts.read import ArticleReader
from newsfacts.records import Article

PAGES = Path(__file__).parent
SEEN = 2  # pages of each outlet, the alphabetically first, that rules may be written on
INVISIBLE = re.compile("[\u00ad\u200b]")
BULLET = re.compile(r"[-–•*·◦‣]\s+")
NUMBER = re.compile(r"\d{1,2}\.\s+")
RULE = re.compile(r"[\s|:+-]*")


class Reading(NamedTuple):
    """What was read from a page; ``lines`` are the text's, as they come."""

    title: str | None
    published: str | None
    lines: list[str]


def read_with_newsfacts(page: Path) -> Reading:
    article = next(iter(ArticleReader([page])), None)
    if not isinstance(article, Article):
        return Reading(None, None, [])
    text = list(article.text)
    for span in (*article.furniture, *([article.headline] if article.headline else [])):
        text[span.start : span.end] = ["\n" if c == "\n" else "" for c in text[span.start : span.end]]
    published = article.published.isoformat() if article.published else None
    return Reading(article.title, published, "".join(text).split("\n"))


def read_with_trafilatura(page: Path) -> Reading:
    document = trafilatura.bare_extraction(page.read_bytes(), with_metadata=True)
    if document is None:
        return Reading(None, None, [])
    return Reading(document.title, document.date, (document.text or "").split("\n"))


def read_with_resiliparse(page: Path) -> Reading:
    data = page.read_bytes()
    tree = HTMLTree.parse(bytes_to_str(data, detect_encoding(data, from_html_meta=True)))
    return Reading(tree.title, None, extract_plain_text(tree, main_content=True).split("\n"))  # it has no dates


SYSTEMS: dict[str, Callable[[Path], Reading]] = {
    "newsfacts": read_with_newsfacts,
    "trafilatura": read_with_trafilatura,
    "resiliparse": read_with_resiliparse,
}


def squeeze(text: str) -> str:
    return " ".join(INVISIBLE.sub("", text).split())


def even_out(line: str, items: frozenset[str]) -> str:
    """A line without bullets and with " | " between cells; a number goes where what follows is one of ``items``."""
    if "|" in line or "\t" in line.strip():
        if RULE.fullmatch(line):
            return ""
        return " | ".join(filter(None, (squeeze(cell) for cell in re.split(r"[|\t]", line))))
    line = BULLET.sub("", squeeze(line), count=1) if BULLET.match(squeeze(line)) else squeeze(line)
    number = NUMBER.match(line)
    return line[number.end() :] if number and line[number.end() :] in items else line


def paragraphs_of(reading: Reading, title: str, items: frozenset[str]) -> list[str]:
    apart = {"", title, squeeze(reading.title or "")}
    return [line for line in (even_out(line, items) for line in reading.lines) if line not in apart]


def compare(page: Path, system: str) -> dict[str, object]:
    record = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    wanted = [squeeze(paragraph) for paragraph in record["paragraphs"]]
    reading = SYSTEMS[system](page)
    found = paragraphs_of(reading, record["title"], frozenset(wanted))
    words, found_words = Counter(" ".join(wanted).split()), Counter(" ".join(found).split())
    return {
        "title": squeeze(reading.title or "") or None,
        "title_exact": squeeze(reading.title or "") == record["title"],
        "published": reading.published,
        "published_exact": reading.published == record["published"],
        "published_wrong": reading.published not in (None, record["published"]),
        "paragraphs_exact": found == wanted,
        "paragraphs": [len(wanted), len(found), (Counter(wanted) & Counter(found)).total()],
        "words": [words.total(), found_words.total(), (words & found_words).total()],
        "missing": list((Counter(wanted) - Counter(found)).elements()),
        "extra": list((Counter(found) - Counter(wanted)).elements()),
    }


def name(page: Path) -> str:
    return page.relative_to(PAGES).with_suffix("").as_posix()


def summarize(results: list[dict[str, object]]) -> dict[str, int | float]:
    """Pages that are exact, and recall and precision over all pages' paragraphs and words (0 to 1)."""
    summary: dict[str, int | float] = {"pages": len(results)}
    for name in ("title_exact", "published_exact", "published_wrong", "paragraphs_exact"):
        summary[name] = sum(bool(result[name]) for result in results)
    for name in ("paragraphs", "words"):
        wanted, found, common = map(sum, zip(*(result[name] for result in results), strict=True))
        summary[f"{name}_recall"] = round(common / wanted, 3)
        summary[f"{name}_precision"] = round(common / found, 3) if found else 0.0
    return summary


def print_table(summary: dict[str, dict[str, int | float]]) -> None:
    print(f"| of {summary['newsfacts']['pages']} pages | title | date | wrong date | article | paragraphs | words |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for system, row in summary.items():
        dates = "– | –" if system == "resiliparse" else f"{row['published_exact']} | {row['published_wrong']}"
        ratios = " | ".join(f"{row[f'{n}_recall']:.3f} / {row[f'{n}_precision']:.3f}" for n in ("paragraphs", "words"))
        print(f"| {system} | {row['title_exact']} | {dates} | {row['paragraphs_exact']} | {ratios} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", type=Path, help="write the figures, and what differs on each seen page, here as well")
    parser.add_argument("--seen", action="store_true", help="read the seen pages alone")
    args = parser.parse_args()

    seen = {name(page) for folder in PAGES.iterdir() for page in sorted(folder.glob("*.html"))[:SEEN]}
    pages = [page for page in sorted(PAGES.glob("*/*.html")) if not args.seen or name(page) in seen]
    if not pages:
        sys.exit(f"no pages in {PAGES}")
    results = {system: {name(page): compare(page, system) for page in pages} for system in SYSTEMS}
    chosen = {"seen": seen} if args.seen else {"all": {*map(name, pages)}, "seen": seen}
    if not args.seen:
        chosen["unseen"] = chosen["all"] - seen
    summaries = {
        kind: {
            system: summarize([result for page, result in of_pages.items() if page in names])
            for system, of_pages in results.items()
        }
        for kind, names in chosen.items()
    }

    for kind, summary in summaries.items():
        print(f"{kind}:\n")
        print_table(summary)
        print()
    if args.json:
        of_seen = {
            system: {page: result for page, result in of_pages.items() if page in seen}
            for system, of_pages in results.items()
        }
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(
            json.dumps({"summary": summaries, "seen pages": of_seen}, ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
