"""The folder that takes the pages, HOST/DAY-WORDS-DIGEST.html as the server sent them, and the log beside them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from newsfacts.fetch.addresses import file_name, folder_name, key_of
from newsfacts.fetch.client import Answer
from newsfacts.fetch.listings import Kind
from newsfacts.fetch.problems import FetchError
from newsfacts.locks import lock_folder
from newsfacts.read.fetched import LOG, read_log
from newsfacts.records import Fetched

_PART = ".fetching"  # a file that is not whole yet; one name, so that a killed fetch leaves one at most


class PageFolder:
    """Save pages and listings, each whole or not at all, and remember what was saved.

    As a context manager, which only one fetch at a time can have. Raises ``OSError`` where the folder cannot be
    written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = ExitStack()
        self._log: IO[bytes]
        self._by_address: dict[str, Fetched] = {}
        self._by_content: dict[str, Fetched] = {}

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock_folder(self.folder, opening, "fetch")
            for line in read_log(self.folder / LOG):
                self._remember(line)
            self._log = opening.enter_context((self.folder / LOG).open("a+b"))
            _end_last_line(self._log)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self.folder / _PART).unlink(missing_ok=True)
        self._open.close()

    def find(self, url: str) -> Fetched | None:
        """Tell what was saved of an address, if its file is still there."""
        line = self._by_address.get(key_of(url))
        return line if line and line.file and (self.folder / line.file).is_file() else None

    def read(self, line: Fetched) -> bytes:
        """Read what was saved."""
        return (self.folder / str(line.file)).read_bytes()

    def save_page(self, answer: Answer, url: str, published: dt.date | None) -> bool:
        """Save a page that was listed or given as ``url``; False where it was here already, by another address."""
        digest = hashlib.sha256(answer.body).hexdigest()
        same = self.find(answer.url) or self._by_content.get(digest)
        if same and same.file and is_page(same) and (self.folder / same.file).is_file():
            self._note(same.model_copy(update={"url": url, "fetched": _now()}))
            return False
        name = f"{_now():%Y-%m-%d}-{file_name(answer.url)}.html"
        self._save(answer, url, name, digest, published)
        return True

    def save_listing(self, answer: Answer, url: str, kind: Kind) -> None:
        """Save a feed or sitemap, to be read again where the server says that it has not changed."""
        digest = hashlib.sha256(answer.body).hexdigest()
        self._save(answer, url, f"{kind}-{file_name(url)}.xml", digest, None)

    def note_problem(self, url: str, problem: FetchError) -> Fetched:
        """Note why nothing was saved."""
        final = None if problem.url == url else problem.url
        line = Fetched(url=url, fetched=_now(), status=problem.status, error=problem.message, final_url=final)
        self._note(line)
        return line

    def _save(self, answer: Answer, url: str, name: str, digest: str, published: dt.date | None) -> None:
        path = self.folder / folder_name(answer.url) / name
        path.parent.mkdir(exist_ok=True)
        part = self.folder / _PART
        with part.open("wb") as file:
            file.write(answer.body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        self._note(
            Fetched(
                url=url,
                fetched=_now(),
                status=answer.status,
                file=path.relative_to(self.folder).as_posix(),
                final_url=answer.url,
                charset=answer.charset,
                published=published,
                etag=answer.etag,
                last_modified=answer.last_modified,
                sha256=digest,
            )
        )

    def _note(self, line: Fetched) -> None:
        self._remember(line)
        self._log.write(line.model_dump_json(exclude_none=True).encode() + b"\n")
        self._log.flush()

    def _remember(self, line: Fetched) -> None:
        if line.file:
            for url in filter(None, (line.url, line.final_url)):
                self._by_address[key_of(url)] = line
            self._by_content[str(line.sha256)] = line


def is_page(line: Fetched) -> bool:
    """Whether what was saved is a page and no feed or sitemap."""
    return str(line.file).endswith(".html")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _end_last_line(log: IO[bytes]) -> None:
    """End a line that was cut off, so that the next one stands for itself."""
    if log.seek(0, os.SEEK_END):
        log.seek(-1, os.SEEK_END)
        if log.read(1) != b"\n":
            log.write(b"\n")
