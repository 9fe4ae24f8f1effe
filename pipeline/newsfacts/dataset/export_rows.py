"""The tables of an export: which columns they have, and their rows, read from a dataset record by record."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.export_rounding import rounding_of
from newsfacts.dataset.files import FACTS, parse
from newsfacts.emit.dataset import FILES, REPORT
from newsfacts.lexicons import read_lines
from newsfacts.records import Fact, Record, RunReport

SCHEMA_VERSION = 2
SCHEMA_KEY = "newsfacts_schema"  # the name under which every format stores the version

Cell = str | int | float | dt.date | None
R = TypeVar("R", bound=Record)

_BOUNDS = {"low": 0, "high": -1}
_WORKED_OUT: dict[str, Callable[[Any], Any]] = {"rounding": lambda fact: rounding_of(fact.text, fact.value)}
_MAX_INTEGER = 2**63 - 1  # what databases hold


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and type, where its value stands in the record, whether it holds article text."""

    name: str
    type: str
    path: str
    quote: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name, the kind of record that a row is made of, and its columns."""

    name: str
    record: type[Record]
    columns: tuple[Column, ...]


@cache
def tables() -> dict[str, Table]:
    """The tables of an exported database by name."""
    records = {Path(file).stem: record for record, file in FILES.items()}
    columns: dict[str, list[Column]] = {}
    for line in read_lines(__package__, "export_columns.tsv"):
        table, name, kind, path, *quote = line.split("\t")
        columns.setdefault(table, []).append(Column(name, kind, path, bool(quote)))
    return {table: Table(table, records[table], tuple(found)) for table, found in columns.items()}


class Source:
    """A dataset to export: the folder that a run wrote, or a facts file alone; ``quotes`` keeps article text.

    It is read anew for each table, a record at a time. ``counts`` has the number of rows that were read of each.
    """

    def __init__(self, path: Path, *, quotes: bool = True) -> None:
        self.path = path
        self.quotes = quotes
        self.counts: dict[str, int] = {}
        self._seen: dict[Path, tuple[int, int]] = {}

    def check(self, names: tuple[str, ...]) -> None:
        """Raise ``DatasetError`` unless the files of the tables are there."""
        for name in names:
            file = self._file(tables()[name].record)
            self._seen[file] = _version(file)

    def check_unchanged(self) -> None:
        """Raise ``DatasetError`` if a run has replaced the files since ``check``: half of each would be exported."""
        for file, version in self._seen.items():
            if not file.exists() or _version(file) != version:
                raise DatasetError(str(file), "changed while it was being exported; export it again")

    def report(self) -> RunReport | None:
        """What made the dataset, if a run.json says so."""
        file = self.path / REPORT
        if not file.is_file():
            return None
        try:
            return _validated(RunReport, file.read_bytes(), str(file), None)
        except OSError as error:
            raise DatasetError(str(file), f"cannot be read: {error.strerror or error}") from error

    def rows(self, table: Table) -> Iterator[tuple[Cell, ...]]:
        """Go through the rows of a table, in the order of the file."""
        cells = [_cell_of(column, self.quotes) for column in table.columns]
        for record, number in self.records(table.record):
            try:
                row = tuple([cell(record) for cell in cells])
            except OverflowError as error:
                file, message = str(self._file(table.record)), "is too large to be exported"
                raise DatasetError(file, message, line=number, field=str(error)) from None
            yield row

    def records(self, kind: type[R]) -> Iterator[tuple[R, int]]:
        """Go through the records of a kind with the numbers of their lines; raise ``DatasetError`` for a wrong one."""
        path = self._file(kind)
        count = 0
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    if not line.isspace():
                        yield _validated(kind, line, str(path), number), number
                        count += 1
        except OSError as error:
            raise DatasetError(str(path), f"cannot be read: {error.strerror or error}") from error
        self.counts[Path(FILES[kind]).stem] = count

    def _file(self, kind: type[Record]) -> Path:
        name = FILES[kind]
        if not self.path.exists():
            raise DatasetError(str(self.path), "no such file or folder")
        if not self.path.is_dir():
            if kind is Fact:
                return self.path
            raise DatasetError(str(self.path), f"name the folder that holds the {FACTS}; {name} is needed as well")
        if not (self.path / name).exists():
            raise DatasetError(
                str(self.path), f"the folder has no {name}; newsfacts run writes it, older versions did not"
            )
        return self.path / name


def _version(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_ino, status.st_mtime_ns


def _validated(kind: type[R], line: bytes, file: str, number: int | None) -> R:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        parse(line, file, number)  # says what is wrong where it is no JSON
        first = error.errors(include_url=False)[0]
        # the parts of a union that pydantic names as well are no fields
        field = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in _field_names(kind))
        message = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            field, message = str(first["loc"][-1]), "is not known; the dataset is of a newer version of newsfacts"
        raise DatasetError(file, message, line=number, field=field or None) from None


@cache
def _field_names(kind: type[Record]) -> frozenset[str]:
    """The names of all fields of a record and of the records in it."""
    schema = kind.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", ()))


def _cell_of(column: Column, quotes: bool) -> Callable[[Record], Cell]:
    """The function that takes a column's cell from a record."""
    if column.quote and not quotes:
        return lambda record: None
    if column.path in _WORKED_OUT:
        return _WORKED_OUT[column.path]
    names = column.path.split(".")
    convert = _CONVERT.get(column.type)
    if len(names) == 1 and not convert:
        return attrgetter(column.path)

    def cell(record: Record) -> Cell:
        value: Any = record
        for name in names:
            if name in _BOUNDS:
                value = value[_BOUNDS[name]] if isinstance(value, tuple) else value
            else:
                value = getattr(value, name)
            if value is None:
                return None
        try:
            return convert(value, quotes) if convert else value
        except OverflowError:
            raise OverflowError(names[0]) from None

    return cell


def _integer(value: int, quotes: bool) -> int:
    if abs(value) > _MAX_INTEGER:
        raise OverflowError
    return value


def _number(value: int | float, quotes: bool) -> float:
    return float(value)


def _json(value: tuple[Any, ...], quotes: bool) -> str:
    left_out = None if quotes else {"text"}
    plain = [part.model_dump(mode="json", exclude=left_out) if isinstance(part, Record) else part for part in value]
    return json.dumps(plain, ensure_ascii=False)


# text and dates are cells as they are
_CONVERT: dict[str, Callable[[Any, bool], Cell]] = {
    "integer": _integer,
    "number": _number,
    "json": _json,
}
