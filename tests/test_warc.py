import base64
import gzip
import hashlib
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from newsfacts.read import ArticleReader
from newsfacts.read.page import MAX_PAGE_BYTES
from newsfacts.records import Article, ArticleError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

URL = "https://ledger.example/{}"


def page(number: int | str, more: str = "") -> bytes:
    """A small page of its own wording."""
    return (
        f"<html lang=en><head><title>Quarry {number} digs deeper</title>{more}</head><body>"
        f"<h1>Quarry {number} digs deeper</h1>"
        f"<p>Quarry {number} said it had sold 7,{number} tonnes of gravel in the year to June, 12 percent more than in "
        "the year before, since two new roads were being built in the valley.</p>"
        f"<p>Its costs rose 4 percent to £3 million, it said, and it plans to hire {number} people.</p></body></html>"
    ).encode()


def record(
    number: int | str,
    body: bytes | None = None,
    *,
    status: str = "200 OK",
    kind: str = "response",
    content: str = "text/html; charset=utf-8",
    headers: str = "",
    digest: str | None = None,
    url: str = URL,
) -> bytes:
    """A record of an archive, with an HTTP answer in it."""
    body = page(number) if body is None else body
    block = f"HTTP/1.1 {status}\r\nContent-Type: {content}\r\n{headers}\r\n".encode() + body
    sha1 = base64.b32encode(hashlib.sha1(block).digest()).decode()
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url.format(number)}\r\nWARC-Date: 2024-05-01T08:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Block-Digest: {digest or f'sha1:{sha1}'}\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    ).encode() + (block + b"\r\n\r\n")


def info() -> bytes:
    head = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: 6\r\n\r\n"
    return head + b"a: b\r\n\r\n\r\n"


def read(path: Path, content: bytes) -> list[Article | ArticleError]:
    path.write_bytes(content)
    return list(ArticleReader([path]))


def ids(items: list[Article | ArticleError]) -> list[str]:
    return [item.id.removeprefix(URL.format("")) for item in items if isinstance(item, Article)]


def errors(items: list[Article | ArticleError]) -> list[tuple[str, int | None]]:
    return [(item.code, item.line) for item in items if isinstance(item, ArticleError)]


PACKERS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd.compress}


@pytest.mark.parametrize("suffix", PACKERS)
def test_pages_of_an_archive_are_articles(tmp_path: Path, suffix: str) -> None:
    dated = page("b", '<meta property="article:published_time" content="2024-04-30">')
    records = [info(), record("a", kind="request", body=b""), record("a"), record("b", dated)]
    first, second = read(tmp_path / f"news.warc{suffix}", b"".join(map(PACKERS[suffix], records)))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id, first.url, first.title) == (URL.format("a"), URL.format("a"), "Quarry a digs deeper")
    assert first.text.startswith("Quarry a digs deeper\n\nQuarry a said it had sold")
    assert "£3 million" in first.text
    assert first.published is None  # the day of the crawl is none of publication
    assert second.model_dump(mode="json")["published"] == "2024-04-30"


def test_a_file_packed_as_a_whole_is_read(tmp_path: Path) -> None:
    assert ids(read(tmp_path / "a.warc.gz", gzip.compress(record("a") + record("b")))) == ["a", "b"]


def test_what_is_no_page_is_passed_over_silently(tmp_path: Path) -> None:
    records = [
        record("gone", status="404 Not Found"),
        record("moved", status="301 Moved Permanently"),
        record("picture", b"\x89PNG", content="image/png"),
        record("film", b"0" * 25_000_000, content="video/mp4"),
        record("old", kind="revisit"),
        record("data", b"{}", content="application/json"),
        record("names", content="a").replace(b"application/http; msgtype=response", b"text/dns"),
        record("page", content="application/xhtml+xml"),
    ]
    items = read(tmp_path / "a.warc", b"".join(records))
    assert ids(items) == ["page"]
    assert errors(items) == []


def test_an_address_that_comes_again_has_a_number(tmp_path: Path) -> None:
    read(tmp_path / "a.warc", record("a") + record("a") + record("b"))
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(record("a")) + gzip.compress(record("a")))
    items = list(ArticleReader([tmp_path]))
    assert ids(items) == ["a", "a#2", "b", "a#3", "a#4"]
    assert {item.url for item in items if isinstance(item, Article)} == {URL.format("a"), URL.format("b")}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(page("a")), "Content-Encoding: gzip\r\n"),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(page("a")), page("a")), "Transfer-Encoding: chunked\r\n"),
    ],
)
def test_packed_answers_are_unpacked(tmp_path: Path, body: bytes, headers: str) -> None:
    assert ids(read(tmp_path / "a.warc", record("a", body, headers=headers) + record("b"))) == ["a", "b"]


def test_the_charset_of_the_answer_counts(tmp_path: Path) -> None:
    body = page("a").decode().encode("cp1252")
    (article,) = read(tmp_path / "a.warc", record("a", body, content="text/html; charset=windows-1252"))
    assert isinstance(article, Article)
    assert "£3 million" in article.text


