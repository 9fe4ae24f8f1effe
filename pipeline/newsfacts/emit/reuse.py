"""What earlier runs finished, for the next one to take over as it is, and how to tell that it still holds.

An article's lines are taken over where the article is the same (its key) and whatever else shapes them is the same (the
fingerprint): our code, the model, the settings, the libraries. Where anything about the earlier files is odd, they are
passed over, and the articles are read anew.

A dataset's own cache says moreover of which row or page of the input each of its articles was made, so that what is the
same there needs not be searched again for date, headline, page furniture and language only to find the key.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack
from importlib import metadata
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

import newsfacts
from newsfacts.emit.dataset import (
    ARTICLE_FILES,
    CACHE,
    DIGEST_BYTES,
    FILES,
    ORIGINS,
    PROGRESS,
    REPORT,
    Lines,
    digest_of,
    lines_of,
    origins_digest,
    seal_of,
)
from newsfacts.read.files import ORIGIN_BYTES
from newsfacts.records import Article, ArticleSummary, Name, RunReport, Uncorrected

# what else an Article has follows from these; of the headline's place see _headline_is_open
IDENTITY = tuple(name for name in Article.model_fields if name in ArticleSummary.model_fields)

_APART = frozenset(
    {"__pycache__", "cli.py", "dataset", "en_newsfacts", "fetch"}
)  # in our package: what changes no record
_NAME = re.compile(r"[\w.-]+")
_SUMMARIES = ARTICLE_FILES.index(FILES[ArticleSummary])


def fingerprint(settings: Mapping[str, Any]) -> str:
    """Make the digest of all that shapes records beside the article: code, model, settings and libraries."""
    environment = [newsfacts.__version__, sys.version_info[:2], platform.machine(), _libraries(), dict(settings)]
    made = hashlib.sha256(json.dumps(environment, sort_keys=True).encode())
    package = Path(newsfacts.__file__).parent
    code = (path for entry in package.iterdir() if entry.name not in _APART for path in _files(entry))
    for top, paths in ((package, code), (newsfacts._model_path(), _files(newsfacts._model_path()))):
        for path in sorted(paths):
            content = hashlib.blake2b(path.read_bytes()).hexdigest()
            made.update(f"{path.relative_to(top).as_posix()} {content}\n".encode())
    return made.hexdigest()


def key_of(article: Article, repeats: str | None = None) -> str | None:
    """Make the digest by which an article is known again; None where its records cannot be taken over.

    ``repeats``: the id of the earlier article of the run that it repeats, if it does.
    """
    if _headline_is_open(article):
        return None
    known = article.model_dump(mode="json", include=set(IDENTITY))
    return _key({**known, "sha256": article.sha256, "duplicate_of": repeats})


class Recalled(NamedTuple):
    """An article of the dataset, known by its origin.

    ``lines`` are as the program made them; they hold where the article still ``repeats`` the one with this id.
    """

    lines: Lines
    repeats: str | None
    characters: int
    sample: bytes


class Finished:
    """The articles that earlier runs with the same fingerprint finished: the dataset in a folder, and unfinished ones.

    As a context manager. ``left_over`` are the folders of runs that were killed; those that add nothing are removed.
    Memory holds numbers for each article, no lines. ``origins`` are those of the dataset's articles.
    """

    def __init__(self, folder: Path, left_over: Sequence[Path], fingerprint: str | None) -> None:
        self._folder = folder
        self._left_over = left_over
        self._fingerprint = fingerprint
        self._sources: list[_Source] = []
        self._origins: IO[bytes] | None = None
        self._origin_rows: dict[bytes, int] = {}
        self._width = 0
        self._open = ExitStack()

    @property
    def origins(self) -> Set[bytes]:
        return self._origin_rows.keys()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            unfinished: list[tuple[Path, _Source]] = []
            for folder in self._left_over:
                source = self._source(folder, _progress, opening)
                unfinished.append((folder, source))
            whole = self._source(self._folder, _dataset, opening)
            self._sources = [whole]
            self._read_origins(whole, opening)
            unfinished.sort(key=lambda pair: -len(pair[1].rows))
            for folder, source in unfinished:
                if all(any(key in kept.rows for kept in self._sources) for key in source.rows):
                    shutil.rmtree(folder, ignore_errors=True)
                else:
                    self._sources.append(source)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def get(self, key: str | None) -> Lines | None:
        """Return the lines of the article with this key as the program made them, if one is there."""
        if key is None:
            return None
        raw = bytes.fromhex(key)
        return next((_uncorrected(source.lines(raw)) for source in self._sources if raw in source.rows), None)

    def recall(self, origin: bytes) -> Recalled:
        """Return the article of the dataset that was made from what has this origin, one of ``origins``."""
        assert self._origins
        row = self._origin_rows[origin]
        lines = self._sources[0].lines_of_row(row)
        summary = json.loads(lines[_SUMMARIES])
        self._origins.seek(row * self._width + ORIGIN_BYTES)
        sample = self._origins.read(self._width - ORIGIN_BYTES)
        return Recalled(_uncorrected(lines), summary["duplicate_of"], summary["characters"], sample)

    def _read_origins(self, whole: _Source, opening: ExitStack) -> None:
        """Read the dataset's cache, if it is of this dataset and whole."""
        rows = len(whole.ends[0]) - 1
        found = {}
        try:
            self._origins = opening.enter_context((self._folder / CACHE / ORIGINS).open("rb"))
            self._width, odd = divmod(os.fstat(self._origins.fileno()).st_size - DIGEST_BYTES, rows or 1)
            if not rows or odd or self._width <= ORIGIN_BYTES:
                return
            made = origins_digest(self._fingerprint)
            for row in range(rows):
                record = self._origins.read(self._width)
                made.update(record)
                found[record[:ORIGIN_BYTES]] = row
            made.update(whole.seal)
            if self._origins.read() == made.digest():
                self._origin_rows = found
        except OSError:
            return

    def _source(self, folder: Path, read: Callable[[_Source, Path, str], None], opening: ExitStack) -> _Source:
        source = _Source()
        if self._fingerprint is not None:
            try:
                source.streams = [opening.enter_context((folder / name).open("rb")) for name in ARTICLE_FILES]
                read(source, folder, self._fingerprint)
            except Exception:  # whatever it is, it is not what a run wrote
                return _Source()
        return source


