"""Byte streams of files: unpacked where they are packed, refused where they are no text, told apart by their start."""

from __future__ import annotations

import io
import re
import sys
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from newsfacts.read.problems import ReadError

if TYPE_CHECKING:
    from collections.abc import Buffer  # type: ignore[attr-defined]  # from Python 3.12

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_NO_TEXT = {
    b"PK\x03\x04": "a zip file; unpack it and give the folder",
    b"7z\xbc\xaf": "a 7z file; unpack it and give the folder",
    b"Rar!": "a RAR file; unpack it and give the folder",
    b"%PDF": "a PDF file; save its text",
    b"WARC/": "a WARC archive; give it as a file that ends in .warc, .warc.gz or .warc.zst",
    b"PAR1": "a Parquet file; give it as a file that ends in .parquet",
    _GZIP: "packed twice; unpack it once",
    _ZSTD: "packed twice; unpack it once",
}
_ARRAY = re.compile(rb"\[\s*[{\]]")
_OBJECT = re.compile(rb"\{\s*[\"}]")
_TAG = re.compile(rb"<(?:!|\?xml\b|[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)


def unpack(stream: BinaryIO) -> io.BufferedReader:
    """Open a stream of plain, gzip or Zstandard bytes, told by its first bytes, for reading what is packed in it.

    Reading raises ``OSError`` where packed data are damaged. Raises ``ReadError`` for a zip file and other files that
    are no text.
    """
    plain = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    start = plain.peek(8)
    if start.startswith((_GZIP, _ZSTD)):
        plain = io.BufferedReader(_Unpacked(plain, gzipped=start.startswith(_GZIP)), 1 << 16)
        start = plain.peek(8)
    for magic, what in _NO_TEXT.items():
        if start.startswith(magic):
            raise ReadError("not_text", f"the file is {what}")
    return plain


def sniff(stream: io.BufferedReader) -> str:
    """Tell what a stream holds by its first bytes, as the ending that such a file would have."""
    start = stream.peek(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    for ending, opening in ((".json", _ARRAY), (".jsonl", _OBJECT), (".html", _TAG)):
        if opening.match(start):
            return ending
    return ".txt"


class _Unpacked(io.RawIOBase):
    """What is packed in a stream; damaged data raise ``OSError``, whatever the library."""

    def __init__(self, packed: io.BufferedReader, *, gzipped: bool) -> None:
        self._errors: tuple[type[Exception], ...]
        self._inner: io.BufferedIOBase
        if gzipped:
            import gzip

            self._inner, self._errors = gzip.GzipFile(fileobj=packed), (EOFError, zlib.error)
        else:
            if sys.version_info >= (3, 14):
                from compression import zstd
            else:
                from backports import zstd

            self._inner, self._errors = zstd.ZstdFile(packed), (EOFError, zstd.ZstdError)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        try:
            return self._inner.readinto(buffer)
        except self._errors as error:
            raise OSError(f"the packed data are damaged: {error}") from error