@pytest.mark.parametrize(
    ("broken", "code", "says"),
    [
        (record("x", b"no gzip", headers="Content-Encoding: gzip\r\n"), "bad_record", "unpacked"),
        (record("x", b"no chunk", headers="Transfer-Encoding: chunked\r\n"), "bad_record", "unpacked"),
        (record("x", status="what?"), "bad_record", "HTTP answer"),
        (record("x", digest="sha1:AAAA"), "bad_record", "digest"),
        (record("x", b"<p>"), "empty_text", "no article"),
        (record("x", b"<p>Sales</p>" + b" " * (MAX_PAGE_BYTES + 100_000)), "too_long", "20 MB"),
        (
            record("x", gzip.compress(b" " * (MAX_PAGE_BYTES + 1)), headers="Content-Encoding: gzip\r\n"),
            "too_long",
            "20 MB",
        ),
        (
            record("x", ("<p>" + "Der Umsatz stieg im vorigen Jahr um 7 Prozent. " * 9).encode()),
            "not_english",
            "de",
        ),
        (record("x", url=""), "bad_field", "at least 1"),
    ],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_broken_page_is_named_and_the_others_are_read(
    tmp_path: Path, broken: bytes, code: str, says: str, pack: Callable[[bytes], bytes]
) -> None:
    items = read(tmp_path / "a.warc", b"".join(map(pack, [info(), record("a"), broken, record("b")])))
    assert ids(items) == ["a", "b"]
    (error,) = (item for item in items if isinstance(item, ArticleError))
    assert (error.code, error.file, error.line) == (code, "a.warc", 3)
    assert error.article == (URL.format("x") if code != "bad_field" else None)
    assert says in error.message


def _flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(255 - byte for byte in data[middle : middle + 40]) + data[middle + 40 :]


@pytest.mark.parametrize(
    ("records", "read_ids"),
    [
        ([gzip.compress(record("a")), _flip(gzip.compress(record("x"))), gzip.compress(record("b"))], ["a", "b"]),
        ([zstd.compress(record("a")), _flip(zstd.compress(record("x"))), zstd.compress(record("b"))], ["a", "b"]),
        ([gzip.compress(record("a")), b"\0" * 3_000_000, gzip.compress(record("b"))], ["a", "b"]),
        ([record("a"), b"rubbish\r\n" * 300_000, record("b")], ["a", "b"]),
        ([record("a"), record("x").replace(b"WARC/1.0", b"WARCH"), record("b")], ["a", "b"]),
        ([record("a"), record("x").replace(b"Content-Length: ", b"Content-Length: x"), record("b")], ["a", "b"]),
        ([_flip(gzip.compress(record("x"))), gzip.compress(record("a"))], ["a"]),
        ([record("a"), record("b")[:-200]], ["a"]),
        ([gzip.compress(record("a")), gzip.compress(record("b"))[:-60]], ["a"]),
        ([b"hello\n" * 100], []),
    ],
)
def test_damage_is_reported_once_and_reading_goes_on_behind_it(
    tmp_path: Path, records: list[bytes], read_ids: list[str]
) -> None:
    items = read(tmp_path / "a.warc.gz", b"".join(records))
    assert ids(items) == read_ids
    ((code, _),) = errors(items)
    assert code == "bad_record"


def test_a_wrong_length_costs_its_own_record_alone(tmp_path: Path) -> None:
    for wrong in (b"Content-Length: 1", b"Content-Length: 99"):
        short = record("x").replace(b"Content-Length: ", wrong)
        items = read(tmp_path / "a.warc", record("a") + short + record("b") + record("c"))
        assert ids(items) == ["a", "b", "c"]
        assert ("bad_record", 2) in errors(items)


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    assert errors(read(tmp_path / "a.warc", b"")) == [("empty_file", None)]
    assert errors(read(tmp_path / "a.warc", info())) == [("empty_file", None)]


def test_the_fields_of_records_do_not_change_pages(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(record("a"))
    (article,) = ArticleReader([tmp_path / "a.warc"], fields={"text": "body", "id": "key"})
    assert isinstance(article, Article)


def test_without_its_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    (error,) = read(tmp_path / "a.warc", record("a"))
    assert isinstance(error, ArticleError)
    assert error.code == "missing_library"
    assert "pip install 'newsfacts[warc]'" in error.message


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_and_other_endings_are_told_to_use_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pack(record("a")))))
    (error,) = ArticleReader(["-"])
    assert isinstance(error, ArticleError)
    assert "ends in .warc" in error.message


def test_the_library_is_loaded_for_archives_alone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Sales rose 7 percent.")
    code = "import sys; from newsfacts.read import ArticleReader; list(ArticleReader(sys.argv[1:])); "
    code += "assert not any(name.startswith('fastwarc') for name in sys.modules)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    padding = "<!--" + "x" * 20_000 + "-->"
    with path.open("wb") as out:
        for number in range(240):
            out.write(gzip.compress(record(number, page(number, padding)), 1))
        out.write(gzip.compress(record("film", b"0" * 30_000_000, content="video/mp4"), 1))
    reader = ArticleReader([path])
    tracemalloc.start()
    used = [tracemalloc.get_traced_memory()[0] for item in reader if isinstance(item, Article)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(used) == 240
    assert used[-1] < used[120] + 1_000_000  # less than half of the pages between
    assert peak < 10_000_000  # less than the film
    assert reader.bytes_read == path.stat().st_size