class _Source:
    """Where the lines of each article start and end in the files of a folder."""

    def __init__(self) -> None:
        self.streams: list[IO[bytes]] = []
        self.rows: dict[bytes, int] = {}
        self.seal = b""
        self.ends = [array("Q", [0]) for _ in ARTICLE_FILES]

    def lines(self, key: bytes) -> Lines:
        return self.lines_of_row(self.rows[key])

    def lines_of_row(self, row: int) -> Lines:
        parts = []
        for stream, ends in zip(self.streams, self.ends, strict=True):
            stream.seek(ends[row])
            parts.append(stream.read(ends[row + 1] - ends[row]))
        return tuple(parts)


def _uncorrected(lines: Lines) -> Lines:
    """The lines of an article before its corrections."""
    parts = dict(zip(ARTICLE_FILES, lines, strict=True))
    if not parts[FILES[Uncorrected]]:
        return lines
    before = Uncorrected.model_validate_json(parts[FILES[Uncorrected]])
    made = lines_of([*before.facts, *before.quantities, *before.entities, before.summary])
    names = ARTICLE_FILES.index(FILES[Name])  # which no correction changes
    return (*made[:names], parts[FILES[Name]], *made[names + 1 :])


def _dataset(source: _Source, folder: Path, fingerprint: str) -> None:
    """The files of a finished run: articles.jsonl says how many lines an article has in each of the others."""
    report = RunReport.model_validate_json((folder / REPORT).read_bytes())
    if report.fingerprint != fingerprint:
        raise ValueError("made by another version")
    counts = {name: array("Q") for name in ARTICLE_FILES}
    rows = {}
    for number, line in enumerate(source.streams[_SUMMARIES]):
        summary = json.loads(line)
        rows[bytes.fromhex(_key(summary))] = number
        ones = {FILES[ArticleSummary]: 1, FILES[Uncorrected]: min(summary["corrections"], 1)}
        for name, numbers in counts.items():
            numbers.append(ones[name] if name in ones else summary[name.removesuffix(".jsonl")])
    for stream, ends, name in zip(source.streams, source.ends, ARTICLE_FILES, strict=True):
        stream.seek(0)
        made = hashlib.sha256()
        for count in counts[name]:
            end = ends[-1]
            for line in islice(stream, count):
                made.update(line)
                end += len(line)
            ends.append(end)
        if stream.read(1) or made.hexdigest() != report.files[name]:
            raise ValueError("not as it was written")
    source.rows = rows
    source.seal = seal_of(report)


def _progress(source: _Source, folder: Path, fingerprint: str) -> None:
    """The files of a killed run, as far as they are whole."""
    with (folder / PROGRESS).open("rb") as progress:
        if json.loads(progress.readline()) != {"fingerprint": fingerprint}:
            raise ValueError("made by another version")
        for number, line in enumerate(progress):
            try:
                key, digest, *sizes = json.loads(line)
                lines = tuple(stream.read(size) for stream, size in zip(source.streams, sizes, strict=True))
            except (ValueError, TypeError):  # the line that it was writing, or what a broken disk made of it
                return
            if digest_of(lines) != digest:
                return
            for ends, part in zip(source.ends, lines, strict=True):
                ends.append(ends[-1] + len(part))
            if key is not None:
                source.rows[bytes.fromhex(key)] = number


def _key(summary: Mapping[str, Any]) -> str:
    known = json.dumps([*(summary[name] for name in IDENTITY), summary["sha256"], summary["duplicate_of"]])
    return hashlib.blake2b(known.encode(), digest_size=16).hexdigest()


def _headline_is_open(article: Article) -> bool:
    """Tell whether the headline's place depends on where the title came from, which no record says.

    A title that was given is looked for in the text, and one that was not is found there: both give the same place,
    unless the words of the title stand in several lines.
    """
    title = " ".join((article.title or "").casefold().split())
    lines = (" ".join(line.split()) for line in article.text.casefold().split("\n"))
    starts = (line for line in lines if line and f"{title} ".startswith(f"{line} "))  # a headline may be wrapped
    return bool(title) and sum(1 for _ in starts) > 1


def _libraries() -> list[tuple[str, str]]:
    """The versions of the libraries that we ask for, and that those ask for, as far as they are installed."""
    versions: dict[str, str] = {}
    asked = ["newsfacts"]
    while asked:
        name = asked.pop()
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # one that only other systems need
            continue
        if name not in versions:
            versions[name] = found.version
            wanted = [line for line in found.requires or () if "extra ==" not in line]
            asked += [match[0].lower().replace("_", "-") for line in wanted if (match := _NAME.match(line))]
    return sorted(versions.items())


def _files(entry: Path) -> Iterator[Path]:
    if entry.is_file():
        yield entry
    elif entry.is_dir():
        yield from (path for path in entry.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
