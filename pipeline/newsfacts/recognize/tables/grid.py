"""Where the tables of a text stand, and which of their rows are headers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from newsfacts.recognize.quantities import find_quantities

Span = list[int]
Row = list[Span]

_BORDER = re.compile(r"(?:(?<=\s)|^)\|(?=\s|\Z)|\t")
_LINE = re.compile(r"[^\n]+")
_NUMBER = re.compile(r"[+\-–−±~]?\s?\d[\d,.]*")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?\s?[AEFPaefp]?")
_LONGEST_CAPTION = 120  # code points: a longer line is a paragraph
_LEAST_ROWS = 2


def find_tables(text: str) -> list[dict[str, Any]]:
    """Find the runs of lines with the same number of cells: two cells and two rows at least, figures among them."""
    if "|" not in text and "\t" not in text:  # as in most articles
        return []
    lines = [match.span() for match in _LINE.finditer(text) if match.group().strip()]
    rows = [_cells(text, *line) for line in lines]
    found = []
    for first, last in _runs(text, lines, rows):
        group = rows[first:last]
        headers = _headers(text, group)
        if headers < len(group) and (headers or len(group[0]) == 2) and any(_figures(text, group[headers:])):
            caption = _caption(text, lines[first - 1]) if first and len(rows[first - 1]) == 1 else None
            label = _label_column(text, group, headers)
            found.append({"rows": group, "headers": headers, "label": label, "caption": caption})
    return found


def _runs(text: str, lines: Sequence[tuple[int, int]], rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """First row and row behind the last of each table; a row of labels behind a blank line begins another one."""
    first = 0
    for number in range(1, len(rows) + 1):
        if number < len(rows) and len(rows[number]) == len(rows[first]):
            apart = text.count("\n", lines[number - 1][1], lines[number][0]) > 1
            if not apart or any(_figures(text, rows[number : number + 1])):
                continue
        if len(rows[first]) > 1 and number - first >= _LEAST_ROWS:
            yield first, number
        first = number


def _cells(text: str, start: int, end: int) -> Row:
    """The cells of a line; empty ones have no length, those outside the borders are none."""
    line = text[start:end]
    borders = [match.span() for match in _BORDER.finditer(line)]
    starts, ends = [0, *(last for _, last in borders)], [*(first for first, _ in borders), len(line)]
    cells = [[*_trimmed(text, start + first, start + last)] for first, last in zip(starts, ends, strict=True)]
    if borders and cells[0][0] == cells[0][1]:
        del cells[0]
    if len(cells) > 1 and cells[-1][0] == cells[-1][1]:
        del cells[-1]
    return cells


def _label_column(text: str, rows: Sequence[Row], headers: int) -> int:
    """Which column names the rows: the first of which most cells are no mere figures, such as ranks."""
    for number in range(len(rows[0]) - 1):
        cells = [text[slice(*row[number])] for row in rows[headers:] if row[number][0] < row[number][1]]
        if 2 * sum(map(is_figure, cells)) < len(cells):
            return number
    return 0


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    cell = text[start:end]
    inner = cell.strip()
    start += cell.find(inner) if inner else len(cell)
    return start, start + len(inner)


@lru_cache(maxsize=4096)
def is_figure(cell: str) -> bool:
    """Whether a cell holds a figure alone, unit and all: "1,284.6", "(2.3)", "-54 bps"; a year is a label."""
    inner = cell.removeprefix("(").removesuffix(")").strip()
    if _YEAR.fullmatch(inner) or not any(letter.isdigit() for letter in inner):
        return False
    if _NUMBER.fullmatch(inner):
        return True
    found = find_quantities(inner)
    return len(found) == 1 and not inner[found[0].end :] and not inner[: found[0].start].strip("+-–−±~<>≈ ")


def _headers(text: str, rows: Sequence[Row]) -> int:
    """How many rows at the top hold no figure; 0 where that is all of them."""
    figures = (number for number, row in enumerate(rows) if any(_figures(text, [row])))
    return next(figures, 0)


def _figures(text: str, rows: Sequence[Row]) -> Iterator[Span]:
    return (cell for row in rows for cell in row[1:] if is_figure(text[slice(*cell)]))


def _caption(text: str, line: tuple[int, int]) -> Span | None:
    """The line above a table, where it is a title and no paragraph."""
    start, end = _trimmed(text, *line)
    short = end - start <= _LONGEST_CAPTION
    return [start, end] if short and not text[start:end].endswith((".", "!", "?")) else None
