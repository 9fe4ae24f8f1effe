"""Exports with the facts alone, a row each: CSV and Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from newsfacts.dataset.export_libraries import library
from newsfacts.dataset.export_rows import SCHEMA_KEY, SCHEMA_VERSION, Cell, Column, Source, tables
from newsfacts.dataset.files import FACTS

_BATCH = 5_000  # rows in memory at a time
_FACTS = Path(FACTS).stem
_EXACT = 2**53  # floats up to here are the whole number that they seem


def write_csv(source: Source, path: Path) -> None:
    """Write the facts as CSV; the last column is the version of the schema, since CSV has no other place for it."""
    table = tables()[_FACTS]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([*(column.name for column in table.columns), SCHEMA_KEY])
        writer.writerows((*map(_plain, row), SCHEMA_VERSION) for row in source.rows(table))


def is_our_csv(path: Path) -> bool:
    """Whether a CSV file was exported by this or another version of newsfacts."""
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        header = stream.readline(100_000)
    return header.rstrip("\r\n").rpartition(",")[2] == SCHEMA_KEY


def write_parquet(source: Source, path: Path) -> None:
    """Write the facts as Parquet, the version of the schema among the file's metadata."""
    pq = library("pyarrow.parquet")
    table = tables()[_FACTS]
    schema = arrow_schema(table.columns).with_metadata({SCHEMA_KEY: str(SCHEMA_VERSION)})
    with pq.ParquetWriter(path, schema) as writer:
        for batch in arrow_batches(source.rows(table), schema):
            writer.write_table(batch)


def is_our_parquet(path: Path) -> bool:
    """Whether a Parquet file was exported by this or another version of newsfacts."""
    pq = library("pyarrow.parquet")
    try:
        metadata = pq.read_schema(path).metadata
    except (ValueError, OSError):  # pyarrow's errors are kinds of both
        return False
    return SCHEMA_KEY.encode() in (metadata or {})


def arrow_schema(columns: Iterable[Column]) -> Any:
    """The columns of a table as an Arrow schema."""
    pa = library("pyarrow")
    types = {
        "text": pa.string(),
        "json": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "date": pa.date32(),
    }
    return pa.schema([(column.name, types[column.type]) for column in columns])


def arrow_batches(rows: Iterator[tuple[Cell, ...]], schema: Any) -> Iterator[Any]:
    """The rows as Arrow tables of a few thousand rows each."""
    pa = library("pyarrow")
    while batch := list(islice(rows, _BATCH)):
        arrays = [pa.array(cells, field.type) for cells, field in zip(zip(*batch, strict=True), schema, strict=True)]
        yield pa.Table.from_arrays(arrays, schema=schema)


def _plain(cell: Cell) -> Cell:
    """A cell as CSV shows it: whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell
