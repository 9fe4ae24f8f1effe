import csv
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from newsfacts.read import ArticleReader, make_article
from newsfacts.read.decode import repair
from newsfacts.read.files import display_name
from newsfacts.read.problems import ReadError
from newsfacts.read.rows import MAX_LINE_BYTES, read_csv, read_json, read_json_lines, read_parquet
from newsfacts.read.texts import TextFolder
from newsfacts.records import MAX_CHARACTERS, Article, ArticleError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

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
    path.write_text(("The é of the " * 8)[:99].join(("", "\n")) * (MAX_CHARACTERS // 100), newline="\r\n")
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


ROWS = [{"id": "a", "text": TEXT}, {"id": "b", "text": 'Said "yes" | no;\n\ttabs, too.'}]


def articles(*paths: Path, **options: Any) -> dict[str, str]:
    items = read(*paths, **options)
    assert all(isinstance(item, Article) for item in items), items
    return {item.id: item.text for item in items if isinstance(item, Article)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_rows_of_csv_are_articles(tmp_path: Path, delimiter: str, ends: str) -> None:
    path = tmp_path / "more.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, ["id", "published", "text"], delimiter=delimiter, lineterminator=ends)
        writer.writeheader()
        writer.writerows({**row, "published": "2024-05-24 10:12:00"} for row in ROWS)
    items = read(path)
    assert [(item.id, item.text, str(item.published)) for item in items if isinstance(item, Article)] == [
        (row["id"], row["text"], "2024-05-24") for row in ROWS
    ]


def test_a_broken_row_of_csv_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text('id,text\na,"Sales\nrose."\n\nb,Sales rose, again.\nc\n,Sales\nd,\ne,Sales rose.\n')
    items = read(path)
    assert [(item.code, item.line, item.field) for item in items if isinstance(item, ArticleError)] == [
        ("bad_row", 5, None),
        ("missing_field", 6, "text"),
        ("bad_field", 7, "id"),
        ("empty_text", 8, "text"),
    ]
    assert [item.id for item in items if isinstance(item, Article)] == ["a", "e"]
    assert "needs quotes" in str(items[1])


def test_an_endless_cell_is_named(tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text('id,text\na,Sales rose.\nb,"' + "x" * (MAX_LINE_BYTES + 10) + "\n")
    first, *errors = read(path)
    assert isinstance(first, Article)
    assert isinstance(errors[0], ArticleError)
    assert (errors[0].code, errors[0].line) == ("bad_row", 3)


def test_a_file_without_the_needed_columns_says_which_it_has(tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("uuid;body\na;Sales rose.\n")
    error = only_error(tmp_path / "more.csv")
    assert (error.code, error.line, error.field) == ("missing_field", 1, "id")
    assert "uuid, body" in error.message
    assert "--field" in error.message
    (tmp_path / "more.csv").write_text("")
    assert only_error(tmp_path / "more.csv").code == "empty_file"


def test_fields_may_have_other_names(tmp_path: Path) -> None:
    row = {"uuid": "a", "body": TEXT, "when": "2024-05-24", "by": "Jane Whitcombe", "text": "no", "id": 7}
    (tmp_path / "a.jsonl").write_text(line(**row))
    fields = {"id": "uuid", "text": "body", "published": "when", "author": "by"}
    (article,) = read(tmp_path, fields=fields)
    assert isinstance(article, Article)
    assert (article.id, article.text, str(article.published), article.author) == (
        "a",
        TEXT,
        "2024-05-24",
        "Jane Whitcombe",
    )
    (tmp_path / "a.jsonl").write_text(line(uuid="a") + line(uuid="b", body=5) + line(uuid="b", body=TEXT, when="May"))
    errors = read(tmp_path, fields=fields)
    assert [(error.code, error.field) for error in errors if isinstance(error, ArticleError)] == [
        ("missing_field", "body"),
        ("bad_field", "body"),
        ("bad_field", "when"),
    ]
    with pytest.raises(ValueError, match="unknown field 'body'"):
        ArticleReader([tmp_path], fields={"body": "text"})


def test_fields_of_records_change_no_text_and_no_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.html").write_text(
        '<link rel="canonical" href="https://example.org/b"><h1>A plant</h1><p>It cost $5m.</p>'
    )
    (tmp_path / "c.jsonl").write_text(line(url="https://example.org/c", text=TEXT))
    items = read(tmp_path, fields={"id": "url"})
    assert [(item.id, item.url) for item in items if isinstance(item, Article)] == [
        ("a", None),
        ("b", "https://example.org/b"),
        ("https://example.org/c", "https://example.org/c"),
    ]


def test_links_that_go_round_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "up").symlink_to(tmp_path)
    assert list(articles(tmp_path)) == ["a"]


def test_a_file_that_breaks_a_reader_does_not_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("id,text\na,Sales rose.\n".encode("utf-16")[:-1])
    (tmp_path / "b.txt").write_text(TEXT)
    *_, error, article = read(tmp_path)
    assert isinstance(error, ArticleError)
    assert (error.code, error.file) == ("failed", f"{tmp_path.name}/a.csv")
    assert isinstance(article, Article)


def test_a_plain_text_loads_no_library_for_other_formats(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    code = "import sys; from newsfacts.read import ArticleReader; list(ArticleReader(['a.txt'])); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not {"trafilatura", "lxml", "py3langid", "ftfy", "pyarrow"} & set(result.stdout.split())


def test_what_a_record_says_in_another_shape_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line(id="a", text=TEXT, author=["A", "B"], site={"name": "x"}, language=""))
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert (article.author, article.site, article.language) == (None, None, None)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "\ufeff \n" + json.dumps(ROWS, ensure_ascii=False),
        "\n".join(map(json.dumps, ROWS)),
        "".join(json.dumps(row, indent=1) for row in ROWS),
    ],
    ids=["array", "indented array", "mark and blank line", "lines", "objects"],
)
def test_json_is_read_an_object_at_a_time(tmp_path: Path, content: str) -> None:
    (tmp_path / "more.json").write_text(content)
    assert articles(tmp_path) == {row["id"]: row["text"] for row in ROWS}


def test_a_broken_object_of_an_array_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "more.json"
    good = json.dumps({"id": "a", "text": 'Brackets ]}, and "quotes" \\'})
    path.write_text(
        f'[\n{good},\n{{"id": "b", "text": }},\n  7,\n\n{{"id": "c",\n "txt": []}},\n{{"id": "d", "text": "x"}}\n]'
    )
    items = read(path)
    assert [(item.code, item.line) for item in items if isinstance(item, ArticleError)] == [
        ("bad_json", 3),
        ("bad_json", 4),
        ("missing_field", 6),
    ]
    assert [item.id for item in items if isinstance(item, Article)] == ["a", "d"]


def test_an_array_that_is_cut_off_says_so(tmp_path: Path) -> None:
    path = tmp_path / "more.json"
    path.write_text(json.dumps(ROWS)[:-20])
    first, cut, end = read(path)
    assert isinstance(first, Article)
    assert isinstance(cut, ArticleError)
    assert isinstance(end, ArticleError)
    assert (cut.code, end.code) == ("bad_json", "bad_json")
    assert "cut off" in end.message
    for empty in ("", " \n", "[]", "[ \n ]"):
        path.write_text(empty)
        assert only_error(path).code == "empty_file"


@given(rows=st.lists(st.dictionaries(st.text(), st.text()), min_size=1), indent=st.sampled_from([None, 1]))
def test_any_array_is_split_where_json_splits_it(rows: list[dict[str, str]], indent: int | None) -> None:
    with io.BytesIO(json.dumps(rows, indent=indent, ensure_ascii=False).encode("utf-8", "replace")) as stream:
        found = [row for row, _ in read_json(io.BufferedReader(stream))]  # type: ignore[arg-type]
    assert found == [
        {
            key.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode()
            for key, value in row.items()
        }
        for row in rows
    ]


def test_an_endless_object_of_an_array_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "more.json"
    path.write_text(json.dumps([{"id": "long", "text": "x" * (2 * MAX_LINE_BYTES)}, {"id": "short", "text": TEXT}]))
    error, article = read(path)
    assert isinstance(error, ArticleError)
    assert error.code == "too_long"
    assert isinstance(article, Article)


def test_rows_of_parquet_are_articles(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    path = tmp_path / "more.parquet"
    when = dt.datetime(2024, 5, 24, 10, 12, tzinfo=dt.UTC)
    table = pa.table(
        {
            "id": [7, 8, 9],
            "text": [TEXT, None, "Sales rose."],
            "published": [when, when, None],
            "unused": [{"deep": [1]}] * 3,
        }
    )
    pq.write_table(table, path, row_group_size=2)
    first, error, last = read(path)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(error, ArticleError)
    assert (first.id, first.text, str(first.published), last.published) == ("7", TEXT, "2024-05-24", None)
    assert (error.code, error.line, error.field, error.article) == ("bad_field", 2, "text", "8")
    error = only_error_of(path, fields={"text": "body"})
    assert (error.code, error.field) == ("missing_field", "body")
    path.write_bytes(b"PAR1 and no more")
    assert only_error(path).code == "unreadable"


def test_memory_stays_flat_in_a_parquet_file_of_one_row_group(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    path = tmp_path / "more.parquet"
    texts = [os.urandom(1000).hex() for _ in range(8000)]
    pq.write_table(pa.table({"id": list(map(str, range(8000))), "text": texts}), path)
    peak = 0
    for count, (row, line) in enumerate(read_parquet(path, ["id", "text"], ["id", "text"]), 1):
        assert not isinstance(row, ReadError)
        assert (line, row["text"]) == (count, texts[count - 1])
        peak = max(peak, pa.total_allocated_bytes())
    assert line == 8000
    assert peak < 8_000_000


def only_error_of(path: Path, **options: Any) -> ArticleError:
    (item,) = read(path, **options)
    assert isinstance(item, ArticleError)
    return item


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "more.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    error = only_error(tmp_path / "more.parquet")
    assert (error.code, error.file) == ("missing_library", "more.parquet")
    assert "newsfacts[parquet]" in error.message


PACKERS = {".gz": gzip.compress, ".zst": zstd.compress}


@pytest.mark.parametrize("suffix", PACKERS)
def test_packed_files_are_read(tmp_path: Path, suffix: str) -> None:
    contents = {
        "one.txt": TEXT,
        "page.html": f"<h1>A plant</h1><p>{TEXT.splitlines()[2]}</p>",
        "more.jsonl": line(id="lines", text=TEXT),
        "more.json": json.dumps([{"id": "array", "text": TEXT}]),
        "more.csv": "id,text\ncsv,Sales rose.\n",
    }
    for name, content in contents.items():
        (tmp_path / f"{name}{suffix}").write_bytes(PACKERS[suffix](content.encode()))
    reader = ArticleReader([tmp_path])
    items = list(reader)
    assert [item.id for item in items if isinstance(item, Article)] == ["csv", "array", "lines", "one", "page"]
    assert reader.bytes_read == reader.total_bytes() > 0


def test_packed_data_are_told_by_their_bytes_not_their_name(tmp_path: Path) -> None:
    (tmp_path / "plain.txt.gz").write_text(TEXT)
    (tmp_path / "packed.txt").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "parts.txt.gz").write_bytes(gzip.compress(TEXT.encode()) + gzip.compress(b"More."))
    (tmp_path / "parts2.txt.zst").write_bytes(zstd.compress(TEXT.encode()) + zstd.compress(b"More."))
    assert articles(tmp_path) == {"plain": TEXT, "packed": TEXT, "parts": TEXT + "More.", "parts2": TEXT + "More."}
    (tmp_path / "twice.txt.gz").write_bytes(gzip.compress(gzip.compress(TEXT.encode())))
    error = only_error(tmp_path / "twice.txt.gz")
    assert (error.code, error.message) == ("not_text", "the file is packed twice; unpack it once")


@pytest.mark.parametrize("suffix", PACKERS)
def test_damaged_packed_data_are_named_and_what_came_before_is_kept(tmp_path: Path, suffix: str) -> None:
    days = ["".join(f"The code of the day is {os.urandom(9).hex()}.\n" for _ in range(20)) for _ in range(1000)]
    rows = "".join(line(id=str(number), text=text) for number, text in enumerate(days))
    packed = PACKERS[suffix](rows.encode())
    path = tmp_path / f"more.jsonl{suffix}"
    path.write_bytes(packed[: len(packed) // 2])
    *found, error = read(path)
    assert len(found) > 200
    assert all(isinstance(item, Article) for item in found)
    assert isinstance(error, ArticleError)
    assert error.code == "unreadable"
    assert "damaged" in error.message


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "bomb.txt.gz", "wb") as stream:
        for _ in range(60):
            stream.write(b"x" * 1_000_000)
    tracemalloc.start()
    error = only_error(tmp_path / "bomb.txt.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.code == "too_long"
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (line(id="a", text=TEXT) + line(id="b", text=TEXT), ["a", "b"]),
        ("\n [" + line(id="a", text=TEXT) + "]", ["a"]),
        (TEXT, ["stdin"]),
        ("[Updated] Sales rose.", ["stdin"]),
        ("{Updated} Sales rose.", ["stdin"]),
        ("<!doctype html><h1>Sales</h1><p>Sales rose 7 percent.</p>", ["stdin"]),
    ],
    ids=["lines", "array", "text", "text in brackets", "text in braces", "page"],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress])
def test_standard_input_is_told_by_its_first_bytes(
    monkeypatch: pytest.MonkeyPatch, content: str, ids: list[str], pack: Callable[[bytes], bytes]
) -> None:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(pack(content.encode()))))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", stream)
    reader = ArticleReader(["-"])
    assert [item.id for item in reader if isinstance(item, Article)] == ids
    assert reader.place[0] == "-"
    assert reader.total_bytes() == 0


