"""The main job: addresses in, a folder of pages out."""

from __future__ import annotations

import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from newsfacts.fetch.addresses import address, host_of, is_front_page, key_of, origin_of
from newsfacts.fetch.client import HTML, UNCERTAIN, Answer, Client, not_taken
from newsfacts.fetch.folder import PageFolder, is_page
from newsfacts.fetch.listings import Kind, feeds_of, kind_of, read_listing
from newsfacts.fetch.manners import Manners
from newsfacts.fetch.problems import FetchError
from newsfacts.read.decode import decode
from newsfacts.read.problems import ReadError
from newsfacts.records import Fetched

_MAX_SITEMAPS = 100  # of one index
_FEEDS_NAMED = 3
_HEAD = 1024  # bytes in which a page of an uncertain type says that it is one


@dataclass(slots=True)
class Report:
    """Counts of pages: new ones, those that the folder held already, and addresses that failed; and listings read."""

    new: int = 0
    known: int = 0
    failed: int = 0
    listings: int = 0


@dataclass(slots=True)
class _Source:
    """An address that was given, with how much more of what it lists is wanted."""

    url: str
    pages_left: int
    sitemaps_left: int = _MAX_SITEMAPS
    sitemaps_unread: int = 0


@dataclass(slots=True)
class _Task:
    url: str
    source: _Source
    listed_by: Kind | Literal["index"] | None = None  # None: it was given
    published: dt.date | None = None
    tries: int = 0


class _Queue:
    """What is to be asked for; an address once."""

    def __init__(self) -> None:
        self.added = 0
        self._waiting = 0
        self._by_origin: dict[str, deque[_Task]] = {}
        self._seen: set[str] = set()

    def __len__(self) -> int:
        return self._waiting

    def is_new(self, url: str) -> bool:
        """Whether an address comes for the first time."""
        key = key_of(url)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def add(self, task: _Task) -> None:
        self.added += 1
        self._waiting += 1
        self._by_origin.setdefault(origin_of(task.url), deque()).append(task)

    def put_back(self, task: _Task) -> None:
        self._waiting += 1
        self._by_origin.setdefault(origin_of(task.url), deque()).appendleft(task)

    def take(self, client: Client) -> _Task:
        """Take the first task of a host that may be asked, or else of the one that may be asked soonest."""
        now = time.monotonic()
        origin = min(self._by_origin, key=lambda origin: max(now, client.ready_at(origin)))
        task = self._by_origin[origin].popleft()
        self._waiting -= 1
        if not self._by_origin[origin]:
            del self._by_origin[origin]
        return task


