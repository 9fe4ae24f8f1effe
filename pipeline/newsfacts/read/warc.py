"""Web archives: the HTML pages of a WARC file, one record at a time.

fastwarc ends at the first damaged record; reading goes on from the next place in the file where one can begin.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from newsfacts.read.page import MAX_PAGE_BYTES, read_page
from newsfacts.read.problems import ReadError

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

    from newsfacts.read.rows import Row

_HEAD = 1 << 16  # bytes that show what an answer is; fastwarc takes headers of half of that
_CHUNK = 1 << 20
_PACKED = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd")  # each record is packed by itself, so each begins with this
_PLAIN = b"\nWARC/"
_HTML = frozenset(("text/html", "application/xhtml+xml"))


def read_warc(file: BinaryIO) -> Iterator[tuple[Row | ReadError, int]]:
    """Read the HTML pages that were answered with status 200, each with its number among all records of the file.

    A page's id and url are the address that it was fetched from. Its date is the page's own, for the day of the crawl
    is no day of publication. A broken record comes as a ``ReadError``. Raises ``ReadError`` where fastwarc is missing.
    """
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError:
        message = "WARC archives need fastwarc; install it with: pip install 'newsfacts[warc]'"
        raise ReadError("missing_library", message) from None
    start = file.read(4)
    marker = next((magic for magic in _PACKED if start.startswith(magic)), _PLAIN)
    number, damaged = 0, False
    place: int | None = 0
    while place is not None:
        file.seek(place)
        try:
            for record in ArchiveIterator(file, parse_http=False):
                number, row = number + 1, _row(record)
                # a wrong length may have swallowed the records that follow
                damaged = isinstance(row, ReadError) and row.code == "bad_record"
                place = max(place, record.stream_pos)
                if row:
                    yield row, number
            if not damaged:
                return
        except OSError as error:
            if not damaged:  # until a good record is found it is the same damage
                number, damaged = number + 1, True
                yield ReadError("bad_record", f"the archive is damaged at its record {number:,}: {error}"), number
        place = _find(file, marker, place + 1)


def _find(file: BinaryIO, marker: bytes, place: int) -> int | None:
    """Find the next place where a record can begin; None if there is none."""
    file.seek(place)
    window = b""
    while chunk := file.read(_CHUNK):
        window += chunk
        if (at := window.find(marker)) >= 0:
            return place + at + (marker == _PLAIN)
        place += max(len(window) - len(marker), 0)
        window = window[-len(marker) :]
    return None


def _row(record: WarcRecord) -> Row | ReadError | None:
    """The page of a record; None where it holds none, as a request, a note of the crawler or a picture."""
    from fastwarc.warc import response

    if record.record_type != response or "application/http" not in (record.headers.get("Content-Type") or ""):
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    try:
        page = _page(record)
        return page and {**page, "id": url, "url": url}
    except ReadError as problem:
        return ReadError(problem.code, problem.message, problem.field, url)
    except Exception as error:  # one page must not end the archive
        return ReadError("failed", repr(error), article=url)


def _page(record: WarcRecord) -> dict[str, Any] | None:
    length = record.content_length
    block = _take(record, min(length, _HEAD))
    answer = _answer(block)
    # packed pages may be a little larger than what is in them, and what is not packed has its headers
    if answer is None or answer.http_content_type not in _HTML:
        return None
    if length > MAX_PAGE_BYTES + _HEAD:
        raise ReadError("too_long", f"the page has more than {MAX_PAGE_BYTES // 1_000_000} MB")
    block += _take(record, length - len(block))
    if len(block) < length:
        raise ReadError("bad_record", "the record is cut off; the archive may be incomplete")
    if not _fits(block, record.headers.get("WARC-Block-Digest")):
        raise ReadError("bad_record", "the record is damaged: its content does not fit its digest")
    try:
        answer = _answer(block, unpack=True)
        raw = answer.reader.read(MAX_PAGE_BYTES + 1) if answer else b""
    except OSError as error:
        raise ReadError("bad_record", f"the page cannot be unpacked: {error}") from error
    return read_page(raw, answer.http_charset if answer else None)


def _take(record: WarcRecord, size: int) -> bytes:
    parts = []
    while size and (part := record.reader.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _answer(block: bytes, *, unpack: bool = False) -> WarcRecord | None:
    """Parse an HTTP answer, apart from its archive, whose place a broken one would lose; None if it is no success."""
    from fastwarc.warc import WarcRecord

    answer = WarcRecord()
    answer.set_bytes_content(block)
    answer.is_http = True
    answer.parse_http(auto_decode="all" if unpack else "none")
    status = answer.http_headers.status_code if answer.http_headers else None
    if status is None:
        raise ReadError("bad_record", "the record holds no readable HTTP answer")
    return answer if status == 200 else None


def _fits(block: bytes, digest: str | None) -> bool:
    """Whether a block has the SHA-1 that the archive says; other digests are not looked at."""
    name, _, value = (digest or "").partition(":")
    return name.lower() != "sha1" or base64.b32encode(hashlib.sha1(block).digest()).decode() == value.strip().upper()
