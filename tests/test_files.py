import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsfacts.read import ArticleReader
from newsfacts.read.decode import repair
from newsfacts.read.files import display_name
from newsfacts.read.rows import MAX_LINE_BYTES
from newsfacts.records import MAX_CHARACTERS, Article, ArticleError

TEXT = "Northwind opens a plant\n\nNorthwind said sales rose 7 percent.\n"


def read(*paths: Path, **options: Any) -> list[Article | ArticleError]:
    return list(ArticleReader(paths, **options))


def only_error(*paths: Path) -> ArticleError:
    (item,) = read(*paths)
    assert isinstance(item, ArticleError)
    return item


def line(**fields: Any) -> str:
    return json.dumps(fields) + "\n"


def test_a_folder_is_read_recursively_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/c.d.TXT", "note.md", ".hidden.txt", ".git/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT)
    (tmp_path / "c.jsonl").write_text(line(id="record", text=TEXT))
    items = read(tmp_path)
    assert [item.id for item in items if isinstance(item, Article)] == ["a/c.d", "a/z", "b", "record"]
    assert len(items) == 4


def test_a_file_alone_has_its_name_as_id(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "one.txt").write_text(TEXT)
    (article,) = read(tmp_path / "sub" / "one.txt")
    assert isinstance(article, Article)
    assert article.id == "one"


def test_line_ends_and_the_byte_order_mark_are_normalised_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes("\ufeffÇa\tva \r\nbien\u00a0\rsûr\n ".encode())
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert article.text == "Ça\tva \nbien\u00a0\nsûr\n "


def test_a_record_keeps_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "more.jsonl"
    known = {"title": "A plant", "url": "https://example.org/a", "published": "2024-05-24"}
    path.write_bytes(
        ("\ufeff" + line(id="a", text=TEXT, author="B", **known) + "\r\n" + line(id="b", text="x y")).encode()
    )
    first, second = read(path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert {name: first.model_dump(mode="json")[name] for name in known} == known
    assert second.published is None


def test_a_title_that_is_the_first_line_is_the_headline(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line(id="a", text="\n Northwind opens a plant \nIt cost $5m.", title="Northwind opens a plant"))
    (article,) = read(path)
    assert isinstance(article, Article)
    assert article.headline is not None
    assert article.text[article.headline.start : article.headline.end] == "Northwind opens a plant"


@pytest.mark.parametrize(
    ("content", "code", "field", "says"),
    [
        (b'{"id": "a", "text": "Sales', "bad_json", None, "column 21"),
        (b"not json", "bad_json", None, "column 1"),
        (b'["a", "b"]', "bad_json", None, "an object"),
        (b"[" * 100_000, "bad_json", None, "JSON"),
        (b'{"id": "a", "text": ' + b"1" * 5000 + b"}", "bad_json", None, "JSON"),
        (b'{"text": "Sales rose."}', "missing_field", "id", "lacks id"),
        (b'{"id": "a"}', "missing_field", "text", "lacks text"),
        (b'{"title": "a"}', "missing_field", "id", "lacks id and text"),
        (b'{"id": 7, "text": "Sales rose."}', "bad_field", "id", "string"),
        (b'{"id": "", "text": "Sales rose."}', "bad_field", "id", "at least 1"),
        (b'{"id": "a", "text": ["Sales rose."]}', "bad_field", "text", "string"),
        (b'{"id": "a", "text": null}', "bad_field", "text", "string"),
        (b'{"id": "a", "text": "\\ud800"}', "bad_field", "text", "unicode"),
        (b'{"id": "\\ud800", "text": "Sales rose."}', "bad_field", "id", "unicode"),
        (b'{"id": "a", "text": " \\n "}', "empty_text", "text", "empty"),
        (b'{"id": "a", "text": "Sales rose.", "published": "24/05/2024"}', "bad_field", "published", "ISO 8601"),
        (b'{"id": "a", "text": "Sales rose.", "published": 20240524}', "bad_field", "published", "ISO 8601"),
        (b'{"id": "a", "text": "Sales rose.", "title": 5}', "bad_field", "title", "string"),
        (b'{"id": "a", "text": "caf\xe9"}', "not_utf8", None, "byte 25 is 0xe9"),
    ],
)
def test_a_broken_line_is_named_and_the_others_are_read(
    tmp_path: Path, content: bytes, code: str, field: str | None, says: str
) -> None:
    path = tmp_path / "more.jsonl"
    path.write_bytes(
        line(id="first", text=TEXT).encode() + b"\n" + content + b"\n" + line(id="last", text=TEXT).encode()
    )
    first, error, last = read(path)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(error, ArticleError)
    assert (error.code, error.file, error.line, error.field) == (code, "more.jsonl", 3, field)
    assert says in error.message
    assert str(error).startswith("more.jsonl, line 3")


def test_what_is_no_article_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "blank.txt").write_text(" \n")
    (tmp_path / "nothing.txt").write_text("")
    (tmp_path / "nothing.jsonl").write_text("\n\n")
    (tmp_path / "page.html").write_text("<p>")
    (tmp_path / "note.md").write_text(TEXT)
    os.mkfifo(tmp_path / "pipe.txt")
    names = (
        "missing.txt",
        "empty",
        "latin.txt",
        "blank.txt",
        "nothing.txt",
        "nothing.jsonl",
        "page.html",
        "pipe.txt",
        "note.md",
    )
    items = read(*(tmp_path / name for name in names))
    assert [(item.code, item.file) for item in items if isinstance(item, ArticleError)] == [
        ("missing_path", "missing.txt"),
        ("empty_folder", "empty"),
        ("not_utf8", "latin.txt"),
        ("empty_text", "blank.txt"),
        ("empty_text", "nothing.txt"),
        ("empty_file", "nothing.jsonl"),
        ("empty_text", "page.html"),
        ("unreadable", "pipe.txt"),
        ("unknown_suffix", "note.md"),
    ]


