"""Fetching, against a real server on this machine."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsfacts.cli import cli
from newsfacts.fetch import Manners, Report, fetch
from newsfacts.fetch.addresses import address, file_name
from newsfacts.fetch.listings import kind_of, read_listing
from newsfacts.fetch.problems import FetchError
from newsfacts.read import ArticleReader
from newsfacts.records import Article, ArticleError, Fetched

HASTY = Manners(delay=0, timeout=0.4, total=0.5, backoff=0.01, longest_wait=5, max_bytes=200_000)
Reply = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers by the replies of its server, a function a path; what has none is not found."""

    protocol_version = "HTTP/1.1"
    server: Site

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.headers.append(dict(self.headers))
        self.server.times.append(time.monotonic())
        self.server.replies.get(self.path, status(404))(self)

    def reply(
        self, body: bytes, kind: str | None = "text/html; charset=utf-8", code: int = 200, **headers: str
    ) -> None:
        self.send_response(code)
        for name, value in {
            "Content-Length": str(len(body)),
            **({"Content-Type": kind} if kind else {}),
            **headers,
        }.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, kind: str = "text/html") -> None:
        """Begin an answer that ends with the connection."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        pass


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: dict[str, Reply] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.connections = 0
        self.closing = threading.Event()

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def pages_asked(self) -> list[str]:
        return [path for path in self.asked if path != "/robots.txt"]

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # we hang up on answers that are too long


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


def body(name: str, more: str = "") -> bytes:
    """A page of its own wording."""
    return (
        f"<html lang=en><head><title>{name} opens a mill</title>{more}</head><body><h1>{name} opens a mill</h1>"
        f"<p>{name} has opened a paper mill that is to make 40,000 tonnes a year, the company said, and has hired 120 "
        "people from the town to run it in two shifts.</p>"
        "<p>It cost £9 million, a tenth more than had been planned, since the price of steel rose by 14 percent while "
        "the hall was being built.</p></body></html>"
    ).encode()


def page(name: str, **headers: str) -> Reply:
    return lambda handler: handler.reply(body(name), **headers)


def status(code: int, **headers: str) -> Reply:
    return lambda handler: handler.reply(b"no", code=code, **headers)


def moved(target: str) -> Reply:
    return status(302, Location=target)


def text(words: str, kind: str = "text/plain", **headers: str) -> Reply:
    return lambda handler: handler.reply(words.encode(), kind, **headers)


def rss(*items: tuple[str, str], more: str = "") -> str:
    entries = "".join(
        f"<item><title>x</title><link>{link}</link><guid>{link}</guid>{date and f'<pubDate>{date}</pubDate>'}</item>"
        for link, date in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><link>/home</link>{more}{entries}</channel></rss>'


def feed(*items: tuple[str, str], **headers: str) -> Reply:
    return text(rss(*items), "application/rss+xml", **headers)


def run(site: Site, folder: Path, *paths: str, manners: Manners = HASTY, **settings: Any) -> tuple[Report, list[str]]:
    """Fetch; returns the counts, and what went wrong as 'PATH: message'."""
    problems: list[Fetched] = []
    report = fetch([site.url(path) for path in paths], folder, manners=manners, on_error=problems.append, **settings)
    assert report.failed == len(problems)
    return report, [f"{line.url.removeprefix(site.url())}: {line.error}" for line in problems]


def problem_of(site: Site, folder: Path, reply: Reply, manners: Manners = HASTY) -> str:
    """What is said of a page that cannot be fetched; it must leave nothing behind."""
    site.replies["/page"] = reply
    report, problems = run(site, folder, "/page", manners=manners)
    assert report == Report(failed=1)
    assert pages(folder) == []
    return problems[0].removeprefix("/page: ")


def log(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "fetched.log").read_text("utf-8").splitlines()]


def pages(folder: Path) -> list[Path]:
    assert not list(folder.rglob(".fetching"))
    return sorted(folder.rglob("*.html"))


def articles(folder: Path) -> dict[str, Article]:
    """The articles of a folder by the last part of their address; there are no errors in it."""
    items = list(ArticleReader([folder]))
    assert [item for item in items if isinstance(item, ArticleError)] == []
    return {str(item.url).rpartition("/")[2]: item for item in items if isinstance(item, Article)}


def test_a_page_is_saved_as_it_was_sent(site: Site, tmp_path: Path) -> None:
    site.replies["/2026/paper-mill.html"] = page("Oakley", ETag='"a1"', Last_Modified="Sun, 01 Nov 2026 10:00:00 GMT")
    report, _ = run(site, tmp_path, "/2026/paper-mill.html")
    assert report == Report(new=1)
    (saved,) = pages(tmp_path)
    assert saved.parent.name == f"127.0.0.1-{site.server_port}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-paper-mill-[0-9a-f]{8}\.html", saved.name)
    assert saved.read_bytes() == body("Oakley")
    (line,) = log(tmp_path)
    assert line["file"] == f"{saved.parent.name}/{saved.name}"
    assert line["url"] == line["final_url"] == site.url("/2026/paper-mill.html")
    assert (line["status"], line["charset"], line["etag"]) == (200, "utf-8", '"a1"')
    assert line["last_modified"] == "Sun, 01 Nov 2026 10:00:00 GMT"
    assert len(line["sha256"]) == 64


def test_what_run_reads_of_the_folder(site: Site, tmp_path: Path) -> None:
    site.replies["/feed"] = feed(("/oakley", "Sat, 28 Nov 2026 23:30:00 -0500"), ("/birch", ""))
    site.replies["/oakley"] = page("Oakley")
    said = body("Birch", '<link rel="canonical" href="https://birch.example/mill">')
    site.replies["/birch"] = lambda handler: handler.reply(said)
    run(site, tmp_path, "/feed", "/missing")
    read = articles(tmp_path)
    assert set(read) == {"oakley", "mill"}
    assert read["oakley"].url == site.url("/oakley")
    assert str(read["oakley"].published) == "2026-11-28"  # the day where it was published
    assert read["oakley"].text.startswith("Oakley opens a mill\n\nOakley has opened")
    assert read["mill"].published is None
    host = next(path for path in tmp_path.iterdir() if path.is_dir())
    assert set(articles(host)) == {"oakley", "mill"}  # a part of the folder is read as well


def test_reading_touches_no_network(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.replies["/a"] = page("Oakley")
    run(site, tmp_path, "/a")

    def refuse(*arguments: object) -> None:
        raise AssertionError("the network was touched")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert set(articles(tmp_path)) == {"a"}


def test_the_charset_of_the_server_is_respected(site: Site, tmp_path: Path) -> None:
    words = body("Café Łódź").decode()
    site.replies["/a"] = lambda handler: handler.reply(
        words.encode("iso8859-2", "replace"), "text/html; charset=iso-8859-2"
    )
    site.replies["/b"] = lambda handler: handler.reply(words.encode("utf-16"), 'text/html;charset="UTF-16"')
    site.replies["/wrong"] = lambda handler: handler.reply(words.encode(), "text/html; charset=iso-8859-1")
    site.replies["/none"] = lambda handler: handler.reply(body("Café").decode().encode("cp1252"), "text/html")
    site.replies["/nonsense"] = lambda handler: handler.reply(body("Café") + b"<!-- -->", "text/html; charset=klingon")
    run(site, tmp_path, "/a", "/b", "/wrong", "/none", "/nonsense")
    read = articles(tmp_path)
    titles = {name: article.title for name, article in read.items()}
    assert titles == {
        "a": "Café Łódź opens a mill",
        "b": "Café Łódź opens a mill",
        "wrong": "Café Łódź opens a mill",
        "none": "Café opens a mill",
        "nonsense": "Café opens a mill",
    }


def test_a_second_fetch_adds_only_what_is_new(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/a": page("Ash"), "/b": page("Birch"), "/c": page("Cedar"), "/feed": feed(("/a", ""), ("/b", ""))}
    assert run(site, tmp_path, "/feed", "/c")[0] == Report(new=3, listings=1)
    before = {path: path.stat().st_mtime_ns for path in pages(tmp_path)}
    site.asked.clear()
    site.replies |= {"/feed": feed(("/d", ""), ("/a", ""), ("/b", "")), "/d": page("Dogwood")}
    assert run(site, tmp_path, "/feed", "/c")[0] == Report(new=1, known=3, listings=1)
    assert site.pages_asked() == ["/feed", "/d"]
    assert before.items() <= {path: path.stat().st_mtime_ns for path in pages(tmp_path)}.items()
    assert set(articles(tmp_path)) == {"a", "b", "c", "d"}


def test_a_feed_that_has_not_changed_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    def conditional(handler: Handler) -> None:
        if handler.headers["If-None-Match"] == '"v1"' and handler.headers["If-Modified-Since"] == "yesterday":
            handler.send_response(304)
            handler.end_headers()
        else:
            handler.reply(rss(("/a", ""), ("/b", "")).encode(), "text/xml", ETag='"v1"', Last_Modified="yesterday")

    site.replies |= {"/feed": conditional, "/a": page("Ash"), "/b": status(404)}
    assert run(site, tmp_path, "/feed")[0] == Report(new=1, failed=1, listings=1)
    site.replies["/b"] = page("Birch")  # what failed is tried again all the same
    assert run(site, tmp_path, "/feed")[0] == Report(new=1, known=1, listings=1)
    assert set(articles(tmp_path)) == {"a", "b"}


def test_a_page_whose_file_was_removed_is_fetched_again(site: Site, tmp_path: Path) -> None:
    site.replies["/a"] = page("Ash")
    run(site, tmp_path, "/a")
    pages(tmp_path)[0].unlink()
    assert run(site, tmp_path, "/a")[0] == Report(new=1)
    assert len(pages(tmp_path)) == 1


def test_one_page_at_several_addresses_is_saved_once(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/a": page("Ash"), "/short": moved("/a"), "/copy": page("Ash"), "/a?utm_source=rss": page("Ash")}
    assert run(site, tmp_path, "/a", "/short", "/copy", "/a?utm_source=rss#top")[0] == Report(new=1, known=2)
    assert set(articles(tmp_path)) == {"a"}
    site.asked.clear()
    assert run(site, tmp_path, "/short", "/copy")[0] == Report(known=2)
    assert site.pages_asked() == []


def test_the_newest_entries_of_a_feed(site: Site, tmp_path: Path) -> None:
    dates = {"/old": "Mon, 02 Nov 2026 08:00:00 GMT", "/new": "Tue, 03 Nov 2026 08:00:00 GMT", "/undated": ""}
    site.replies["/feed"] = feed(*dates.items(), ("/middle", "Tue, 03 Nov 2026 08:30:00 +0200"))
    site.replies |= {path: page(path.strip("/").title()) for path in (*dates, "/middle")}
    assert run(site, tmp_path, "/feed", limit=2)[0] == Report(new=2, listings=1)
    assert site.pages_asked() == ["/feed", "/new", "/middle"]
    # those that are here already count, lest each fetch reach further back
    assert run(site, tmp_path, "/feed", limit=2)[0] == Report(known=2, listings=1)
    assert run(site, tmp_path, "/feed", limit=9)[0] == Report(new=2, known=2, listings=1)


ATOM = """<?xml-stylesheet href="x.css"?><!-- <rss> --><feed xmlns="http://www.w3.org/2005/Atom">
<link rel="self" href="https://a.example/feed"/><link href="https://a.example/"/><updated>2026-11-04T00:00:00Z</updated>
<entry><link rel="enclosure" href="https://a.example/sound"/><link rel="alternate" href="news/1?a=1&amp;b=2"/>
<id>tag:1</id><published>2026-11-02T23:00:00-05:00</published><updated>2026-11-09T00:00:00Z</updated></entry>
<entry><link href="/2"/><updated>2026-11-05</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><link>https://a.example/</link></channel>
<item><link>https://a.example/1</link><dc:date>2026-11-02T08:00+01:00</dc:date></item></rdf:RDF>"""
SLOPPY = """
<rss><channel><link>https://a.example/</link><atom:link href="https://a.example/feed" rel="self"/>
<item><title>Bread &nbsp; butter & jam</title><link><![CDATA[ https://a.example/1?x=1&y=2 ]]></link></item>
<item><guid isPermaLink="false">https://a.example/no</guid></item><item><guid>https://a.example/2</guid></item>
<item><link>mailto:editor@a.example</link></item>"""
MAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="urn:news" xmlns:image="urn:image">
<url><loc>https://a.example/old</loc><lastmod>2026-01-01</lastmod></url>
<url><loc> https://a.example/new </loc><image:image><image:loc>https://a.example/p.png</image:loc></image:image>
<n:news><n:publication_date>2026-11-02</n:publication_date></n:news></url></urlset>"""


@pytest.mark.parametrize(
    ("listing", "kind", "expected"),
    [
        (ATOM, "feed", [("2", None), ("news/1?a=1&b=2", "2026-11-02")]),
        (RDF, "feed", [("1", "2026-11-02")]),
        (SLOPPY, "feed", [("1?x=1&y=2", None), ("2", None)]),
        (MAP, "sitemap", [("new", "2026-11-02"), ("old", None)]),
    ],
)
def test_kinds_of_feeds_and_sitemaps(listing: str, kind: str, expected: list[tuple[str, str | None]]) -> None:
    for raw in (listing.encode(), b"\xef\xbb\xbf" + listing.encode()):
        assert kind_of(raw) == kind
        found = read_listing(raw, "https://a.example/feed").pages
        days = [(entry.url.removeprefix("https://a.example/"), entry.published) for entry in found]
        assert [(url, day and day.isoformat()) for url, day in days] == expected


def test_what_is_no_feed() -> None:
    assert kind_of(body("Ash")) is None
    assert kind_of(b"<!doctype html><!-- " + b"-->" * 9 + b"<!-- -->" * 2000 + b"<html>") is None
    for raw in (b"<html><item/></html>", b"", b"rss"):
        with pytest.raises(FetchError, match="not readable XML"):
            read_listing(raw, "https://a.example/")


def test_a_feed_with_entities_is_no_bomb() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    item = "<item><link>https://a.example/1</link><title>&a9;</title></item>"
    found = read_listing(f"<!DOCTYPE rss [{entities}]><rss>{item}</rss>".encode(), "https://a.example/")
    assert [entry.url for entry in found.pages] == ["https://a.example/1"]


def test_sitemaps_of_an_index_are_read_until_there_is_enough(site: Site, tmp_path: Path) -> None:
    index = "".join(
        f"<sitemap><loc>{site.url(path)}</loc><lastmod>{day}</lastmod></sitemap>"
        for path, day in (("/maps?page=1", "2025-01-01"), ("/maps?page=3", "2026-11-01"), ("/maps.gz", "2026-01-01"))
    )
    site.replies["/index.xml"] = text(f"<sitemapindex>{index}</sitemapindex>", "application/xml")
    maps = [f"<urlset><url><loc>{site.url(path)}</loc></url></urlset>" for path in ("/a", "/b", "/c")]
    site.replies["/maps?page=3"] = text(maps[0], "application/xml")
    site.replies["/maps.gz"] = lambda handler: handler.reply(gzip.compress(maps[1].encode()), "application/x-gzip")
    site.replies["/maps?page=1"] = text(maps[2], "application/xml")
    site.replies |= {"/a": page("Ash"), "/b": page("Birch"), "/c": page("Cedar")}
    assert run(site, tmp_path, "/index.xml", limit=2)[0] == Report(new=2, listings=3)
    assert set(articles(tmp_path)) == {"a", "b"}
    assert "/maps?page=1" not in site.asked


def test_a_feed_in_a_feed_is_not_followed(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/feed": feed(("/feed2", ""), ("/a", "")), "/feed2": feed(("/feed", "")), "/a": page("Ash")}
    report, problems = run(site, tmp_path, "/feed")
    assert report == Report(new=1, failed=1, listings=1)
    assert problems == ["/feed2: a feed lists this feed as a page; to read it, give its address"]


def test_robots_txt_is_obeyed(site: Site, tmp_path: Path) -> None:
    rules = (
        "User-agent: *\nDisallow: /\n\nUser-agent: Acme\nDisallow: /*print$\nDisallow: /private\nAllow: /private/open\n"
    )
    site.replies |= {
        "/robots.txt": text(rules),
        "/a": page("Ash"),
        "/private/open": page("Oakley"),
        "/b": moved("/a/print"),
    }
    paths = ("/a", "/a/print", "/private/x", "/private/open", "/b")
    manners = Manners(agent="acme/2.0 (+https://acme.example)", delay=0)
    report, problems = run(site, tmp_path, *paths, manners=manners)
    assert (report.new, report.failed) == (2, 3)
    assert [line for line in problems if "robots.txt does not allow it" in line] == problems
    assert site.asked == ["/robots.txt", "/a", "/private/open", "/b"]
    assert {headers["User-Agent"] for headers in site.headers} == {"acme/2.0 (+https://acme.example)"}
    assert run(site, tmp_path / "other", "/a", manners=HASTY)[0] == Report(failed=1)


@pytest.mark.parametrize(
    ("reply", "new"),
    [
        (status(404), 1),
        (status(403), 1),
        (moved("/elsewhere.txt"), 0),
        (text("<html>no rules here</html>", "text/html"), 1),
        (text("User-agent: *\nDisallow: /a\n" + "# more\n" * 200_000), 0),
        (text(""), 1),
        (status(500), 0),
    ],
)
def test_odd_robots_txt(site: Site, tmp_path: Path, reply: Reply, new: int) -> None:
    site.replies |= {"/robots.txt": reply, "/elsewhere.txt": text("User-agent: *\nDisallow: /"), "/a": page("Ash")}
    assert run(site, tmp_path, "/a")[0] == Report(new=new, failed=1 - new)


def test_a_host_whose_robots_txt_cannot_be_read_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/robots.txt": status(503), "/a": page("Ash"), "/b": page("Birch")}
    _, (first, second) = run(site, tmp_path, "/a", "/b")
    message = "robots.txt cannot be read, so nothing else is asked for: the server answered 503 Service Unavailable"
    assert first == f"/a: {message}"
    assert second == f"/b: not asked for, since the host failed before: {message}"
    assert site.asked == ["/robots.txt"] * 3


def test_one_connection_and_pauses(site: Site, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = text("User-agent: *\nCrawl-delay: 0.2\n")
    site.replies |= {path: page(path) for path in ("/a", "/b", "/c")}
    run(site, tmp_path, "/a", "/b", "/c", manners=Manners(delay=0.05))
    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert gaps[0] >= 0.05
    assert min(gaps[1:]) >= 0.2
    assert site.connections == 1


def test_hosts_take_turns(site: Site, tmp_path: Path) -> None:
    with Site() as other:
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        for server in (site, other):
            server.replies |= {"/a": page("Ash"), "/b": page("Birch")}
        urls = [server.url(path) for server in (site, other) for path in ("/a", "/b")]
        assert fetch(urls, tmp_path, manners=Manners(delay=0.1)) == Report(new=2, known=2)
        other.shutdown()
        thread.join()
    requests = sorted([(moment, "first") for moment in site.times] + [(moment, "other") for moment in other.times])
    # robots.txt and a page of each, and while one rests the other is asked
    assert [server for _, server in requests] == ["first", "first", "other", "other", "first", "other"]


def test_a_pause_that_is_too_long(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/robots.txt": text("User-agent: *\nCrawl-delay: 3600\n"), "/a": page("Ash"), "/b": page("Birch")}
    report, (problem,) = run(site, tmp_path, "/a", "/b")
    assert report.new == 1
    assert "asks to be left alone for 3,600 s" in problem


def test_a_busy_server_is_asked_again_when_it_says(site: Site, tmp_path: Path) -> None:
    answers = iter([status(429, Retry_After="1"), page("Ash")])
    site.replies |= {"/a": lambda handler: next(answers)(handler), "/b": page("Birch")}
    report, _ = run(site, tmp_path, "/a", "/b")
    assert report == Report(new=2)
    assert site.pages_asked() == ["/a", "/a", "/b"]
    assert site.times[2] - site.times[1] >= 0.95


def test_a_server_that_stays_busy_is_given_up(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/a": status(503), "/b": page("Birch")}
    report, problems = run(site, tmp_path, "/a", "/b", manners=Manners(delay=0, backoff=0.05))
    assert report == Report(failed=2)
    assert problems[1].startswith("/b: not asked for, since the host failed before: the server answered 503")
    first, second, third = site.times[1:]
    assert second - first >= 0.05
    assert third - second >= 0.1


def test_a_server_that_asks_for_too_long_a_wait_is_given_up(site: Site, tmp_path: Path) -> None:
    problem = problem_of(site, tmp_path, status(429, Retry_After="3600"))
    assert problem == "the server answered 429 Too Many Requests, and asks to wait 3,600 s; try again later"
    assert site.pages_asked() == ["/page"]


def test_a_page_that_fails_leaves_the_others(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/a": status(500), "/b": page("Birch")}
    report, problems = run(site, tmp_path, "/a", "/b")
    assert report == Report(new=1, failed=1)
    assert problems == ["/a: the server answered 500 Internal Server Error"]
    assert site.pages_asked() == ["/a", "/a", "/a", "/b"]


@pytest.mark.parametrize(
    ("code", "words"), [(404, "Not Found"), (410, "Gone"), (403, "Forbidden"), (204, "No Content")]
)
def test_what_is_not_there(site: Site, tmp_path: Path, code: int, words: str) -> None:
    assert problem_of(site, tmp_path, status(code)) == f"the server answered {code} {words}"
    (line,) = log(tmp_path)
    assert (line["status"], line["error"]) == (code, f"the server answered {code} {words}")


def test_redirects_are_followed_so_far(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/start": moved("deep/er?x=ü"), "/deep/er?x=%FC": moved(site.url("/a")), "/a": page("Ash")}
    run(site, tmp_path, "/start")
    assert {line["final_url"] for line in log(tmp_path)} == {site.url("/a")}
    assert problem_of(site, tmp_path / "loop", moved("/page")) == "more than 5 redirects"


def test_redirects_off_the_web_and_into_private_networks(site: Site, tmp_path: Path) -> None:
    assert problem_of(site, tmp_path, moved("file:///etc/passwd")).startswith(
        "it redirects to file:///etc/passwd: not an"
    )
    inside = f"http://localhost:{site.server_port}/a"
    problem = problem_of(site, tmp_path, moved(inside))
    assert problem == "localhost has a private address; such hosts are asked only where they are named"
    site.replies["/a"] = page("Ash")
    report = fetch([site.url("/page"), inside.replace("/a", "/")], tmp_path, manners=HASTY)
    assert report.new == 1


def drip(handler: Handler) -> None:
    handler.begin()
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b"<p>and so on</p>")


def flood(handler: Handler) -> None:
    handler.begin()
    while True:
        handler.wfile.write(b"<p>and so on</p>" * 1000)


def test_answers_without_end(site: Site, tmp_path: Path) -> None:
    assert problem_of(site, tmp_path, drip) == "the answer had no end after 0.5 s"
    assert problem_of(site, tmp_path, flood) == "the answer has more than 0.2 MB"


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    handler.close_connection = True
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b"x")


def test_headers_without_end(site: Site, tmp_path: Path) -> None:
    assert problem_of(site, tmp_path, drip_headers) == "the answer did not begin within 0.5 s"


def test_a_server_that_does_not_answer(site: Site, tmp_path: Path) -> None:
    manners = Manners(delay=0, timeout=0.2, tries=2, backoff=0.01)
    problem = problem_of(site, tmp_path, lambda handler: handler.server.closing.wait(5) and None, manners)
    assert problem == "no answer within 0.2 s"
    assert site.pages_asked() == ["/page", "/page"]


def test_huge_answers(site: Site, tmp_path: Path) -> None:
    assert Manners().max_bytes == 20_000_000
    problem = problem_of(site, tmp_path, lambda handler: handler.reply(b"<p>" * 70_000))
    assert problem == "the answer has more than 0.2 MB"
    bomb = gzip.compress(b"<p>" * 3_000_000)
    assert len(bomb) < 20_000
    problem = problem_of(site, tmp_path, lambda handler: handler.reply(bomb, Content_Encoding="gzip"))
    assert problem == "the answer has more than 0.2 MB"
    assert problem_of(site, tmp_path, lambda handler: handler.reply(bomb, "text/xml")).endswith("0.2 MB")


def test_packed_answers(site: Site, tmp_path: Path) -> None:
    packed = gzip.compress(body("Ash"))
    site.replies["/a"] = lambda handler: handler.reply(packed, Content_Encoding="gzip")
    run(site, tmp_path, "/a")
    assert pages(tmp_path)[0].read_bytes() == body("Ash")
    folder = tmp_path / "others"
    problem = problem_of(site, folder, lambda handler: handler.reply(packed[:-20], Content_Encoding="gzip"))
    assert problem.startswith("the packed data are damaged")
    problem = problem_of(site, folder, lambda handler: handler.reply(b"??", Content_Encoding="br"))
    assert problem == "the answer is packed by 'br', which was not asked for"


def test_answers_that_are_cut_off(site: Site, tmp_path: Path) -> None:
    def cut(handler: Handler) -> None:
        handler.reply(body("Ash"), Content_Length="9000")
        handler.close_connection = True

    def cut_chunk(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"ff\r\n<html>")
        handler.close_connection = True

    def no_http(handler: Handler) -> None:
        handler.wfile.write(b"hello\r\n\r\n")
        handler.close_connection = True

    def odd(handler: Handler) -> None:
        handler.wfile.write("HTTP/1.1 302 Móved\r\nLocation: //[x\r\nContent-Length: -1\r\n\r\n".encode())
        handler.close_connection = True

    assert problem_of(site, tmp_path, odd) == "it redirects to //[x: not an address"
    site.asked.clear()
    for reply in (cut, cut_chunk, no_http):
        assert problem_of(site, tmp_path, reply) == "the connection broke off"
    assert site.pages_asked() == ["/page"] * 9


@pytest.mark.parametrize(
    "kind", ["application/pdf", "image/png", "application/json", "text/plain", "application/xml", None]
)
def test_what_is_no_page(site: Site, tmp_path: Path, kind: str | None) -> None:
    problem = problem_of(site, tmp_path, lambda handler: handler.reply(b"<a>1</a>", kind))
    assert problem == f"it is {kind or 'of unknown type'}; only web pages, RSS, Atom and sitemaps are taken"


def test_a_page_of_an_uncertain_type(site: Site, tmp_path: Path) -> None:
    site.replies["/a"] = lambda handler: handler.reply(body("Ash"), None)
    site.replies["/b"] = lambda handler: handler.reply(body("Birch"), "application/xhtml+xml")
    site.replies["/feed"] = text(rss(("/c", "")), "text/html")
    site.replies["/feed2"] = text(rss(("/c", "")), "application/rss")
    site.replies["/c"] = page("Cedar")
    assert run(site, tmp_path, "/a", "/b", "/feed", "/feed2")[0] == Report(new=3, listings=2)
    assert problem_of(site, tmp_path / "empty", lambda handler: handler.reply(b" \n")) == "the page is empty"
    assert "a PDF file" in problem_of(site, tmp_path / "empty", lambda handler: handler.reply(b"%PDF-1.7"))


def test_of_a_front_page_the_feeds_are_named(site: Site, tmp_path: Path) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="{}">'
    front = body("Ash", link.format("/rss/all") + link.format("/comments/rss"))
    site.replies |= {"/": lambda handler: handler.reply(front), "/a": lambda handler: handler.reply(front)}
    report, problems = run(site, tmp_path, "/", "/a")
    assert report == Report(new=1, failed=1)
    assert problems == [f"/: a front page, which is no article; give a feed of it: {site.url('/rss/all')}"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://News.Example:80/a/../b c#top", "http://news.example/b%20c"),
        ("https://news.example:443", "https://news.example/"),
        ("https://bücher.example/ä?q=ü", "https://xn--bcher-kva.example/%C3%A4?q=%C3%BC"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
    ],
)
def test_addresses(given: str, expected: str) -> None:
    assert address(given) == expected


def test_what_is_no_address(tmp_path: Path) -> None:
    wrong = [
        "ftp://a.example/",
        "news.example/feed",
        "file:///etc/passwd",
        "http://",
        "https://a.example:99999/",
        "http://[::1",
    ]
    problems: list[Fetched] = []
    report = fetch([*wrong, "https://user:secret@a.example/"], tmp_path, on_error=problems.append)
    assert report == Report(failed=7)
    assert [line.url for line in problems[:-1]] == wrong
    assert "secret" not in (tmp_path / "fetched.log").read_text()


def test_names_of_files_have_the_words_of_the_address() -> None:
    names = [
        file_name(f"https://a.example/{path}")
        for path in (
            "news/Zürich-mill_opens.aspx?id=4",
            "mill-opens/12345",
            "",
            "%E4%B8%AD",
            "x" * 300,
            "a/..%2F..%2Fb",
        )
    ]
    assert [re.sub(r"[0-9a-f]{8}$", "", name) for name in names] == [
        "zurich-mill-opens-", "mill-opens-", "", "", "x" * 60 + "-", "b-",
    ]  # fmt: skip
    assert len(set(names)) == len(names)


def test_hosts_that_are_not_there(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        problems: list[Fetched] = []
        fetch([url, "http://nowhere.invalid/"], tmp_path, manners=HASTY, on_error=problems.append)
    assert sorted(str(line.error) for line in problems) == [
        "no connection: Connection refused",
        "no host has the name nowhere.invalid; check the address and the connection",
    ]


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")
def test_certificates_are_checked(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, made = tmp_path / "key.pem", tmp_path / "made.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x -addext"
    subprocess.run(
        [*command.split(), "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", made], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    site.socket = context.wrap_socket(site.socket, server_side=True)
    site.replies["/a"] = page("Ash")
    url = f"https://127.0.0.1:{site.server_port}/a"
    problems: list[Fetched] = []
    fetch([url], tmp_path / "a", manners=HASTY, on_error=problems.append)
    assert str(problems[0].error).startswith("the connection cannot be trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    assert fetch([url], tmp_path / "a", manners=HASTY) == Report(new=1)


def test_a_proxy_of_the_environment_is_used(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", site.url().removeprefix("http://"))
    monkeypatch.setenv("no_proxy", "")
    site.replies["http://news.invalid/a"] = page("Ash")
    assert fetch(["http://news.invalid/a"], tmp_path, manners=HASTY) == Report(new=1)
    monkeypatch.setenv("http_proxy", "nonsense://x")
    assert fetch(["http://news.invalid/b"], tmp_path, manners=HASTY) == Report(failed=1)


def test_a_damaged_log_does_no_harm(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/a": page("Ash"), "/b": page("Birch")}
    run(site, tmp_path, "/a")
    with (tmp_path / "fetched.log").open("ab") as lines:
        lines.write(b'\xff\n{"url": "http')  # cut off
    assert run(site, tmp_path, "/a", "/b")[0] == Report(new=1, known=1)
    assert set(articles(tmp_path)) == {"a", "b"}


def test_one_fetch_at_a_time(site: Site, tmp_path: Path) -> None:
    def meanwhile(handler: Handler) -> None:
        with pytest.raises(OSError, match="another fetch is writing there"):
            fetch([site.url("/b")], tmp_path, manners=HASTY)
        page("Ash")(handler)

    site.replies["/a"] = meanwhile
    assert run(site, tmp_path, "/a")[0] == Report(new=1)


def newsfacts(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["fetch", *arguments])


def test_the_command_and_its_exit_codes(site: Site, tmp_path: Path) -> None:
    site.replies |= {"/a": page("Ash"), "/feed": feed()}
    folder = str(tmp_path / "news")
    result = newsfacts(site.url("/a"), "-o", folder, "--agent", "acme-research/1.0")
    assert (result.exit_code, result.stdout) == (0, f"1 new page, 0 known, 0 errors: {folder}\n")
    assert site.headers[0]["User-Agent"] == "acme-research/1.0"
    result = newsfacts(site.url("/a"), "ftp://a.example", "-o", folder)
    assert (result.exit_code, result.stdout) == (3, f"0 new pages, 1 known, 1 error: {folder}\n")
    assert result.stderr == "Error: ftp://a.example: not an address that begins with http:// or https://\n"
    assert newsfacts("ftp://a.example", "-o", folder).exit_code == 2
    assert newsfacts(site.url("/a"), "-o", folder, "--agent", "two\nlines").exit_code == 2
    (tmp_path / "file").touch()
    result = newsfacts(site.url("/a"), "-o", str(tmp_path / "file"))
    assert "file: cannot be written: " in result.stderr


def test_many_errors_are_summed_up(tmp_path: Path) -> None:
    result = newsfacts(*(f"ftp://a.example/{number}" for number in range(25)), "-o", str(tmp_path))
    assert result.stderr.count("Error: ") == 20
    assert f"... and 5 more errors, in {tmp_path / 'fetched.log'}" in result.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_leaves_whole_files_only(site: Site, tmp_path: Path, number: int, code: int) -> None:
    def interrupt(handler: Handler) -> None:
        handler.begin()
        handler.wfile.write(body("Birch")[:200])
        os.kill(os.getpid(), number)
        handler.server.closing.wait(5)

    site.replies |= {"/a": page("Ash"), "/b": interrupt}
    run(site, tmp_path, "/a")
    before = signal.getsignal(signal.SIGTERM)
    try:
        result = newsfacts(site.url("/a"), site.url("/b"), "-o", str(tmp_path))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert result.exit_code == code
    assert ("the same command goes on" in result.stderr) == (number == signal.SIGINT)
    assert set(articles(tmp_path)) == {"a"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"127.0.0.1-{site.server_port}", "fetched.log"]
    site.replies["/b"] = page("Birch")
    assert run(site, tmp_path, "/a", "/b")[0] == Report(new=1, known=1)
