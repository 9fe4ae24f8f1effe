"""Show what differs between two datasets: in the terminal, as JSON lines, as Markdown, as GitHub annotations."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import TextIOWrapper
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from newsfacts.dataset.compare import SLOTS, ArticleDiff, Difference, Kind, Told, Totals
from newsfacts.dataset.plain import CONTROL, plain
from newsfacts.wording import plural

Line = list[tuple[str, str]]  # pieces of text and their styles

_SIGNS: dict[Kind, tuple[str, str]] = {
    "added": ("+", "green"),
    "removed": ("-", "red"),
    "changed": ("~", "yellow"),
    "moved": (">", "cyan"),
}
_MARKDOWN = re.compile(r"[\\`*_\[\]|~]")
_ERRORS = "backslashreplace"  # for half a surrogate pair, or a terminal that is not UTF-8
_ANNOTATIONS = 10  # GitHub shows no more of a step
_SUMMARY_BYTES = 900_000  # GitHub takes no summary above 1 MiB


def show(diffs: Iterable[ArticleDiff], totals: Totals, form: str, *, stat: bool, file: str) -> None:
    """Write differences, or with ``stat`` their counts, to standard output as text, json, markdown or github.

    For GitHub, ``file`` (the new facts) is annotated, and the summary goes where GITHUB_STEP_SUMMARY says, if it does.
    """
    out = sys.stdout
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors=_ERRORS)
    if form == "text":
        (stat_text if stat else show_text)(diffs, totals, Console())
    elif form == "json":
        if stat:
            stat_json(diffs, totals, out)
        else:
            show_json(diffs, out)
    elif form == "markdown":
        (stat_markdown if stat else show_markdown)(diffs, totals, out)
    else:
        with _summary(out) as summary:
            if stat:
                stat_markdown(diffs, totals, summary)
            else:
                show_github(diffs, totals, out, summary, file=file)


def show_text(diffs: Iterable[ArticleDiff], totals: Totals, console: Console) -> None:
    """Print differences by article, the sentence with the change marked; coloured on a terminal.

    Marks that are readable without colour: «the quantity», [-words that only the old fact was read from-], {+words
    that only the new one was read from+}.
    """
    put = _printer(console)
    for diff in diffs:
        if diff.differences:
            put([(plain(diff.article), "bold")])
        for difference in diff.differences:
            for line in _lines(difference):
                put(line)
    put([(_sum_up(totals), "bold")])


def show_json(diffs: Iterable[ArticleDiff], out: IO[str]) -> None:
    """Write a JSON object a line for each difference.

    ``slots`` has each slot that differs with its old and new value (all slots of a fact added or removed); ``old`` and
    ``new`` say where the fact stands: the line of its file, and its offsets in the article.
    """
    for diff in diffs:
        for difference in diff.differences:
            row = {
                "article": difference.article,
                "id": difference.told.row["id"],
                "difference": difference.kind,
                "text": difference.told.row["text"],
                "sentence": difference.told.row["sentence"]["text"],
                "slots": {name: {"old": old, "new": new} for name, old, new in _slots(difference)},
                "old": _where(difference.old),
                "new": _where(difference.new),
            }
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def show_markdown(diffs: Iterable[ArticleDiff], totals: Totals, out: IO[str], *, limit: int | None = None) -> None:
    """Write a table of counts, then a table for each article.

    ``limit``: the greatest number of bytes that tables may have; what is beyond is counted, not shown.
    """
    # the counts stand first and are known last
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors=_ERRORS, newline="\n") as tables:
        left, unshown = limit, 0
        for diff in diffs:
            shown = 0
            for part in _tables(diff):
                if left is not None:
                    left -= len(part.encode(errors=_ERRORS))
                    if left < 0:
                        break
                tables.write(part)
                shown += 1
            unshown += len(diff.differences) - shown
        out.write(_counts(totals))
        tables.seek(0)
        for text in iter(lambda: tables.read(1 << 16), ""):
            out.write(text)
        if unshown:
            out.write(f"\n... and {plural(unshown, 'more difference')}\n")


def show_github(diffs: Iterable[ArticleDiff], totals: Totals, out: IO[str], summary: IO[str], *, file: str) -> None:
    """Write annotations of ``file`` (the new facts) to ``out``, and a Markdown summary that GitHub's limits allow."""
    show_markdown(_annotated(diffs, out, file), totals, summary, limit=_SUMMARY_BYTES)


def stat_text(diffs: Iterable[ArticleDiff], totals: Totals, console: Console) -> None:
    """Print counts per kind, slot and article."""
    put = _printer(console)
    _exhaust(diffs)
    for kind, (sign, style) in _SIGNS.items():
        put([(f"{sign} {kind:10}", style), (f"{totals.kinds[kind]:>10,}", "")])
    for title, rows in (("by slot", _by_slot(totals)), ("by article", _by_article(totals))):
        if rows:
            put([(title, "bold")])
        width = max((len(name) for name, _ in rows), default=0)
        for name, text in rows:
            put([(f"  {name:{width}}  {text}", "")])
    put([(_sum_up(totals), "bold")])


