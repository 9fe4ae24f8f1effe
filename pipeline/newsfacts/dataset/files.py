"""Datasets as files of lines: where they are (a path or a git revision), and their lines article by article.

Nothing here holds more than one article's lines, so that memory does not grow with the number of facts.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from newsfacts.dataset.errors import DatasetError
from newsfacts.emit.dataset import FILES
from newsfacts.records import Fact

FACTS = FILES[Fact]
_OUTPUTS = Path("outputs")
# how `newsfacts run` begins a line; then the article is known without parsing the rest
_OPENING = re.compile(rb'\{"article":("(?:[^"\\]|\\.)*"),')
_NO_OPENING = b"\n\n"  # no line begins so


@dataclass(frozen=True, slots=True)
class Place:
    """Where the facts of a dataset are: a file, in the working tree or in a git revision."""

    path: Path
    revision: str | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"{self.revision}:{self.path.as_posix()}" if self.revision else str(self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one article that stand together in a file, blank ones left out."""

    article: str
    offset: int  # of the first line, in bytes
    numbers: list[int]  # of the lines, from 1
    lines: list[bytes]


class FactsFile:
    """A file with a fact a line, the facts of an article together."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.name = name
        self._stream = stream

    def groups(self) -> Iterator[Group]:
        """Go through the articles in the order of the file.

        Raises ``DatasetError`` for a line without an article and for an article whose facts do not stand together.
        """
        seen = set()
        for group in self._groups(0, 1):
            if group.article in seen:
                message = f"the facts of {group.article!r} must stand together; some stand further above"
                raise DatasetError(self.name, message, line=group.numbers[0], field="article")
            seen.add(group.article)
            yield group

    def group_at(self, offset: int, number: int) -> Group:
        """Read again the group that begins at an offset in bytes, with the line of the given number."""
        return next(self._groups(offset, number))

    def _groups(self, offset: int, number: int) -> Iterator[Group]:
        self._stream.seek(offset)
        group: Group | None = None
        opening = _NO_OPENING
        for count, line in enumerate(self._stream, number):
            if not line.startswith(opening) and not line.isspace():
                article, opening = self._article(line, count)
                if group is None or article != group.article:
                    if group is not None:
                        yield group
                    group = Group(article, offset, [], [])
            offset += len(line)
            if group is not None and not line.isspace():
                group.numbers.append(count)
                group.lines.append(line.rstrip(b"\r\n"))
        if group is not None:
            yield group

    def _article(self, line: bytes, number: int) -> tuple[str, bytes]:
        """The article of a line, and how the next line begins if it is of the same."""
        match = _OPENING.match(line)
        try:
            if match:
                return json.loads(match[1].decode()), match[0]
        except ValueError:
            pass  # parsing the whole line says what is wrong
        article = parse(line, self.name, number).get("article")
        if not isinstance(article, str) or not article:
            raise DatasetError(self.name, "must be the id of an article", line=number, field="article")
        return article, _NO_OPENING


def parse(line: bytes, file: str, number: int | None = None) -> dict[str, Any]:
    """Parse a line, or a file, that holds a JSON object; raise ``DatasetError`` where it does not."""
    try:
        row = json.loads(line.decode())
    except json.JSONDecodeError as error:
        raise DatasetError(file, f"no JSON: {error.msg} at character {error.pos + 1}", line=number) from None
    except UnicodeDecodeError as error:
        raise DatasetError(file, f"not UTF-8: byte {error.start + 1}", line=number) from None
    except (ValueError, RecursionError) as error:  # a number or a nesting beyond all measure
        raise DatasetError(file, f"no JSON that can be read: {error}", line=number) from None
    if not isinstance(row, dict):
        raise DatasetError(file, "must be a JSON object", line=number)
    return row


def locate(old: str, new: str | None = None) -> tuple[Place, Place]:
    """Find two datasets, each named by its file, its folder, a git revision or ``REVISION:PATH``.

    A path that exists wins over a revision. A bare revision means the file of the other dataset where that stands
    below the working folder, else the one in outputs; without ``new``, that one is compared. Raises ``DatasetError``.
    """
    if new is None:
        if Path(old).exists():
            raise DatasetError(old, "name a second dataset to compare it with, or a git revision alone")
        new = str(_OUTPUTS)
    names = (old, new)
    paths = [_facts_in(Path(name)) for name in names if Path(name).exists()]
    near = [path for path in paths if path.resolve().is_relative_to(Path.cwd())]
    default = near[0] if near else _OUTPUTS / FACTS
    places = [Place(_facts_in(Path(name))) if Path(name).exists() else _revision(name, default) for name in names]
    return places[0], places[1]


@contextmanager
def opened(place: Place) -> Iterator[FactsFile]:
    """Open a dataset's facts for reading; raise ``DatasetError`` where that cannot be."""
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(_committed(place) if place.revision else place.path.open("rb"))
            if not stream.seekable():  # a pipe
                copy = stack.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(stream, copy)
                stream = copy
        except OSError as error:
            raise DatasetError(place.name, f"cannot be read: {error.strerror or error}") from error
        yield FactsFile(stream, place.name)


def _facts_in(path: Path) -> Path:
    if not path.is_dir():
        return path
    if not (path / FACTS).exists():
        raise DatasetError(str(path), f"the folder has no {FACTS}")
    return path / FACTS


def _revision(name: str, default: Path) -> Place:
    revision, _, path = name.partition(":")
    if not revision or revision.startswith("-"):
        raise DatasetError(name, "no such file or folder")
    return Place(Path(path) if path else default, revision)


def _committed(place: Place) -> IO[bytes]:
    """A temporary copy of a file in a git revision."""
    folder = next((parent for parent in place.path.parents if parent.is_dir()), Path())
    git = ["git", "-C", str(folder)]
    spec = f"{place.revision}:./{place.path.relative_to(folder).as_posix()}"
    try:
        known = [*git, "rev-parse", "--quiet", "--verify", f"{place.revision}^{{commit}}"]
        if subprocess.run(known, capture_output=True, check=False).returncode:
            raise DatasetError(place.revision or "", "no such file or folder, and no git revision")
        kind = subprocess.run(
            [*git, "cat-file", "-t", spec], capture_output=True, text=True, check=False
        ).stdout.strip()
        if kind == "tree":
            spec += f"/{FACTS}"
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        # --filters: a file kept in Git LFS is its content, not its pointer
        show = [*git, "cat-file", "--filters", spec]
        if subprocess.run(show, stdout=copy, stderr=subprocess.DEVNULL, check=False).returncode:
            copy.close()
            raise DatasetError(place.name, "the revision has no such file")
    except FileNotFoundError:
        raise DatasetError(place.revision or "", "no such file or folder, and git is not installed") from None
    return copy
