"""The files of a run: written beside their place, then put there all together."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from newsfacts.locks import lock_folder
from newsfacts.read.files import ORIGIN_BYTES
from newsfacts.records import (
    ArticleError,
    ArticleSummary,
    Entity,
    Fact,
    Name,
    Quantity,
    Record,
    RunReport,
    Uncorrected,
)

# kind of record: file with one such record a line
FILES: dict[type[Record], str] = {
    Fact: "facts.jsonl",
    Quantity: "quantities.jsonl",
    Entity: "entities.jsonl",
    Name: "names.jsonl",
    ArticleSummary: "articles.jsonl",
    Uncorrected: "uncorrected.jsonl",
    ArticleError: "errors.jsonl",
}
ARTICLE_FILES = tuple(name for record, name in FILES.items() if record is not ArticleError)
CORRECTIONS = "corrections.yaml"  # which people write; a run reads it and leaves it alone
REPORT = "run.json"
PROGRESS = "progress.jsonl"  # in the folder of a run that is not over: a line for each article that it finished
CACHE = ".cache"  # in the dataset's folder: what spares the next run to read the input's articles as such
ORIGINS = "origins.bin"  # there: for each article in their order its origin and sample, then a digest
DIGEST_BYTES = 16

Lines = tuple[bytes, ...]
"""The records of one article: its lines in each of ``ARTICLE_FILES``; none in the last, where nothing is corrected."""


class Trace(NamedTuple):
    """By what the next run knows an article again.

    ``key`` finds its lines if this run is killed; ``origin`` is the digest of what the article was made from, and
    ``sample`` what its repeats are found by, as they are kept for a run that is not.
    """

    key: str | None
    origin: bytes | None
    sample: bytes


def line_of(record: Record) -> bytes:
    """Turn a record into its line."""
    return record.model_dump_json().encode() + b"\n"


def lines_of(records: Iterable[Record]) -> Lines:
    """Turn the records of one article into its lines."""
    lines = dict.fromkeys(ARTICLE_FILES, b"")
    for record in records:
        lines[FILES[type(record)]] += line_of(record)
    return tuple(lines.values())


def digest_of(lines: Lines) -> str:
    """Make the digest by which the next run knows that the lines of an article are whole."""
    return hashlib.blake2b(b"".join(lines), digest_size=DIGEST_BYTES).hexdigest()


class DatasetWriter:
    """Write the files of a run into a folder.

    As a context manager: records are streamed to a hidden folder inside it, and ``finish`` moves all files to their
    places. Without ``finish`` (an exception, an interruption) nothing changes. Only one run writes to a folder at a
    time. What a run left behind that did not end (killed, interrupted, the disk full) is put in place where that run
    had come to the moving of its files, and else listed in ``left_over`` and removed by ``finish``; its progress is
    marked with the ``fingerprint`` of the run, where that has one. Raises ``OSError`` where the folder cannot be
    written to.
    """

    def __init__(self, folder: Path, fingerprint: str | None = None) -> None:
        self.folder = folder
        self.left_over: list[Path] = []
        self._fingerprint = fingerprint
        self._written = self._take_up_again = False
        self._open = ExitStack()
        self._streams: dict[str, IO[bytes]] = {}
        self._digests = {name: hashlib.sha256() for name in FILES.values()}
        self._origins = origins_digest(fingerprint)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            new = [folder for folder in (self.folder, *self.folder.parents) if not folder.exists()]
            self.folder.mkdir(parents=True, exist_ok=True)
            for folder in reversed(new):  # callbacks are called last to first
                opening.callback(_remove_if_empty, folder)
            lock_folder(self.folder, opening, "run")
            for left_over in sorted(self.folder.glob(".partial-*")):  # of runs that were killed; ours is the only one
                if (left_over / REPORT).exists():
                    _put_in_place(left_over, self.folder)
                    shutil.rmtree(left_over, ignore_errors=True)
                else:
                    self.left_over.append(left_over)
            self._partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self.folder))
            opening.callback(self._clear_away)
            for name in (*FILES.values(), PROGRESS, *([ORIGINS] if self._fingerprint else [])):
                self._streams[name] = opening.enter_context((self._partial / name).open("wb"))
            self._note({"fingerprint": self._fingerprint})
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._take_up_again = kind is not None and self._fingerprint is not None and self._written
        self._open.close()

    def write(self, article: str, lines: Lines, trace: Trace) -> None:
        """Append the lines of an article with the given id, by whose trace the next run knows it again."""
        for name, part in zip(ARTICLE_FILES, lines, strict=True):
            self._append(name, part)
        self._note([trace.key, digest_of(lines), *map(len, lines)])
        if self._fingerprint:
            record = (trace.origin or bytes(ORIGIN_BYTES)) + trace.sample
            self._origins.update(record)
            self._streams[ORIGINS].write(record)
        self._written = True

    def write_error(self, error: ArticleError) -> None:
        """Append an error."""
        self._append(FILES[ArticleError], line_of(error))

    def finish(self, report: RunReport) -> RunReport:
        """Put all files in their places, the report last: where it stands, the files beside it are of one run.

        Returns the report with the digests of the files.
        """
        report = report.model_copy(update={"files": {name: made.hexdigest() for name, made in self._digests.items()}})
        if self._fingerprint:
            self._origins.update(seal_of(report))
            self._streams[ORIGINS].write(self._origins.digest())
        for stream in self._streams.values():
            _to_disk(stream)
            stream.close()
        with (self._partial / f"{REPORT}.part").open("w", encoding="utf-8", newline="\n") as text:
            text.write(report.model_dump_json(indent=2) + "\n")
            _to_disk(text)
        (self._partial / PROGRESS).unlink()
        # from here on the files are moved, by the next run if not by this one
        Path(text.name).replace(self._partial / REPORT)
        _put_in_place(self._partial, self.folder)
        for left_over in self.left_over:
            shutil.rmtree(left_over, ignore_errors=True)
        return report

    def _append(self, name: str, lines: bytes) -> None:
        if lines:
            self._digests[name].update(lines)
            self._streams[name].write(lines)
            self._streams[name].flush()

    def _note(self, progress: object) -> None:
        self._streams[PROGRESS].write(json.dumps(progress).encode() + b"\n")
        self._streams[PROGRESS].flush()

    def _clear_away(self) -> None:
        if not self._take_up_again and not (self._partial / REPORT).exists():
            shutil.rmtree(self._partial, ignore_errors=True)


def origins_digest(fingerprint: str | None) -> hashlib.blake2b:
    """Begin the digest that ends the file of origins; the records follow, and the dataset's seal."""
    return hashlib.blake2b((fingerprint or "").encode(), digest_size=DIGEST_BYTES)


def seal_of(report: RunReport) -> bytes:
    """The digests of all of a dataset's files."""
    return json.dumps(report.files, sort_keys=True).encode()


def output_files(folder: Path) -> list[Path]:
    """List the resolved paths of the files that a run writes into a folder."""
    return [(folder / name).resolve() for name in (*FILES.values(), REPORT)]


def _put_in_place(partial: Path, folder: Path) -> None:
    """Move the files of a finished run; those that are missing have been moved already."""
    (folder / REPORT).unlink(missing_ok=True)
    if (partial / ORIGINS).exists():
        with suppress(OSError):  # without it the next run takes longer, no more
            cache = folder / CACHE
            if not cache.exists():
                cache.mkdir()
                (cache / ".gitignore").write_text("*\n", encoding="ascii")
            (partial / ORIGINS).replace(cache / ORIGINS)
    for name in FILES.values():
        if (partial / name).exists():
            (partial / name).replace(folder / name)
    (partial / REPORT).replace(folder / REPORT)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _to_disk(stream: IO[bytes] | IO[str]) -> None:
    stream.flush()
    os.fsync(stream.fileno())
