"""What a table says of the figures in its cells: the structure tells whose, what and when, better than any reading.

A column's label and a row's label share the questions between them: one that is a time gives the period, one that is a
name the subject; of two phrases the column's is what is measured and the row's what it is measured of. A column of
changes takes metric and period from the columns before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from newsfacts.lexicons import read_lines
from newsfacts.link.names import NameBook
from newsfacts.recognize.tables import template

Place = tuple[int, int]

_EDGE = " \t\n,;:()[]-–—.*†"
_SHARE = re.compile(r"(?<!per )\b(?:share|proportion|percentage of)\b", re.IGNORECASE)
_ESTIMATE = re.compile(r"\d[EF]\Z")
_PREPOSITION = re.compile(r"\s+(?:in|of|for|from|to|by|at|on|vs)\Z|\A(?:in|of|for)\s+", re.IGNORECASE)


class Cell(NamedTuple):
    """What a table says of a cell's figure; None for what it leaves open, places in code points."""

    subject: Place | None
    metric: Place | None
    period: Place | None
    kind: str | None
    basis: str | None
    expected: bool
    place: bool  # the figure is a place in an order


class _Label(NamedTuple):
    """A label without its unit, time and words of change."""

    phrase: Place | None
    period: Place | None
    change: bool
    basis: str | None
    expected: bool
    words: frozenset[str]  # classes of table_words.tsv that the whole label is of


_NO_LABEL = _Label(None, None, False, None, False, frozenset())


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], dict[str, tuple[str, str | None]]]:
    """A pattern of all words of table_words.tsv, and {word: (class, basis)}."""
    rows = [line.split("\t") for line in read_lines(__package__, "table_words.tsv")]
    known = {word: (kind, None if basis == "-" else basis) for kind, basis, word in rows}
    longest = sorted(known, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w/])(?:{'|'.join(map(re.escape, longest))})(?![\w/])", re.IGNORECASE), known


