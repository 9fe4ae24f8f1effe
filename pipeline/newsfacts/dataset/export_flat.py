"""Exports with the facts alone, a row each: CSV and Parquet."""

from __future__ import annotations

import csv
from pathlib import Path

from newsfacts.dataset.export_arrow import arrow_batches, arrow_schema
from newsfacts.dataset.export_libraries import library
from newsfacts.dataset.export_rows import SCHEMA_KEY, SCHEMA_VERSION, Cell, Source, tables
from newsfacts.dataset.files import FACTS

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


def _plain(cell: Cell) -> Cell:
    """A cell as CSV shows it: whole numbers without a decimal point."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell
