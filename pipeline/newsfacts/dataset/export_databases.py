"""Exports that are databases: SQLite and DuckDB, with the same tables and views."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.export_arrow import arrow_batches, arrow_schema
from newsfacts.dataset.export_libraries import library
from newsfacts.dataset.export_rows import (
    SCHEMA_KEY,
    SCHEMA_VERSION,
    Cell,
    Column,
    Source,
    cells_of,
    columns_of,
    tables,
)
from newsfacts.dataset.merge import Subjects, merge
from newsfacts.records import Name

_SQLITE_TYPES = {"text": "TEXT", "json": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "TEXT"}
_DUCKDB_TYPES = {"text": "VARCHAR", "json": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}
_OBSERVATIONS, _OBSERVATION_FACTS = "observations", "observation_facts"
_BATCH = 5_000  # observations in memory at a time
_IS_OURS = f"SELECT count(*) FROM meta WHERE key = '{SCHEMA_KEY}'"


def write_sqlite(source: Source, path: Path) -> None:
    """Write all tables and views into a new SQLite database."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # the file takes its place only when it is whole, so no journal is needed
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            for name, columns in _all_columns().items():
                database.execute(_create(name, columns, _SQLITE_TYPES))
            for name, rows in _rows(source):
                marks = ", ".join("?" * len(_all_columns()[name]))
                database.executemany(f"INSERT INTO {name} VALUES ({marks})", _as_text(rows))
            database.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
            database.executemany("INSERT INTO meta VALUES (?, ?)", _meta(source))
            database.execute("COMMIT")
            database.executescript(_sql("export_indexes.sql") + _sql("export_views.sql"))
    except sqlite3.Error as error:
        raise DatasetError(path.name, f"cannot be written: {error}") from error


def is_our_sqlite(path: Path) -> bool:
    """Whether a SQLite database was exported by this or another version of newsfacts."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute(_IS_OURS).fetchone()[0])
    except sqlite3.Error:
        return False


def write_duckdb(source: Source, path: Path) -> None:
    """Write all tables and views into a new DuckDB database."""
    duckdb = library("duckdb")
    library("pyarrow")  # before anything is written
    try:
        with duckdb.connect(str(path)) as database:
            for name, columns in _all_columns().items():
                database.execute(_create(name, columns, _DUCKDB_TYPES))
            for name, rows in _rows(source):
                for batch in arrow_batches(rows, arrow_schema(_all_columns()[name])):
                    database.register("batch", batch)
                    database.execute(f"INSERT INTO {name} SELECT * FROM batch")
                    database.unregister("batch")
            database.execute("CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR)")
            database.executemany("INSERT INTO meta VALUES (?, ?)", _meta(source))
            database.execute(_sql("export_views.sql"))
            database.execute("CHECKPOINT")  # closing would do so too, but without a word if the disk is full
    except duckdb.Error as error:
        raise DatasetError(path.name, f"cannot be written: {error}") from error


def is_our_duckdb(path: Path) -> bool:
    """Whether a DuckDB database was exported by this or another version of newsfacts."""
    duckdb = library("duckdb")
    try:
        with duckdb.connect(str(path), read_only=True) as database:
            return bool(database.execute(_IS_OURS).fetchone()[0])
    except duckdb.Error as error:
        if "lock" in str(error):
            raise DatasetError(str(path), "another program has it open; close it first") from error
        return False


def _all_columns() -> dict[str, tuple[Column, ...]]:
    """The columns of all tables by the table's name."""
    records = {table.name: table.columns for table in tables().values()}
    return records | {name: columns_of(name) for name in (_OBSERVATIONS, _OBSERVATION_FACTS)}


def _rows(source: Source) -> Iterator[tuple[str, Iterator[tuple[Cell, ...]]]]:
    """The rows of all tables, with the table's name; the merged ones take turns, some thousands at a time."""
    for table in tables().values():
        yield table.name, source.rows(table)
    cells = cells_of(columns_of(_OBSERVATIONS), quotes=source.quotes)
    merged = merge([source], Subjects(lambda: (name for name, _ in source.records(Name))))
    while batch := list(islice(merged, _BATCH)):
        yield _OBSERVATIONS, (tuple([cell(one) for cell in cells]) for one in batch)
        yield _OBSERVATION_FACTS, ((one.id, told.id, told.article) for one in batch for told in one.told)


def _create(table: str, columns: tuple[Column, ...], types: dict[str, str]) -> str:
    return f"CREATE TABLE {table} ({', '.join(f'{_quoted(column)} {types[column.type]}' for column in columns)})"


def _quoted(column: Column) -> str:
    return f'"{column.name}"'


def _meta(source: Source) -> list[tuple[str, str | None]]:
    report = source.report()
    made_by = (
        [("newsfacts", report.version), ("model", f"{report.model.name} {report.model.version}")] if report else []
    )
    return [(SCHEMA_KEY, str(SCHEMA_VERSION)), ("quotes", "all" if source.quotes else "none"), *made_by]


def _as_text(rows: Iterator[tuple[Cell, ...]]) -> Iterator[tuple[Any, ...]]:
    """SQLite has no dates: they are text in ISO order."""
    for row in rows:
        yield tuple(cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row)


def _sql(name: str) -> str:
    return (files(__package__) / "data" / name).read_text(encoding="utf-8")
