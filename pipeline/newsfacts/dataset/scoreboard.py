"""Show an evaluation: as text for people, as JSON for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from newsfacts.dataset.evaluate import LEVELS, NAMES, Evaluation, Mistake, Score, Tally
from newsfacts.wording import plural


def as_text(evaluation: Evaluation, errors: int = 0) -> Iterator[str]:
    """The lines of a report; ``errors``: so many mistakes of each kind are listed."""
    total = evaluation.total
    articles, facts = plural(len(evaluation.articles), "article"), plural(total.gold, "gold fact")
    yield f"{articles}, {facts}, {total.predicted:,} predicted"
    yield f"\n{'':10} {'P':>6} {'R':>6} {'F1':>6}  95 percent interval"
    for level in LEVELS:
        low, high = evaluation.intervals[level]
        yield f"{_row(level, total.level(level))}  {low:.3f} to {high:.3f}"
    if total.names:
        yield ""
        yield from (_row(label, total.name(label)) for label in NAMES)
        yield _row("all names", total.name(*NAMES))
    yield "\nslots, of the facts found: " + _shares(evaluation.slots)
    yield "rarer answers found: " + _shares(evaluation.rare)
    width = max(len(article) for article in evaluation.articles)
    yield f"\n{'F1 by article':{width}} {'gold':>6} {'given':>6} " + " ".join(f"{level:>6}" for level in LEVELS)
    for article, tally in evaluation.articles.items():
        scores = " ".join(f"{tally.level(level).f1:6.3f}" for level in LEVELS)
        yield f"{article:{width}} {tally.gold:6,} {tally.predicted:6,} {scores}"
    for kind, mistakes in _by_kind(total) if errors else ():
        yield f"\n{kind}: {len(mistakes):,}"
        yield from (_mistake(mistake, kind) for mistake in mistakes[:errors])


def as_json(evaluation: Evaluation, errors: int = 0) -> str:
    """A JSON object with the figures in total and per article, and up to so many mistakes of each kind."""
    total = evaluation.total
    levels = {
        level: {**_figures(total.level(level)), "interval": list(evaluation.intervals[level])} for level in LEVELS
    }
    report: dict[str, Any] = {
        "articles": len(evaluation.articles),
        **levels,
        "slots": evaluation.slots,
        "rare": evaluation.rare,
    }
    if total.names:
        report["entities"] = {label: _figures(total.name(label)) for label in NAMES}
        report["entities"]["all"] = _figures(total.name(*NAMES))
    report["by_article"] = {
        article: {level: _figures(tally.level(level)) for level in LEVELS}
        for article, tally in evaluation.articles.items()
    }
    report["errors"] = {
        kind: {"number": len(mistakes), "shown": [_shown(mistake) for mistake in mistakes[:errors]]}
        for kind, mistakes in _by_kind(total)
    }
    return json.dumps(report, indent=2, ensure_ascii=False)


def _row(name: str, score: Score) -> str:
    return f"{name:10} {score.precision:6.3f} {score.recall:6.3f} {score.f1:6.3f}"


def _shares(shares: dict[str, float] | dict[str, float | None]) -> str:
    return ", ".join(f"{slot} {share:.3f}" for slot, share in shares.items() if share is not None)


def _figures(score: Score) -> dict[str, float]:
    return {
        "p": score.precision,
        "r": score.recall,
        "f1": score.f1,
        "right": score.right,
        "predicted": score.predicted,
        "gold": score.gold,
    }


def _by_kind(tally: Tally) -> list[tuple[str, list[Mistake]]]:
    """Mistakes by kind, the most frequent first; one that is wrong in two slots is of both kinds."""
    kinds: defaultdict[str, list[Mistake]] = defaultdict(list)
    for mistake in tally.mistakes:
        for kind in mistake.kinds:
            kinds[kind].append(mistake)
    return sorted(kinds.items(), key=lambda item: -len(item[1]))


def _mistake(mistake: Mistake, kind: str) -> str:
    place = f"  {mistake.article} {mistake.start}: {' '.join(mistake.text.split())}"
    if kind not in mistake.slots:
        return place
    answer, gold = (json.dumps(_data(side), ensure_ascii=False) for side in mistake.slots[kind])
    return f"{place}: {answer}, gold {gold}"


def _shown(mistake: Mistake) -> dict[str, Any]:
    return {
        "article": mistake.article,
        "start": mistake.start,
        "text": mistake.text,
        "slots": {
            slot: {"predicted": _data(answer), "gold": _data(gold)} for slot, (answer, gold) in mistake.slots.items()
        },
    }


def _data(answer: Any) -> Any:
    return answer.model_dump(exclude_defaults=True) if isinstance(answer, BaseModel) else answer
