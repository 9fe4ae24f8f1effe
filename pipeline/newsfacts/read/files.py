"""Read articles from files, folders and standard input, one at a time."""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import ValidationError

from newsfacts.read.article import make_article
from newsfacts.read.decode import decode, repair
from newsfacts.read.fetched import FetchLogs, Known
from newsfacts.read.language import foreign_language
from newsfacts.read.page import MAX_PAGE_BYTES, read_page
from newsfacts.read.problems import ReadError, too_long
from newsfacts.read.rows import Row, read_csv, read_json, read_json_lines, read_parquet
from newsfacts.read.streams import sniff, unpack
from newsfacts.read.warc import read_warc
from newsfacts.records import MAX_CHARACTERS, Article, ArticleError

if TYPE_CHECKING:
    from newsfacts.records import ErrorCode

PACKED = (".gz", ".zst")
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz")
SUFFIXES = (".txt", ".html", ".htm", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".warc")
STANDARD_INPUT = Path("-")
NEEDED = ("id", "text")
FIELDS = (*NEEDED, "published", "title", "url", "author", "site", "language")
MAX_TEXT_BYTES = 4 * MAX_CHARACTERS + 3  # four bytes a character, and the byte order mark

ORIGIN_BYTES = 16  # of the digest of what an article is made from
_CODES: dict[str, ErrorCode] = {"string_too_long": "too_long", "empty_text": "empty_text"}


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that was made before of the same row or page, to be made again only where that is needed.

    ``origin`` is the digest of what it is made from.
    """

    id: str
    origin: bytes
    make: Callable[[], Article | ArticleError]


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str  # as it is reported
    id: str  # of the article, where the file is one

    def size(self) -> int:
        return 0 if self.path == STANDARD_INPUT else self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class _Page:
    """A web page that was not parsed yet, and what the log of the fetch that saved it says."""

    id: str
    raw: bytes
    fetched: Known

    def row(self) -> Row:
        row = read_page(self.raw, self.fetched.charset)
        said = {"url": row["url"] or self.fetched.url, "published": row["published"] or self.fetched.published}
        return {**row, **said, "id": self.id}


class ArticleReader:
    """Iterate over the articles of files and folders, in the order given; folders recursively, sorted by name.

    Files are texts and web pages (an article each), JSON Lines, JSON, CSV and Parquet (an article a row) and web
    archives (an article a page), all but Parquet also packed by gzip or Zstandard; the path ``-`` is standard input.
    ``fields`` names the rows' own fields where they differ from ours ("text": "body"). What cannot be read comes as an
    ``ArticleError`` in its place, and reading goes on; so does an article that is not English. An article's id is the
    record's own, or the file's path below the given folder without its ending; an id is used once. The id of a page in
    an archive is its address, with "#2" and so on where it comes again. Hidden files, files with other endings inside
    folders, linked folders inside folders, the files of a saved page and what is in ``exclude`` (resolved paths) are
    passed over. Of a page that fetch saved, the log in its folder says the charset and, where the page does not, its
    address and date. While it iterates, ``place`` is the file and line of the last item, ``origin`` the digest of what
    it is made from (None for an archive's page), and ``bytes_read`` how far it is.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        exclude: Collection[Path] = (),
        fields: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        if unknown := set(fields) - set(FIELDS):
            raise ValueError(f"unknown field {unknown.pop()!r}; the fields are {', '.join(FIELDS)}")
        self._paths = [Path(path) for path in paths]
        self._exclude = frozenset(exclude)
        self._names = {field: fields.get(field, field) for field in FIELDS}
        self._logs = FetchLogs()
        self.place: tuple[str, int | None] = ("", None)
        self.origin: bytes | None = None
        self.bytes_read = 0

    def total_bytes(self) -> int:
        """Add up the sizes of all files that will be read."""
        files = (found for path in self._paths for found in self._files(path))
        return sum(file.size() for file in files if isinstance(file, _File))

    def __iter__(self) -> Iterator[Article | ArticleError]:
        return (item for item in self.read(known=()) if not isinstance(item, KnownArticle))

    def read(self, known: Container[bytes]) -> Iterator[Article | KnownArticle | ArticleError]:
        """Iterate, but do not make the articles whose origins are ``known``, for the same code has made them before."""
        self.bytes_read = 0
        seen: set[bytes] = set()  # digests: the ids of a million articles would be large
        times: dict[str, int] = {}
        for path in self._paths:
            for file in self._files(path):
                if isinstance(file, ArticleError):
                    yield file
                    continue
                for item, line in self._read(file, known):
                    self.place = file.name, line
                    if not isinstance(item, ArticleError):
                        if isinstance(item, Article) and _ending(file.path) == ".warc":
                            item = _with_free_id(item, seen, times)
                        digest = _digest(item.id)
                        if digest in seen:
                            yield ArticleError(
                                code="duplicate_id",
                                file=file.name,
                                line=line,
                                field=self._names["id"],
                                article=item.id,
                                message=f"an earlier article has the id {item.id!r} already; the first one is kept",
                            )
                            continue
                        seen.add(digest)
                    yield item

    def _files(self, path: Path) -> Iterator[_File | ArticleError]:
        name = display_name(path)
        try:
            if path == STANDARD_INPUT:
                yield _File(path, name, "stdin")
            elif path.is_dir():
                yield from self._folder(path, name)
            elif not path.exists():
                yield ArticleError(code="missing_path", file=name, message="no such file or folder")
            elif not path.is_file():
                yield ArticleError(code="unreadable", file=name, message="neither a file nor a folder")
            elif _ending(path) in ARCHIVES:
                yield _archive(name)
            elif _ending(path) not in SUFFIXES:
                message = (
                    f"unknown ending {''.join(path.suffixes[-2:])!r}; articles are {_list_of(SUFFIXES)} files, "
                    f"all but .parquet also packed ({_list_of(PACKED)})"
                )
                yield ArticleError(code="unknown_suffix", file=name, message=message)
            else:
                yield _File(path, name, _printable(_without_ending(path).name))
        except OSError as error:
            yield _unreadable(name, error)

    def _folder(self, folder: Path, name: str) -> Iterator[_File | ArticleError]:
        empty = True
        for found in self._walk(folder, folder, name):
            empty = False
            yield found
        if empty:
            message = f"the folder holds no {_list_of(SUFFIXES)} file"
            yield ArticleError(code="empty_folder", file=name, message=message)

    def _walk(self, folder: Path, top: Path, name: str) -> Iterator[_File | ArticleError]:
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as error:
            yield _unreadable(_below(name, folder, top), error)
            return
        names = {entry.name for entry in entries}
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                page = entry.name.removesuffix("_files")  # browsers save the parts of "a.html" in "a_files"
                of_page = page != entry.name and bool(names & {f"{page}.html", f"{page}.htm"})
                # a link to a folder above would never end
                if not of_page and not entry.is_symlink() and entry.resolve() not in self._exclude:
                    yield from self._walk(entry, top, name)
            elif not entry.is_file() or entry.resolve() in self._exclude:
                continue
            elif _ending(entry) in ARCHIVES:
                yield _archive(_below(name, entry, top))
            elif _ending(entry) in SUFFIXES:
                below = _printable(_without_ending(entry).relative_to(top).as_posix())
                yield _File(entry, _below(name, entry, top), below)

    def _read(
        self, file: _File, known: Container[bytes]
    ) -> Iterator[tuple[Article | KnownArticle | ArticleError, int | None]]:
        before, empty = self.bytes_read, True
        try:
            with self._open(file) as raw:
                for row, line in self._rows(raw, file):
                    empty = False
                    if file.path != STANDARD_INPUT:
                        self.bytes_read = before + raw.tell()
                    yield self._article(row, file, line, known), line
            self.bytes_read = before + file.size()
        except ReadError as problem:
            empty = False
            yield _error(problem, file, None), None
        except OSError as error:
            empty = False
            yield _unreadable(file.name, error), None
        except Exception as error:  # one file must not end the run
            empty = False
            yield _error(ReadError("failed", repr(error)), file, None), None
        if empty:
            yield ArticleError(code="empty_file", file=file.name, message="the file holds no articles"), None

    @staticmethod
    def _open(file: _File) -> AbstractContextManager[BinaryIO]:
        if file.path == STANDARD_INPUT:
            return nullcontext(sys.stdin.buffer)
        return file.path.open("rb")

    def _rows(self, raw: BinaryIO, file: _File) -> Iterator[tuple[Row | _Page | ReadError, int | None]]:
        names = self._names
        needed = [names[field] for field in NEEDED]
        ending = _ending(file.path)
        if ending == ".parquet":
            yield from read_parquet(file.path, names.values(), needed)
            return
        if ending == ".warc":
            yield from read_warc(raw)
            return
        stream = unpack(raw)
        if file.path == STANDARD_INPUT:
            ending = sniff(stream)
        if ending in (".jsonl", ".ndjson"):
            yield from read_json_lines(stream)
        elif ending == ".json":
            yield from read_json(stream)
        elif ending in (".csv", ".tsv"):
            yield from read_csv(stream, needed)
        elif ending in (".html", ".htm"):
            yield _Page(file.id, stream.read(MAX_PAGE_BYTES + 1), self._logs.find(file.path)), None
        else:
            yield {"id": file.id, "text": _text(stream)}, None

    def _article(
        self, row: Row | _Page | ReadError, file: _File, line: int | None, known: Container[bytes]
    ) -> Article | KnownArticle | ArticleError:
        """Make an article of a row or a page, if it is not known; errors are named by the row's own fields."""
        self.origin = None
        if isinstance(row, ReadError):
            return _error(row, file, line)
        in_archive = _ending(file.path) == ".warc"
        is_row = line is not None and not in_archive
        names = self._names if is_row else dict(zip(FIELDS, FIELDS, strict=True))  # a text or a page is ours
        if isinstance(row, _Page):
            given: Any = row.id
            make = partial(_article_of_page, row)
        else:
            values = {field: row[name] for field, name in names.items() if name in row}
            given = values.get("id")
            make = partial(_make_article, values)

        def made() -> Article | ArticleError:
            article = _printable(given) if isinstance(given, str) else None
            try:
                return make()
            except ReadError as problem:
                field = names[problem.field] if problem.field else None
                return _error(ReadError(problem.code, problem.message, field), file, line, article)
            except Exception as error:  # one article must not end the run
                return _error(ReadError("failed", repr(error)), file, line, article)

        if not in_archive:  # where the id follows from what came before
            self.origin = _origin_of(row if isinstance(row, _Page) else values)
            if self.origin and self.origin in known:
                return KnownArticle(given, self.origin, made)
        return made()


def display_name(path: Path) -> str:
    """Name a path in reports: as given where it is relative, else without the machine's folders above it."""
    if path.is_absolute():
        here = Path.cwd()
        path = path.relative_to(here) if path.is_relative_to(here) else Path(path.name or "/")
    return _printable(path.as_posix())


def _digest(article: str) -> bytes:
    return hashlib.blake2b(article.encode(), digest_size=8).digest()


def _with_free_id(article: Article, seen: Collection[bytes], times: dict[str, int]) -> Article:
    """Give an article an id that was not seen; ``times`` remembers how often an id had to be changed."""
    free = article.id
    while _digest(free) in seen:
        times[article.id] = times.get(article.id, 1) + 1
        free = f"{article.id}#{times[article.id]}"
    return article if free == article.id else article.model_copy(update={"id": free})


def _origin_of(made_from: Row | _Page) -> bytes | None:
    """Make the digest of all that shapes an article: what is not the same has another one."""
    if isinstance(made_from, _Page):
        digest = hashlib.blake2b(repr((made_from.id, *made_from.fetched)).encode(), digest_size=ORIGIN_BYTES)
        digest.update(made_from.raw)
    else:
        try:
            digest = hashlib.blake2b(repr(made_from).encode(), digest_size=ORIGIN_BYTES)
        except (RecursionError, UnicodeEncodeError):  # nested too deep, half a surrogate pair
            return None
    return digest.digest()


def _article_of_page(page: _Page) -> Article:
    return _make_article(page.row())


def _text(stream: io.BufferedReader) -> str:
    raw = stream.read(MAX_TEXT_BYTES + 1)
    if len(raw) > MAX_TEXT_BYTES:
        raise ReadError("too_long", too_long())
    return decode(raw)


def _make_article(values: Row) -> Article:
    """Make an article of our own fields; raises ``ReadError`` where they are none."""
    missing = [field for field in NEEDED if field not in values]
    if missing:
        raise ReadError("missing_field", f"the record lacks {' and '.join(missing)}", missing[0])
    text, title = _repaired(values["text"]), _repaired(values.get("title"))
    known = {field: values.get(field) or None for field in ("published", "url")}
    extra = {field: values.get(field) for field in ("author", "site", "language")}
    try:
        article = make_article(
            values["id"],
            text,
            title=title or None,
            **known,
            # in a foreign record these may be anything
            **{field: value for field, value in extra.items() if value and isinstance(value, str)},
        )
    except ValidationError as problems:
        first = problems.errors()[0]
        code = _CODES.get(first["type"], "bad_field")
        message = too_long(len(text)) if code == "too_long" else first["msg"].removeprefix("Value error, ")
        raise ReadError(code, message, str(first["loc"][0])) from problems
    if language := foreign_language(article.text):
        raise ReadError("not_english", f"the text is not English but, as it seems, in the language {language!r}")
    return article


def _repaired(words: Any) -> Any:
    return repair(words) if isinstance(words, str) else words


def _error(problem: ReadError, file: _File, line: int | None, article: str | None = None) -> ArticleError:
    """Put a problem in its place; a file that is one article names it."""
    if article is None and line is None:
        article = file.id if _ending(file.path) in (".txt", ".html", ".htm") else None
    return ArticleError(
        code=problem.code,
        file=file.name,
        line=line,
        field=problem.field,
        article=article or problem.article or None,
        message=problem.message,
    )


def _archive(name: str) -> ArticleError:
    return ArticleError(code="not_text", file=name, message="archives are not read; unpack it and give the folder")


def _unreadable(name: str, error: OSError) -> ArticleError:
    return ArticleError(code="unreadable", file=name, message=f"cannot be read: {error.strerror or error}")


def _ending(path: Path) -> str:
    """The ending that says what a file holds, in lower case: ".csv" of "News.CSV.gz"."""
    suffix = path.suffix.lower()
    inner = path.with_suffix("").suffix.lower()
    return inner if suffix in PACKED and inner != ".parquet" else suffix


def _without_ending(path: Path) -> Path:
    return path.with_suffix("").with_suffix("") if path.suffix.lower() in PACKED else path.with_suffix("")


def _list_of(endings: Sequence[str]) -> str:
    return f"{', '.join(endings[:-1])} or {endings[-1]}"


def _below(name: str, path: Path, top: Path) -> str:
    return _printable(str(PurePosixPath(name) / path.relative_to(top).as_posix()))


def _printable(name: str) -> str:
    """Make a name fit for UTF-8, whatever the file system or the record has in it."""
    return name.encode("utf-8", "replace").decode()
