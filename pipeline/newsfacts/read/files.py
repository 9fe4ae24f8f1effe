"""Read articles from .txt and .jsonl files and from folders of them, one at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from newsfacts.read.article import make_article
from newsfacts.records import MAX_CHARACTERS, Article, ArticleError

if TYPE_CHECKING:
    from newsfacts.records import ErrorCode

SUFFIXES = (".txt", ".jsonl")
MAX_TEXT_BYTES = 4 * MAX_CHARACTERS + 3  # four bytes a character, and the byte order mark
MAX_LINE_BYTES = 20_000_000  # six or twelve bytes a character where JSON escapes it

_CODES: dict[str, ErrorCode] = {"string_too_long": "too_long", "empty_text": "empty_text"}


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str  # as it is reported
    id: str  # of the article, where the file is one


class ArticleReader:
    """Iterate over the articles of files and folders, in the order given; folders recursively, sorted by name.

    What cannot be read comes as an ``ArticleError`` in its place, and reading goes on. An article's id is the record's
    own, or the file's path below the given folder without its ending; an id is used once. Hidden files, files with
    other endings inside folders, linked folders inside folders and those in ``exclude`` (resolved paths) are passed
    over. While it iterates, ``place`` is the file and line of the last item, and ``bytes_read`` how far it is.
    """

    def __init__(self, paths: Sequence[str | Path], exclude: Collection[Path] = ()) -> None:
        self._paths = [Path(path) for path in paths]
        self._exclude = frozenset(exclude)
        self.place: tuple[str, int | None] = ("", None)
        self.bytes_read = 0

    def total_bytes(self) -> int:
        """Add up the sizes of all files that will be read."""
        files = (found for path in self._paths for found in self._files(path))
        return sum(file.path.stat().st_size for file in files if isinstance(file, _File))

    def __iter__(self) -> Iterator[Article | ArticleError]:
        self.bytes_read = 0
        seen: set[bytes] = set()  # digests: the ids of a million articles would be large
        for path in self._paths:
            for file in self._files(path):
                if isinstance(file, ArticleError):
                    yield file
                    continue
                for item, line in self._read(file):
                    self.place = file.name, line
                    if isinstance(item, Article):
                        digest = hashlib.blake2b(item.id.encode(), digest_size=8).digest()
                        if digest in seen:
                            yield ArticleError(
                                code="duplicate_id",
                                file=file.name,
                                line=line,
                                field="id",
                                article=item.id,
                                message=f"an earlier article has the id {item.id!r} already; the first one is kept",
                            )
                            continue
                        seen.add(digest)
                    yield item

    def _files(self, path: Path) -> Iterator[_File | ArticleError]:
        name = display_name(path)
        try:
            if path.is_dir():
                yield from self._folder(path, name)
            elif not path.exists():
                yield ArticleError(code="missing_path", file=name, message="no such file or folder")
            elif not path.is_file():
                yield ArticleError(code="unreadable", file=name, message="neither a file nor a folder")
            elif path.suffix.lower() not in SUFFIXES:
                message = f"unknown ending {path.suffix!r}; articles are {' and '.join(SUFFIXES)} files"
                yield ArticleError(code="unknown_suffix", file=name, message=message)
            else:
                yield _File(path, name, _printable(path.stem))
        except OSError as error:
            yield _unreadable(name, error)

    def _folder(self, folder: Path, name: str) -> Iterator[_File | ArticleError]:
        empty = True
        for found in self._walk(folder, folder, name):
            empty = False
            yield found
        if empty:
            message = f"the folder holds no {' or '.join(SUFFIXES)} file"
            yield ArticleError(code="empty_folder", file=name, message=message)

    def _walk(self, folder: Path, top: Path, name: str) -> Iterator[_File | ArticleError]:
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            yield _unreadable(_below(name, folder, top), error)
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if not entry.is_symlink():  # a link to a folder above would never end
                    yield from self._walk(entry, top, name)
            elif entry.suffix.lower() in SUFFIXES and entry.is_file() and entry.resolve() not in self._exclude:
                below = _printable(entry.relative_to(top).with_suffix("").as_posix())
                yield _File(entry, _below(name, entry, top), below)

    def _read(self, file: _File) -> Iterator[tuple[Article | ArticleError, int | None]]:
        try:
            if file.path.suffix.lower() == ".txt":
                yield self._read_text(file), None
            else:
                yield from self._read_lines(file)
        except OSError as error:
            yield _unreadable(file.name, error), None

    def _read_text(self, file: _File) -> Article | ArticleError:
        with file.path.open("rb") as stream:
            raw = stream.read(MAX_TEXT_BYTES + 1)
        self.bytes_read += len(raw)
        if len(raw) > MAX_TEXT_BYTES:
            return ArticleError(code="too_long", file=file.name, article=file.id, message=_too_long())
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return ArticleError(code="not_utf8", file=file.name, article=file.id, message=_not_utf8(error))
        return _article({"id": file.id, "text": text}, file.name, None)

    def _read_lines(self, file: _File) -> Iterator[tuple[Article | ArticleError, int | None]]:
        empty = True
        with file.path.open("rb") as stream:
            number = 0
            while raw := stream.readline(MAX_LINE_BYTES + 1):
                number += 1
                self.bytes_read += len(raw)
                too_long = len(raw) > MAX_LINE_BYTES
                while len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):  # pass over the rest of the line
                    raw = stream.readline(MAX_LINE_BYTES + 1)
                    self.bytes_read += len(raw)
                if too_long:
                    empty = False
                    yield ArticleError(code="too_long", file=file.name, line=number, message=_too_long()), number
                elif raw.strip(b"\xef\xbb\xbf \t\r\n"):
                    empty = False
                    yield self._read_line(raw, file.name, number), number
        if empty:
            yield ArticleError(code="empty_file", file=file.name, message="the file holds no articles"), None

    def _read_line(self, raw: bytes, name: str, number: int) -> Article | ArticleError:
        try:
            row = json.loads(raw.rstrip().decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            return ArticleError(code="not_utf8", file=name, line=number, message=_not_utf8(error))
        except json.JSONDecodeError as error:
            message = f"not valid JSON, column {error.colno}: {error.msg.removesuffix(' at')}"
            return ArticleError(code="bad_json", file=name, line=number, message=message)
        except (ValueError, RecursionError) as error:  # numbers of thousands of digits, brackets thousands deep
            return ArticleError(code="bad_json", file=name, line=number, message=f"not valid JSON: {error}")
        if not isinstance(row, dict):
            message = 'a line must be an object such as {"id": "a1", "text": "..."}'
            return ArticleError(code="bad_json", file=name, line=number, message=message)
        return _article(row, name, number)


def display_name(path: Path) -> str:
    """Name a path in reports: as given where it is relative, else without the machine's folders above it."""
    if path.is_absolute():
        here = Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else Path(path.name or "/")
    return _printable(path.as_posix())