def test_the_size_limit_counts_characters(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text(("é" * 99 + "\n") * (MAX_CHARACTERS // 100), newline="\r\n")
    (article,) = read(path)
    assert isinstance(article, Article)
    assert len(article.text) == MAX_CHARACTERS
    path.write_text("x" * (MAX_CHARACTERS + 1))
    error = only_error(path)
    assert (error.code, error.field) == ("too_long", "text")
    assert "1,000,001 characters" in error.message
    path.write_text("x" * (5 * MAX_CHARACTERS))
    assert only_error(path).code == "too_long"


def test_an_endless_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "more.jsonl"
    path.write_text(line(id="long", text="x" * (2 * MAX_LINE_BYTES)) + line(id="short", text=TEXT))
    error, article = read(path)
    assert isinstance(error, ArticleError)
    assert (error.code, error.line) == ("too_long", 1)
    assert isinstance(article, Article)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.jsonl").write_text(line(id="a", text="Other words.") + line(id="b", text="Other words."))
    first, error, last = read(tmp_path)
    assert isinstance(first, Article)
    assert first.text == TEXT
    assert isinstance(error, ArticleError)
    assert (error.code, error.line, error.field, error.article) == ("duplicate_id", 1, "id", "a")
    assert isinstance(last, Article)


def test_excluded_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "facts.jsonl").write_text(line(id="f", text=TEXT))
    (item,) = read(tmp_path, exclude=[(tmp_path / "facts.jsonl").resolve()])
    assert isinstance(item, Article)
    assert item.id == "a"


def test_progress_reaches_the_total(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.jsonl").write_text(line(id="b", text=TEXT) + "broken\n\n" + line(id="c", text=TEXT))
    reader = ArticleReader([tmp_path, tmp_path / "missing"])
    assert [(reader.place, type(item)) for item in reader][:3] == [
        ((f"{tmp_path.name}/a.txt", None), Article),
        ((f"{tmp_path.name}/b.jsonl", 1), Article),
        ((f"{tmp_path.name}/b.jsonl", 2), ArticleError),
    ]
    assert reader.bytes_read == reader.total_bytes() > 0


def test_reports_name_no_folder_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert display_name(Path("../news")) == "../news"
    assert display_name(tmp_path / "news" / "a.txt") == "news/a.txt"
    assert display_name(tmp_path.parent / "elsewhere" / "a.txt") == "a.txt"


def test_a_file_name_that_is_not_utf8_is_readable(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TEXT)
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert article.id == "caf?"


@given(text=st.text(min_size=1).filter(lambda text: not text.isspace() and repair(text) == text))
def test_any_text_comes_through(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "a.txt").write_bytes(text.encode())
    (folder / "b.jsonl").write_text(line(id="b", text=text))
    plain, record = read(folder)
    normalised = text.replace("\r\n", "\n").replace("\r", "\n")
    assume(isinstance(plain, Article))  # it may read as another language
    assert isinstance(plain, Article)
    assert plain.text == normalised.removeprefix("\ufeff")
    assert isinstance(record, Article)
    assert record.text == normalised
    for span in (*record.furniture, *filter(None, [record.headline])):
        assert 0 <= span.start < span.end <= len(record.text)
