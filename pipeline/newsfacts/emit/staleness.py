"""Whether the files of a dataset are what a run would write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsfacts.emit.dataset import ARTICLE_FILES, FILES, REPORT, Lines, Trace, line_of
from newsfacts.records import ArticleError, ArticleSummary, RunReport

# of the report: what is read out of a dataset; the rest says how a run may take it over
_TOLD = ("version", "model", "inputs", "counts", "corrections")


@dataclass(frozen=True, slots=True)
class Staleness:
    """What a run would change in a dataset: articles by their ids, and the files that differ, with a reason if known.

    It is true where there is anything.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone or self.files)


class Expected:
    """Take what a run would write, as a ``DatasetWriter`` does, and compare it with the files of a folder.

    Memory holds a digest for each article.
    """

    def __init__(self) -> None:
        self._files = {name: hashlib.sha256() for name in FILES.values()}
        self._articles: dict[str, bytes] = {}

    def write(self, article: str, lines: Lines, trace: Trace) -> None:
        """Take the lines of the article with the given id."""
        digest = b""
        for name, part in zip(ARTICLE_FILES, lines, strict=True):
            self._files[name].update(part)
            for line in part.splitlines(keepends=True):
                digest = _chained(digest, name, line)
        self._articles[article] = digest

    def write_error(self, error: ArticleError) -> None:
        """Take an error."""
        self._files[FILES[ArticleError]].update(line_of(error))

    def compare(self, folder: Path, report: RunReport) -> Staleness:
        """Tell what a run that ends with this report would change in a folder. Raises ``OSError``."""
        problems = {name: problem for name in FILES.values() if (problem := self._problem(folder / name))}
        of_report = _report_problem(folder / REPORT, report)
        there = _articles(folder) if problems.keys() & set(ARTICLE_FILES) else self._articles
        expected = self._articles
        new = tuple(article for article in expected if article not in there)
        changed = tuple(article for article in expected if there.get(article, expected[article]) != expected[article])
        gone = tuple(article for article in there if article not in expected)
        if new or changed or gone:  # which say why these differ
            problems = {
                name: problem
                for name, problem in problems.items()
                if name not in ARTICLE_FILES or problem != _differs(name)
            }
        return Staleness(new, changed, gone, (*problems.values(), *([of_report] if of_report else [])))

    def _problem(self, path: Path) -> str | None:
        made = hashlib.sha256()
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    made.update(chunk)
        except FileNotFoundError:
            return f"{path.name} is missing"
        return None if made.digest() == self._files[path.name].digest() else _differs(path.name)


def _differs(name: str) -> str:
    return f"{name} differs"


def _report_problem(path: Path, report: RunReport) -> str | None:
    try:
        there = RunReport.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return f"{path.name} is missing"
    except ValueError:
        return f"{path.name} is no report of a run"
    differing = [name for name in _TOLD if getattr(there, name) != getattr(report, name)]
    return f"{path.name} differs: {', '.join(differing)}" if differing else None


def _articles(folder: Path) -> dict[str, bytes]:
    """The articles that the files of a folder tell of, in the order of articles.jsonl, with digests of their lines."""
    order: dict[str, bytes] = {}
    digests: dict[str, bytes] = {}
    for name in ARTICLE_FILES:
        for article, line in _owned_lines(folder / name):
            digests[article] = _chained(digests.get(article, b""), name, line)
            if name == FILES[ArticleSummary]:
                order[article] = b""
    return {article: digests[article] for article in order | digests}


def _owned_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines of a file with the ids of their articles; what is no record is passed over."""
    owner = "id" if path.name == FILES[ArticleSummary] else "article"
    try:
        with path.open("rb") as stream:
            for line in stream:
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(row, dict) and isinstance(article := row.get(owner), str):
                    yield article, line
    except FileNotFoundError:
        return


def _chained(digest: bytes, name: str, line: bytes) -> bytes:
    return hashlib.blake2b(digest + name.encode() + line, digest_size=16).digest()