def fetch(
    urls: Sequence[str],
    folder: str | Path,
    *,
    limit: int = 100,
    manners: Manners | None = None,
    on_error: Callable[[Fetched], None] = lambda line: None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Save the pages at addresses into a folder; of a feed or sitemap, the newest pages that it lists.

    ``limit`` is the most pages of each listing, those included that the folder holds already: they are not asked for
    again. What cannot be fetched is passed to ``on_error``, with the reason in ``error``, and the others go on;
    ``on_progress`` is called with the number of addresses that are done and known. Each page is saved as soon as it is
    there. Raises ``OSError`` where the folder cannot be written to, and where another fetch is writing to it.
    """
    with PageFolder(Path(folder)) as pages:
        return _Job(pages, manners or Manners(), limit, on_error).run(urls, on_progress)


class _Job:
    def __init__(self, pages: PageFolder, manners: Manners, limit: int, on_error: Callable[[Fetched], None]) -> None:
        self._pages = pages
        self._manners = manners
        self._limit = limit
        self._on_error = on_error
        self._queue = _Queue()
        self._given_up: dict[str, str] = {}  # hosts that failed, and how
        self._report = Report()

    def run(self, urls: Sequence[str], on_progress: Callable[[int, int], None]) -> Report:
        sources = []
        for url in urls:
            try:
                sources.append(_Source(address(url), self._limit))
            except FetchError as problem:
                self._fail(problem.url, problem)
        for source in sources:
            self._add(_Task(source.url, source))
        queue = self._queue
        with Client(self._manners, {host_of(source.url) for source in sources}) as client:
            while queue:
                task = queue.take(client)
                try:
                    self._do(task, client)
                except FetchError as problem:
                    self._try_again(task, problem, client)
                on_progress(queue.added - len(queue), queue.added)
        for source in sources:
            if source.sitemaps_unread and source.pages_left > 0:
                message = f"{_MAX_SITEMAPS} of its sitemaps were read, {source.sitemaps_unread} more were not"
                self._fail(source.url, FetchError(message, source.url))
        return self._report

    def _add(self, task: _Task) -> None:
        if not self._queue.is_new(task.url):
            return
        line = self._pages.find(task.url)
        if line and is_page(line):
            self._report.known += 1
        else:
            self._queue.add(task)

    def _do(self, task: _Task, client: Client) -> None:
        if task.listed_by == "index" and task.source.pages_left <= 0:
            return
        if why := self._given_up.get(origin_of(task.url)):
            raise FetchError(f"not asked for, since the host failed before: {why}", task.url)
        line = self._pages.find(task.url)
        answer = client.get(task.url, *((line.etag, line.last_modified) if line else ()))
        if line and answer.status == 304:
            self._read_listing(task, self._pages.read(line), answer.url)
        elif (kind := kind_of(answer.body)) is None:
            self._save_page(task, answer)
        elif task.listed_by in ("feed", "sitemap"):
            message = f"a {task.listed_by} lists this {kind} as a page; to read it, give its address"
            raise FetchError(message, answer.url)
        else:
            self._read_listing(task, answer.body, answer.url)
            self._pages.save_listing(answer, task.url, kind)

    def _save_page(self, task: _Task, answer: Answer) -> None:
        is_html = answer.type in HTML or (answer.type in UNCERTAIN and b"<html" in answer.body[:_HEAD].lower())
        if not is_html or task.listed_by == "index":
            raise not_taken(answer.type, answer.url)
        if not answer.body.strip():
            raise FetchError("the page is empty", answer.url, status=answer.status)
        if task.listed_by is None and is_front_page(answer.url) and (feeds := _feeds(answer)):
            message = f"a front page, which is no article; give a feed of it: {' '.join(feeds[:_FEEDS_NAMED])}"
            raise FetchError(message, answer.url, status=answer.status)
        if self._pages.save_page(answer, task.url, task.published):
            self._report.new += 1
        else:
            self._report.known += 1

    def _read_listing(self, task: _Task, raw: bytes, url: str) -> None:
        listing = read_listing(raw, url)
        self._report.listings += 1
        for problem in listing.problems:
            self._fail(problem.url, problem)
        source = task.source
        pages = listing.pages[: source.pages_left]
        source.pages_left -= len(pages)
        for entry in pages:
            self._add(_Task(entry.url, source, kind_of(raw), entry.published))
        sitemaps = listing.sitemaps[: source.sitemaps_left]
        source.sitemaps_left -= len(sitemaps)
        source.sitemaps_unread += len(listing.sitemaps) - len(sitemaps)
        for entry in sitemaps:
            self._add(_Task(entry.url, source, "index"))

    def _try_again(self, task: _Task, problem: FetchError, client: Client) -> None:
        """Put a task back where it may succeed later; else note that it failed, and its host if that is to blame."""
        task.tries += 1
        wait = problem.after if problem.after is not None else self._manners.backoff * 2 ** (task.tries - 1)
        too_long = wait > self._manners.longest_wait
        if problem.temporary and not too_long and task.tries < self._manners.tries:
            client.pause(problem.url, wait)
            self._queue.put_back(task)
            return
        if problem.temporary and too_long:
            problem.message += f", and asks to wait {wait:,.0f} s; try again later"
        if problem.of_host:
            self._given_up.setdefault(origin_of(problem.url), problem.message)
        self._fail(task.url, problem)

    def _fail(self, url: str, problem: FetchError) -> None:
        self._report.failed += 1
        self._on_error(self._pages.note_problem(url, problem))


def _feeds(page: Answer) -> list[str]:
    try:
        return feeds_of(decode(page.body, page.charset), page.url)
    except ReadError:  # in an unknown charset
        return []