def test_the_command_line_maps_fields_saves_texts_and_skips_other_languages(tmp_path: Path) -> None:
    french = (
        "Les ventes du groupe Selwyn ont augmenté de 7,5 % pour atteindre 1,2 milliard d’euros, a annoncé la direction."
    )
    rows = (
        line(uuid="2024/a", body="Cafâ€™s sales rose 7 percent.\r\n")
        + line(uuid="../b", body=TEXT)
        + line(uuid="c", body=french)
    )
    command = [Path(sys.executable).parent / "newsfacts", "run", "-", "-o", "out", "--save-text", "texts"]
    result = subprocess.run(
        [*command, "--field", "text=body", "--field", "id=uuid"],
        input=rows,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert "0 errors, 1 skipped" in result.stdout
    assert result.stderr.startswith("Skipped: -, line 3: the text is not English")
    saved = {path.relative_to(tmp_path / "texts").as_posix(): path for path in (tmp_path / "texts").rglob("*.txt")}
    assert sorted(saved) == ["..%2Fb.txt", "2024/a.txt"]
    assert saved["2024/a.txt"].read_bytes() == "Caf’s sales rose 7 percent.\n".encode()
    summaries = [json.loads(row) for row in (tmp_path / "out" / "articles.jsonl").read_text("utf-8").splitlines()]
    assert [row["sha256"] for row in summaries] == [
        hashlib.sha256(saved[name].read_bytes()).hexdigest() for name in ("2024/a.txt", "..%2Fb.txt")
    ]
    (error,) = [json.loads(row) for row in (tmp_path / "out" / "errors.jsonl").read_text("utf-8").splitlines()]
    assert (error["code"], error["article"]) == ("not_english", "c")
    wrong = subprocess.run([*command, "--field", "body"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "must be OURS=THEIRS" in wrong.stderr


@pytest.mark.parametrize(
    ("article", "file"),
    [
        ("a", "a.txt"),
        ("2024/May/a b", "2024/May/a b.txt"),
        ("https://example.org/a?b=1", "https%3A%2F%2Fexample.org%2Fa%3Fb=1.txt"),
        ("/etc/passwd", "%2Fetc%2Fpasswd.txt"),
        ("../../a", "..%2F..%2Fa.txt"),
        ("a.txt/b", "a.txt%2Fb.txt"),
        ("a\\b\0", "a%5Cb%00.txt"),
        ("湖东/é", "湖东/é.txt"),
        ("%2F", "%252F.txt"),
    ],
)
def test_an_id_makes_a_file_inside_the_folder(tmp_path: Path, article: str, file: str) -> None:
    folder = TextFolder(tmp_path / "texts")
    folder.save(make_article(article, TEXT))
    (saved,) = (path for path in (tmp_path / "texts").rglob("*") if path.is_file())
    assert saved.relative_to(tmp_path / "texts").as_posix() == file
    assert saved.read_text("utf-8") == TEXT


def test_long_ids_have_files_of_their_own(tmp_path: Path) -> None:
    folder = TextFolder(tmp_path)
    for article in ("é" * 500 + "1", "é" * 500 + "2"):
        folder.save(make_article(article, TEXT))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv"])
def test_memory_stays_flat_whatever_the_number_of_rows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"more{suffix}"
    rows = [{"id": str(number), "text": f"{number}. {TEXT * 40}"} for number in range(4000)]
    with path.open("w", newline="") as stream:
        if suffix == ".json":
            json.dump(rows, stream)
        elif suffix == ".jsonl":
            stream.writelines(line(**row) for row in rows)
        else:
            writer = csv.DictWriter(stream, ["id", "text"])
            writer.writeheader()
            writer.writerows(rows)
    del rows
    assert path.stat().st_size > 8_000_000
    with path.open("rb") as raw:
        tracemalloc.start()
        found = {".json": read_json, ".jsonl": read_json_lines}.get(suffix, partial(read_csv, needed=["id"]))(raw)
        assert sum(1 for _ in found) == 4000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1_000_000


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
