"""Records of many articles: JSON Lines, JSON, CSV and Parquet, one row at a time.

Every reader yields (row, line): the row as a dict with the file's own field names, or a ``ReadError`` in its place.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from newsfacts.read.decode import charset_of, decode
from newsfacts.read.problems import ReadError, too_long

MAX_LINE_BYTES = 20_000_000  # six or twelve bytes a character where JSON escapes it

Row = dict[str, Any]
_SPECIAL = re.compile(rb'\\.|["{}\[\],\n]', re.DOTALL)
_MARK = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 16
_BATCH = 16  # rows of a Parquet file in memory


def read_json_lines(stream: io.BufferedReader) -> Iterator[tuple[Row | ReadError, int]]:
    """Read an object a line."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        fits = len(raw) <= MAX_LINE_BYTES
        while len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):  # pass over the rest of the line
            raw = stream.readline(MAX_LINE_BYTES + 1)
        if not fits:
            yield ReadError("too_long", too_long()), number
        elif raw.strip(_MARK + _BLANK):
            yield _object(raw.rstrip()), number


def read_json(stream: io.BufferedReader) -> Iterator[tuple[Row | ReadError, int]]:
    """Read the objects of an array, or objects that follow one another; a broken one is over with its brackets."""
    for part, line in _split(stream):
        if isinstance(part, ReadError):
            yield part, line
        elif len(part) > MAX_LINE_BYTES:
            yield ReadError("too_long", too_long()), line
        else:
            yield _object(part), line


def _split(stream: io.BufferedReader) -> Iterator[tuple[bytes | ReadError, int]]:
    """Split JSON at its top level, without its blanks; of a part over the limit comes enough to show that it is."""
    start = stream.peek(_CHUNK)
    in_array = start.removeprefix(_MARK).lstrip(_BLANK).startswith(b"[")
    skipped = start[: start.index(b"[") + 1] if in_array else _MARK if start.startswith(_MARK) else b""
    stream.read(len(skipped))
    part, depth, quoted = bytearray(), 0, False
    line = part_line = 1 + skipped.count(b"\n")
    while chunk := stream.read(_CHUNK):
        if chunk.endswith(b"\\"):
            chunk += stream.read(1)
        begin = 0
        for match in _SPECIAL.finditer(chunk):
            sign, end = match[0], None
            line += sign.endswith(b"\n")
            if sign == b'"':
                quoted = not quoted
            elif quoted:
                continue
            elif sign in (b"{", b"["):
                depth += 1
            elif sign in (b"}", b"]"):
                depth -= 1
                end = match.start() if depth < 0 else match.end() if depth == 0 and not in_array else None
            elif sign == b"," and depth == 0 and in_array:
                end = match.start()
            if end is not None:
                part += chunk[begin:end]
                begin = match.end()
                if part.strip() or sign == b",":
                    yield bytes(part.strip()), part_line + _blank_lines(part)
                if depth < 0 and in_array:
                    return
                part, part_line, depth = bytearray(), line, 0
        part += chunk[begin:]
        del part[MAX_LINE_BYTES + 1 :]
    if part.strip():
        yield bytes(part.strip()), part_line + _blank_lines(part)
    if in_array:
        yield ReadError("bad_json", "the array has no end; the file may be cut off"), line


def _blank_lines(part: bytearray) -> int:
    return part.count(b"\n", 0, len(part) - len(part.lstrip()))


def _object(raw: bytes) -> Row | ReadError:
    try:
        row = json.loads(decode(raw))
    except ReadError as problem:
        return problem
    except json.JSONDecodeError as error:
        place = f"column {error.colno}" if error.lineno == 1 else f"its line {error.lineno}, column {error.colno}"
        return ReadError("bad_json", f"not valid JSON, {place}: {error.msg.removesuffix(' at')}")
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, brackets thousands deep
        return ReadError("bad_json", f"not valid JSON: {error}")
    if not isinstance(row, dict):
        return ReadError("bad_json", 'an article must be an object such as {"id": "a1", "text": "..."}')
    return row


def read_csv(stream: io.BufferedReader, needed: Collection[str]) -> Iterator[tuple[Row | ReadError, int]]:
    """Read the rows below a header with the needed columns; commas, semicolons, tabs or bars divide the cells.

    A row's line is the one that it starts on.
    """
    # a setting of the whole process, so it is never lowered
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
    utf16 = stream.peek(2).startswith((b"\xff\xfe", b"\xfe\xff"))  # as Excel saves "Unicode text"
    text = io.TextIOWrapper(stream, "utf-16" if utf16 else "utf-8-sig", "surrogateescape", newline="")
    header_line = text.readline(MAX_LINE_BYTES)
    if not header_line.strip():
        return
    headers = {delimiter: next(csv.reader([header_line], delimiter=delimiter)) for delimiter in _DELIMITERS}
    delimiter = next((d for d, names in headers.items() if set(needed) <= set(names)), None)
    if delimiter is None:
        yield _missing(max(headers.values(), key=len), needed), 1
        return
    header = headers[delimiter]
    rows = csv.reader(iter(lambda: text.readline(MAX_LINE_BYTES), ""), delimiter=delimiter)
    while True:
        line = rows.line_num + 2  # the header is a line, and lines count from 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield ReadError("bad_row", f"not a row of CSV: {error}"), line
            continue
        if len(cells) > len(header):
            message = (
                f"the row has {len(cells)} cells and the header {len(header)}; a cell with a {delimiter!r} needs quotes"
            )
            yield ReadError("bad_row", message), line
        elif cells:
            try:
                yield dict(zip(header, _decoded(cells), strict=False)), line
            except ReadError as problem:
                yield problem, line


def _decoded(cells: list[str]) -> list[str]:
    """Decode the cells of a row that is not UTF-8, by what the row as a whole looks like."""
    try:
        "".join(cells).encode()
        return cells
    except UnicodeEncodeError:
        raw = [cell.encode("utf-8", "surrogateescape") for cell in cells]
        charset = charset_of(b"\n".join(raw))
        return [cell.decode(*charset) for cell in raw]


def read_parquet(path: Path, wanted: Collection[str], needed: Collection[str]) -> Iterator[tuple[Row | ReadError, int]]:
    """Read the wanted columns of a Parquet file; a row's line is its number.

    Whole numbers are taken as ids. Raises ``ReadError`` where pyarrow is missing or the file is not readable.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        message = "Parquet files need pyarrow; install it with: pip install 'newsfacts[parquet]'"
        raise ReadError("missing_library", message) from None
    try:
        # both settings are needed, or a whole row group is held in memory
        with pq.ParquetFile(path, buffer_size=_CHUNK, pre_buffer=False) as file:
            names = file.schema_arrow.names
            if not set(needed) <= set(names):
                raise _missing(names, needed)
            number = 0
            columns = [name for name in names if name in wanted]
            for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    try:
                        yield {name: _plain(value) for name, value in row.items()}, number
                    except ReadError as problem:
                        yield problem, number
    except pa.ArrowException as error:
        raise ReadError("unreadable", f"not a readable Parquet file: {error}") from error


def _plain(value: Any) -> Any:
    """A cell as JSON would have it."""
    if isinstance(value, bytes):
        return decode(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else value


def _missing(names: list[str], needed: Collection[str]) -> ReadError:
    missing = [name for name in needed if name not in names]
    message = (
        f"no column {' and no column '.join(missing)} among {', '.join(names)}; name it with --field, as text=body"
    )
    return ReadError("missing_field", message, missing[0])
