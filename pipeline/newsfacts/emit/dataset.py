"""The files of a run: written beside their place, then put there all together."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from newsfacts.records import ArticleError, ArticleSummary, Entity, Fact, Name, Quantity, Record, RunReport

# kind of record: file with one such record a line
FILES: dict[type[Record], str] = {
    Fact: "facts.jsonl",
    Quantity: "quantities.jsonl",
    Entity: "entities.jsonl",
    Name: "names.jsonl",
    ArticleSummary: "articles.jsonl",
    ArticleError: "errors.jsonl",
}
REPORT = "run.json"


class DatasetWriter:
    """Write the files of a run into a folder.

    As a context manager: records are streamed to a hidden folder inside it, and ``finish`` moves all files to their
    places. Without ``finish`` (an exception, an interruption) nothing changes. Only one run writes to a folder at a
    time. Raises ``OSError`` where the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()
        self._streams: dict[type[Record], IO[str]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.folder.mkdir(parents=True, exist_ok=True)
            _lock(self.folder, opening)
            for left_over in self.folder.glob(".partial-*"):  # of a run that was killed; ours is the only one now
                shutil.rmtree(left_over, ignore_errors=True)
            partial = tempfile.mkdtemp(prefix=".partial-", dir=self.folder)
            opening.callback(shutil.rmtree, partial, ignore_errors=True)
            self._partial = Path(partial)
            for record, name in FILES.items():
                stream = (self._partial / name).open("w", encoding="utf-8", newline="\n")
                self._streams[record] = opening.enter_context(stream)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def write(self, *records: Record) -> None:
        """Append records to the files of their kinds."""
        for record in records:
            self._streams[type(record)].write(record.model_dump_json() + "\n")

    def finish(self, report: RunReport) -> None:
        """Put all files in their places, the report last: where it stands, the files beside it are of one run."""
        with (self._partial / REPORT).open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(report.model_dump_json(indent=2) + "\n")
            _to_disk(stream)
        for lines in self._streams.values():
            _to_disk(lines)
            lines.close()
        (self.folder / REPORT).unlink(missing_ok=True)
        for name in (*FILES.values(), REPORT):
            (self._partial / name).replace(self.folder / name)


def output_files(folder: Path) -> list[Path]:
    """List the resolved paths of the files that a run writes into a folder."""
    return [(folder / name).resolve() for name in (*FILES.values(), REPORT)]


def _to_disk(stream: IO[str]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _lock(folder: Path, opened: ExitStack) -> None:
    """Keep other runs out of the folder until this one ends, where the system can."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    handle = os.open(folder, os.O_RDONLY)
    opened.callback(os.close, handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError("another run is writing there") from None
    except OSError:
        pass  # a file system without locks