def _article(row: dict[str, Any], name: str, line: int | None) -> Article | ArticleError:
    article = row.get("id") if isinstance(row.get("id"), str) else None
    article = article and _printable(article)
    missing = [field for field in ("id", "text") if field not in row]
    if missing:
        return ArticleError(
            code="missing_field",
            file=name,
            line=line,
            field=missing[0],
            article=article,
            message=f"the record lacks {' and '.join(missing)}",
        )
    known = {field: row.get(field) or None for field in ("published", "title", "url")}
    try:
        return make_article(row["id"], row["text"], **known)
    except ValidationError as problems:
        first = problems.errors()[0]
        code = _CODES.get(first["type"], "bad_field")
        message = _too_long(len(row["text"])) if code == "too_long" else first["msg"].removeprefix("Value error, ")
        return ArticleError(
            code=code, file=name, line=line, field=str(first["loc"][0]), article=article or None, message=message
        )
    except Exception as error:  # one article must not end the run
        return ArticleError(code="failed", file=name, line=line, article=article or None, message=repr(error))


def _too_long(characters: int | None = None) -> str:
    size = f"{characters:,}" if characters else f"more than {MAX_CHARACTERS:,}"
    return f"the text has {size} characters; at most {MAX_CHARACTERS:,} are allowed"


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"not UTF-8: byte {error.start + 1:,} is 0x{error.object[error.start]:02x}; save the file as UTF-8"


def _unreadable(name: str, error: OSError) -> ArticleError:
    return ArticleError(code="unreadable", file=name, message=f"cannot be read: {error.strerror or error}")


def _below(name: str, path: Path, top: Path) -> str:
    return _printable(str(PurePosixPath(name) / path.relative_to(top).as_posix()))


def _printable(name: str) -> str:
    """Make a name fit for UTF-8, whatever the file system or the record has in it."""
    return name.encode("utf-8", "replace").decode()
