"""Show an article in the terminal, its facts beside the text that they stand in; readable without colour too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newsfacts.records import Article, Fact, Period, Span
from newsfacts.wording import plural

_SURE = 0.8  # from which confidence on a fact is shown in green
_SIGNS = {"exact": "", "about": "about ", "more_than": "more than ", "less_than": "less than "}


def show_article(console: Console, article: Article, facts: Sequence[Fact], *, explain: bool = False) -> None:
    """Print one article; each fact is numbered in the text and stands beside its paragraph.

    ``explain``: each part of a fact with its confidence and the words that it was read from.
    """
    heading = [
        article.id,
        article.published.isoformat() if article.published else "no date",
        plural(len(facts), "fact"),
    ]
    console.print(Text("  |  ".join(heading), style="bold reverse"))
    table = Table(box=None, show_header=False, padding=(0, 1, 1, 0), expand=True)
    table.add_column(ratio=5)
    table.add_column(ratio=4)
    for start, end in _paragraphs(article.text):
        here = [(number, fact) for number, fact in enumerate(facts, 1) if start <= fact.start < end]
        text = _text(article, start, end, here)
        if explain:
            parts = (Group(_fact(number, fact), _parts(fact, article.text)) for number, fact in here)
            console.print(text, *(Padding(part, (1, 0, 0, 4)) for part in parts), "", sep="\n")
        else:
            table.add_row(text, Group(*(Group(_fact(number, fact), _details(fact)) for number, fact in here)))
    if not explain:
        console.print(table)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(r"\S.*", text))


def _text(article: Article, start: int, end: int, facts: Sequence[tuple[int, Fact]]) -> Text:
    shown = Text()
    position = start
    for number, fact in facts:
        shown.append(article.text[position : fact.start])
        shown.append(article.text[fact.start : fact.end], style="bold cyan")
        shown.append(f"[{number}]", style="cyan")
        position = fact.end
    shown.append(article.text[position:end])
    if article.headline and article.headline.start <= start < article.headline.end:
        shown.stylize("bold")
    if any(span.start <= start < span.end for span in article.furniture):
        shown.stylize("dim")
        shown = Text("(page) ", style="dim").append(shown)
    return shown


def _fact(number: int, fact: Fact) -> Text:
    shown = Text(f"[{number}] ", style="cyan")
    shown.append(f"{fact.subject or '?'}: {fact.metric or '?'}\n")
    shown.append(f"{_SIGNS[fact.qualifier]}{_amount(fact.value, fact.unit)}", style="bold")
    if fact.confidence is not None:
        shown.append(f"  {fact.confidence:.0%}", style="green" if fact.confidence >= _SURE else "yellow")
    return shown


def _details(fact: Fact) -> Text:
    move = " ".join(word.replace("_", " ") for word in (fact.direction, fact.basis) if word)
    details = [
        fact.kind + (f" {move}" if move else ""),
        fact.measure.replace("_", " "),
        fact.modality if fact.modality != "actual" else "",
        _period(fact.period) if fact.period else "",
        f"source: {fact.source}" if fact.source else "",
        *(f"= {_amount(same.value, same.unit)}" for same in fact.equivalents),
    ]
    return Text("; ".join(filter(None, details)), style="dim")


def _parts(fact: Fact, text: str) -> Table:
    """What was answered for each part, how sure that is, and the words and offsets that it was read from."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), style="dim")
    chances = fact.slot_confidence.model_dump() if fact.slot_confidence else {}
    for part, chance in chances.items():
        said = getattr(fact, "text" if part == "quantity" else part)
        if isinstance(said, Period):
            said = said.text if said.start is None and said.end is None else f"{said.text} = {_period(said)}"
        evidence = [Span(start=fact.start, end=fact.end)] if part == "quantity" else getattr(fact.evidence, part, None)
        read = "; ".join(f"“{text[place.start : place.end]}” {place.start}–{place.end}" for place in evidence or ())
        table.add_row(part, str(said or "–"), f"{chance:.0%}", read)
    return table


def _amount(value: float | tuple[float, float], unit: str) -> str:
    bounds = value if isinstance(value, tuple) else (value,)
    shown = (f"{round(bound, 2) if abs(bound) >= 1 else bound:,}" for bound in bounds)
    return f"{' to '.join(shown)} {unit.replace('_', ' ')}"


def _period(period: Period) -> str:
    if period.start is None and period.end is None:
        return period.text
    return str(period.start) if period.start == period.end else f"{period.start or ''}..{period.end or ''}"
