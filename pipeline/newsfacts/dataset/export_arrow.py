"""Rows as Arrow tables, which Parquet is written from and DuckDB is filled from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from newsfacts.dataset.export_libraries import library
from newsfacts.dataset.export_rows import Cell, Column

_BATCH = 5_000  # rows in memory at a time


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