class TableReader:
    """The tables of one article."""

    def __init__(
        self,
        text: str,
        tables: Sequence[Mapping[str, Any]],
        periods: Mapping[Place, Mapping[str, Any]],
        names: NameBook,
    ) -> None:
        self.text, self.periods, self.names = text, periods, names
        self._inside = sorted((start, end) for table in tables for row in table["rows"] for start, end in row)
        self._times = sorted(periods) if tables else []
        units: set[Place] = set()
        self._cells = {place: cell for table in tables for place, cell in self._read(table, units)}
        self._units = sorted(units)

    def cell(self, quantity: Mapping[str, Any]) -> Cell | None:
        """What the tables say of a quantity; None where it stands in none."""
        place = _around(self._inside, quantity["start"])
        return self._cells.get(place) if place else None

    def is_unit(self, quantity: Mapping[str, Any]) -> bool:
        """Whether a quantity is part of a label's unit: the number in "(100 million yuan)"."""
        return _around(self._units, quantity["start"]) is not None

    def hold(self, places: Sequence[Place]) -> bool:
        """Whether one of the places stands in a table."""
        return any(_around(self._inside, start) for start, _ in places)

    def _read(self, table: Mapping[str, Any], units: set[Place]) -> Iterator[tuple[Place, Cell]]:
        """Each cell with what the table says of it; the places of the labels' units are added to `units`."""
        rows, headers, at = table["rows"], table["headers"], table["label"]
        caption = self._label(table["caption"], units) if table["caption"] else _NO_LABEL
        columns = [self._column([row[number] for row in rows[:headers]], units) for number in range(len(rows[0]))]
        for row in rows[headers:]:
            # "Total" may stand in the column of ranks, and leave the names' column empty
            label = self._label(next((cell for cell in (row[at], *row[:at]) if cell[0] < cell[1]), row[at]), units)
            of_row = next((place for cell in row if (place := tuple(cell)) in self.periods), None)
            for number in range(len(row)):
                if number != at:
                    yield tuple(row[number]), self._cell(columns[at:], number - at, label, caption, of_row)

    def _cell(self, columns: Sequence[_Label], number: int, row: _Label, caption: _Label, of_row: Place | None) -> Cell:
        if number < 0:
            return Cell(None, None, None, None, None, False, place=True)
        column = columns[number]
        phrase, period, basis = column.phrase, column.period, column.basis or row.basis or caption.basis
        if column.change and phrase is None:
            before = [other for other in columns[1:number] if not other.change]
            phrase = before[-1].phrase if before else None
            dated = [o.period for o in before if o.period and self._said(o.phrase) == self._said(phrase)]
            period = period or self._latest(dated)
            basis = basis or self._a_year_apart(dated)
        change = column.change or row.change or (caption.change and not column.phrase)
        subject, metric = self._shared_out(phrase, row, caption)
        kind = "change" if change else "share" if _SHARE.search(self._said(metric)) else "level"
        return Cell(
            subject,
            metric,
            period or row.period or of_row or columns[0].period or caption.period,
            kind if metric else None,
            basis if change else None,
            any(label.expected for label in (column, row, caption)),
            "place" in column.words,
        )

    def _shared_out(self, column: Place | None, row: _Label, caption: _Label) -> tuple[Place | None, Place | None]:
        """Subject and metric of a cell, of the phrases of its column, row and caption."""
        if "total" in row.words:
            return self._name_in(caption.phrase), column or caption.phrase
        if column is None:
            if self._is_name(row.phrase):
                return row.phrase, caption.phrase
            return self._name_in(caption.phrase), row.phrase
        if row.phrase is None:
            return (column, caption.phrase) if self._is_name(column) else (self._name_in(caption.phrase), column)
        named = self._is_name(column) and not self._is_name(row.phrase)
        return (column, row.phrase) if named else (row.phrase, column)

    def _column(self, cells: Sequence[Sequence[int]], units: set[Place]) -> _Label:
        """A column's label, whose parts may stand in several rows."""
        labels = [self._label(cell, units) for cell in cells]
        return _Label(
            next((label.phrase for label in labels if label.phrase), None),
            next((label.period for label in labels if label.period), None),
            any(label.change for label in labels),
            next((label.basis for label in labels if label.basis), None),
            any(label.expected for label in labels),
            frozenset(word for label in labels for word in label.words),
        )

    def _label(self, span: Sequence[int], units: set[Place]) -> _Label:
        """Take a label apart: its time, its unit, its words of change, and the phrase that is left."""
        start, end = span
        text = self.text[start:end]
        left = list(text)
        first = bisect_left(self._times, (start, 0))
        period = self._times[first] if first < len(self._times) and self._times[first][1] <= end else None
        expected = False
        if period:
            expected = bool(_ESTIMATE.search(self._said(period)))
            _blank(left, period[0] - start, period[1] - start)
        if unit := template(text):
            _blank(left, *unit[1])
            units.add((start + unit[1][0], start + unit[1][1]))
        pattern, known = _words()
        found = [(match.span(), *known[match.group().lower()]) for match in pattern.finditer("".join(left))]
        bare = list(left)
        for place, _, _ in found:
            _blank(bare, *place)
        whole = self._phrase(bare, start) is None
        for place, word, _ in found:
            if whole or word in ("change", "expected"):
                _blank(left, *place)
        return _Label(
            self._phrase(left, start),
            period,
            any(word == "change" for _, word, _ in found),
            next((basis for _, _, basis in found if basis), None),
            expected or any(word == "expected" for _, word, _ in found),
            frozenset(word for _, word, _ in found) if whole else frozenset(),
        )

    @staticmethod
    def _phrase(left: Sequence[str], start: int) -> Place | None:
        """The longest stretch of what is left of a label."""
        best: Place | None = None
        for match in re.finditer(r"[^\0]+", "".join(left)):
            inner = _PREPOSITION.sub("", match.group().strip(_EDGE))
            if inner and (best is None or len(inner) > best[1] - best[0]):
                at = start + match.start() + match.group().index(inner)
                best = at, at + len(inner)
        return best

    def _said(self, place: Place | None) -> str:
        return self.text[slice(*place)] if place else ""

    def _latest(self, periods: Sequence[Place]) -> Place | None:
        """The period that ends last; the first of those without dates."""
        return max(periods, key=lambda place: self.periods[place]["to"] or "", default=None)

    def _a_year_apart(self, periods: Sequence[Place]) -> str | None:
        """year_on_year where the last two of the columns' periods are the same part of neighbouring years."""
        ends = sorted(end for place in periods if (end := self.periods[place]["to"]))[-2:]
        if len(ends) != 2:
            return None
        (one, rest), (other, others) = ((int(end[:4]), end[4:]) for end in ends)
        return "year_on_year" if other - one == 1 and rest == others else None

    def _is_name(self, place: Place | None) -> bool:
        return self.names.knows(self._said(place))

    def _name_in(self, place: Place | None) -> Place | None:
        mention = self.names.first_from(place[0]) if place else None
        return (mention.start, mention.end) if mention and place and mention.end <= place[1] else None


def _around(places: Sequence[Place], offset: int) -> Place | None:
    """Which of some places, which are in order and apart from each other, holds an offset."""
    index = bisect_right(places, offset, key=lambda place: place[0]) - 1
    return places[index] if index >= 0 and offset < places[index][1] else None


def _blank(letters: list[str], start: int, end: int) -> None:
    letters[start:end] = "\0" * (end - start)
