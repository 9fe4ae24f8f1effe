"""The dates of periods against the gold articles, where those lie beside the checkout.

For each gold fact with a period whose words stand in the article: the expression found with the same span, the nearest
to the fact, else one around it, else what the words say alone. Its dates have to be the gold's, unknown ones included.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from newsfacts.recognize.periods import find_periods, resolve_period

ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "gold"
SETS = ("wire", "even bbc", "odd bbc", "five real")

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason=f"no gold articles at {GOLD}")


def _set(article):
    if article.startswith("bbc-"):
        return "odd bbc" if int(article.removeprefix("bbc-")) % 2 else "even bbc"
    return "wire" if article.startswith("wire-") else "five real"


def _places(text, words):
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _dates(text, published, found, fact):
    """What the grammar answers for the words of a fact's period; None where they do not stand in the text."""
    words = fact["period"]["text"]
    places = sorted(_places(text, words), key=lambda at: abs(at - fact["start"]))
    if not places:
        return None
    spans = {(period.start, period.end): period for period in found}
    same = (spans[at, at + len(words)] for at in places if (at, at + len(words)) in spans)
    around = (p for at in places for p in found if p.start <= at and at + len(words) <= p.end)
    period = next(same, None) or next(around, None) or resolve_period(words, published)
    return (period.first, period.last) if period else (None, None)


@pytest.fixture(scope="module")
def counts():
    """{(set, "dated" or "undated", whether right): how many facts}."""
    found = Counter()
    for path in sorted((GOLD / "facts").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = (GOLD / "articles" / f"{path.stem}.txt").read_text(encoding="utf-8")
        periods = find_periods(text, gold["published"])
        for fact in gold["facts"]:
            period = fact["period"]
            if not period or period.get("optional"):
                continue
            if dates := _dates(text, gold["published"], periods, fact):
                wanted = (period["start"], period["end"])
                found[_set(path.stem), "dated" if any(wanted) else "undated", dates == wanted] += 1
    return found


def _share(counts, kind, sets=SETS):
    right = sum(counts[name, kind, True] for name in sets)
    return right, right + sum(counts[name, kind, False] for name in sets)


def test_the_dates_are_those_of_the_gold(counts):
    for name in SETS:
        print(name, *(f"{kind}: {{}} of {{}}".format(*_share(counts, kind, [name])) for kind in ("dated", "undated")))
    right, n = _share(counts, "dated")
    assert n >= 450
    assert right / n >= 0.95


def test_no_dates_are_invented(counts):
    right, n = _share(counts, "undated")
    assert n >= 70
    assert right / n >= 0.95


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Acme expects to cut 400 jobs after third-quarter sales fell.", ("2025-07-01", "2025-09-30")),
        ("Acme raised its forecast as third-quarter sales climbed.", ("2025-07-01", "2025-09-30")),
        ("Analysts had forecast third-quarter sales of £598m.", ("2025-07-01", "2025-09-30")),
        ("Acme forecasts first-quarter sales of £598m.", ("2026-01-01", "2026-03-31")),
    ],
)
def test_a_word_of_the_future_reaches_no_other_clause(text, dates):
    (period,) = find_periods(text, "2025-10-24")
    assert (period.first, period.last) == dates