def stat_json(diffs: Iterable[ArticleDiff], totals: Totals, out: IO[str]) -> None:
    """Write one JSON object with counts per kind, slot and article."""
    _exhaust(diffs)
    row = {
        "articles": totals.articles,
        "facts": {"old": totals.old_facts, "new": totals.new_facts},
        "kinds": totals.kinds,
        "slots": dict(totals.slots.most_common()),
        "by_article": totals.by_article,
    }
    out.write(json.dumps(row, ensure_ascii=False) + "\n")


def stat_markdown(diffs: Iterable[ArticleDiff], totals: Totals, out: IO[str]) -> None:
    """Write tables of counts per kind, slot and article."""
    _exhaust(diffs)
    out.write(_counts(totals))
    if totals.by_article:
        rows = _by_article(totals)
        out.write("\n| article | |\n|---|---|\n")
        out.writelines(f"| {_escaped(name)} | {text} |\n" for name, text in rows[:1000])
        if len(rows) > 1000:
            out.write(f"\n... and {plural(len(rows) - 1000, 'more article')}\n")


def _summary(out: IO[str]) -> AbstractContextManager[IO[str]]:
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    return Path(path).open("a", encoding="utf-8", errors=_ERRORS, newline="\n") if path else nullcontext(out)


def _printer(console: Console) -> Callable[[Line], None]:
    def coloured(line: Line) -> None:
        console.print(Text.assemble(*line), soft_wrap=True, highlight=False)

    def uncoloured(line: Line) -> None:
        console.file.write("".join(text for text, _ in line) + "\n")

    return coloured if console.is_terminal else uncoloured


def _exhaust(diffs: Iterable[ArticleDiff]) -> None:
    for _ in diffs:
        pass


def _lines(difference: Difference) -> Iterator[Line]:
    sign, style = _SIGNS[difference.kind]
    told = difference.told
    yield [(f"{sign} {plain(told.row['text'])}", f"bold {style}"), (f"  line {told.line}", "dim")]
    yield [("    ", ""), *_sentence(difference)]
    if difference.kind in ("added", "removed"):
        yield [(f"    {_gist(told)}", style)]
    elif difference.kind == "moved" and difference.old:
        yield [(f"    {difference.old.row['start']} -> {told.row['start']}", style)]
    else:
        for name, old, new in _slots(difference):
            yield [(f"    {name}: ", ""), (_said(old), "red"), (" -> ", ""), (_said(new), "green")]
    if told.correction:
        yield [(f"    {plain(told.correction)}", "dim")]


def _slots(difference: Difference) -> Iterator[tuple[str, Any, Any]]:
    """The slots that differ with old and new value; all that a fact fills where there is only one."""
    old, new = difference.old, difference.new
    for name in difference.slots if old and new else _all_slots(difference.told):
        yield name, old.slot(name) if old else None, new.slot(name) if new else None


def _all_slots(told: Told) -> Iterator[str]:
    return (name for name in SLOTS if told.slot(name) not in (None, []))


def _where(told: Told | None) -> dict[str, int] | None:
    return {"line": told.line, "start": told.row["start"], "end": told.row["end"]} if told else None


_QUANTITY, _OLD, _NEW, _BOTH, _REST = "quantity", "old", "new", "both", "rest"
_MARKS = {
    _QUANTITY: ("«", "»", "bold cyan"),
    _OLD: ("[-", "-]", "red strike"),
    _NEW: ("{+", "+}", "green"),
    _BOTH: ("", "", "underline"),
    _REST: ("", "", ""),
}


def _sentence(difference: Difference) -> Line:
    """The sentence with the quantity marked, and the words that only one of the two was read from."""
    told, old = difference.told, difference.old
    text = told.row["sentence"]["text"]
    kinds = [_REST] * len(text)
    if difference.kind == "changed" and old and old.row["sentence"]["text"] == text:
        before, after = _read_from(old, difference.slots), _read_from(told, difference.slots)
        for position in before | after:
            kinds[position] = _NEW if position not in before else _OLD if position not in after else _BOTH
    start = told.row["start"] - told.row["sentence"]["start"]
    end = told.row["end"] - told.row["sentence"]["start"]
    if 0 <= start < end <= len(text):
        kinds[start:end] = [_QUANTITY] * (end - start)
    pieces = []
    for kind, run in groupby(zip(kinds, text, strict=True), key=lambda pair: pair[0]):
        before_it, after_it, style = _MARKS[kind]
        pieces.append((before_it + CONTROL.sub(" ", "".join(letter for _, letter in run)) + after_it, style))
    return pieces


def _read_from(told: Told, slots: Iterable[str]) -> set[int]:
    """The characters of the sentence that slots were read from."""
    evidence = told.row.get("evidence") or {}
    since, length = told.row["sentence"]["start"], len(told.row["sentence"]["text"])
    spans = (span for slot in slots for span in evidence.get(slot) or ())
    return {
        position
        for span in spans
        for position in range(max(span["start"] - since, 0), min(span["end"] - since, length))
    }


def _gist(told: Told) -> str:
    """A fact in a line."""
    row = told.row
    move = " ".join(str(row[name]).replace("_", " ") for name in ("direction", "basis") if row.get(name))
    details = [
        f"{row.get('kind') or ''} {move}".strip(),
        str(row.get("measure") or "").replace("_", " "),
        _said(row["modality"]) if row.get("modality") not in (None, "actual") else "",
        _said(row["period"]) if row.get("period") else "",
        f"source: {row['source']}" if row.get("source") else "",
    ]
    amount = f"{_said(row.get('value'))} {(row.get('unit') or '').replace('_', ' ')}"
    return plain(
        f"{row.get('subject') or '?'}: {row.get('metric') or '?'}, {amount} ({'; '.join(filter(None, details))})"
    )


def _said(value: Any) -> str:
    """The value of a slot, for people."""
    if value is None or value == []:
        return "none"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, dict) and "text" in value:
        if value.get("unit"):
            return plain(f"{value['text']} = {_said(value.get('value'))} {value['unit']}")
        dates = [str(value.get(name) or "") for name in ("start", "end")]
        return plain(str(value["text"]) + (f" = {'..'.join(dates)}" if any(dates) else ""))
    if isinstance(value, list):
        return (" to " if all(isinstance(part, int | float) for part in value) else "; ").join(map(_said, value))
    return plain(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _sum_up(totals: Totals) -> str:
    told = [f"{totals.kinds[kind]:,} {kind}" for kind in ("added", "removed", "changed") if totals.kinds[kind]]
    moved = f" ({totals.kinds['moved']:,} moved)" if totals.kinds["moved"] else ""
    of = f"{totals.old_facts:,} and {plural(totals.new_facts, 'fact')}"
    return f"{', '.join(told) or 'No difference'}{moved}: {of}, {plural(totals.articles, 'article')}"


def _by_slot(totals: Totals) -> list[tuple[str, str]]:
    return [(slot, f"{number:,}") for slot, number in totals.slots.most_common()]


def _by_article(totals: Totals) -> list[tuple[str, str]]:
    return [
        (plain(article), ", ".join(f"{kinds[kind]:,} {kind}" for kind in _SIGNS if kinds[kind]))
        for article, kinds in totals.by_article.items()
    ]


def _counts(totals: Totals) -> str:
    rows: list[tuple[str, str]] = [(kind, f"{totals.kinds[kind]:,}") for kind in _SIGNS]
    rows += [(f"changed: {slot}", number) for slot, number in _by_slot(totals)]
    table = "".join(f"| {_escaped(name)} | {number} |\n" for name, number in rows)
    return f"## Facts: {_sum_up(totals)}\n\n| | facts |\n|---|---:|\n{table}"


def _tables(diff: ArticleDiff) -> Iterator[str]:
    """The table of an article, a difference at a time."""
    head = f"\n### {_escaped(diff.article)}\n\n| | quantity | what | sentence |\n|---|---|---|---|\n"
    for difference in diff.differences:
        told = difference.told
        if difference.kind in ("added", "removed"):
            what = _escaped(_gist(told))
        elif difference.kind == "moved" and difference.old:
            what = f"{difference.old.row['start']} → {told.row['start']}"
        else:
            what = "<br>".join(f"{_escaped(name)}: {_changed(old, new)}" for name, old, new in _slots(difference))
        if told.correction:
            what += f"<br>*{_escaped(told.correction)}*"
        cells = (difference.kind, _escaped(told.row["text"]), what, _bold_quantity(told))
        yield head + f"| {' | '.join(cells)} |\n"
        head = ""


def _changed(old: Any, new: Any) -> str:
    return f"{_escaped(_said(old))} → **{_escaped(_said(new))}**"


def _bold_quantity(told: Told) -> str:
    text = told.row["sentence"]["text"]
    start, end = (told.row[name] - told.row["sentence"]["start"] for name in ("start", "end"))
    if not 0 <= start < end <= len(text):
        return _escaped(text)
    return f"{_escaped(text[:start])}<b>{_escaped(text[start:end])}</b>{_escaped(text[end:])}"


def _escaped(text: str) -> str:
    """Markdown that shows the text as it is, on one line, and notifies nobody."""
    text = CONTROL.sub(" ", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\g<0>", text).replace("@", "@<!-- -->")


def _annotated(diffs: Iterable[ArticleDiff], out: IO[str], file: str) -> Iterator[ArticleDiff]:
    """Pass articles on and write the first differences as annotations."""
    left = _ANNOTATIONS
    for diff in diffs:
        for difference in islice(diff.differences, left):
            title = plain(f"{difference.kind}: {difference.told.row['text']}")
            changes = (f"{name}: {_said(old)} -> {_said(new)}" for name, old, new in _slots(difference))
            message = f"{plain(diff.article)}: {'; '.join(changes) if difference.slots else _gist(difference.told)}"
            # a fact that is gone has no line in the new file
            line = f",line={difference.new.line}" if difference.new else ""
            out.write(f"::notice file={_property(file)}{line},title={_property(title)}::{_data(message)}\n")
            left -= 1
        yield diff


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
