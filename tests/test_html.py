import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from newsfacts.emit.build import facts_of
from newsfacts.read import ArticleReader, to_doc
from newsfacts.read.page import MAX_PAGE_BYTES
from newsfacts.records import Article, ArticleError

# Pages of our own making in the manner of several outlets; beside each, what a reader takes for the article.
PAGES = Path(__file__).parent / "pages"
KNOWN: dict[str, dict[str, Any]] = {
    "bio.html": {"title": "Okavango Foods mills more maize", "published": "2024-06-03", "author": "Neo Sithole"},
    "blog.html": {"title": "Rents at bakeries keep rising", "published": "2023-06-03"},
    "daily.html": {"title": "Lianhu's exports hit 40b yuan", "published": "2021-11-17"},
    "divs.html": {"title": "Kestrel cuts 300 jobs", "published": "2020-01-12"},
    "jsonld.html": {"title": "Brackwater ships less steel", "published": "2024-10-30", "language": "en"},
    "keypoints.html": {"title": "Okavango Foods mills more maize"},
    "ledger.html": {
        "title": "Harbour Foods opens a plant",
        "published": "2024-05-14",
        "url": "https://ledger.example/business/harbour-foods-plant",
        "author": "Jane Whitcombe",
        "site": "The Quayside Ledger",
        "language": "en-GB",
    },
    "links.html": {"title": "Okavango Foods mills more maize"},
    "lists.html": {"title": "Five things to know about Selwyn Ports"},
    "market.html": {
        "title": "Markets close: Selby 100 up",
        "published": "2022-08-09",
        "author": "Omar Reyes",
        "site": "Selby Markets",
        "language": "en",
    },
    "mixed.html": {"title": "Okavango Foods mills more maize"},
    "onep.html": {"title": "Brackwater ships less steel"},
    "portal.html": {"title": "Okavango Foods mills more maize", "published": "2024-06-03"},
    "pre.html": {"title": "Selwyn Ports: half-year statement", "published": "2023-08-17"},
    "sections.html": {"title": "Okavango Foods mills more maize"},
    "seo.html": {
        "title": "Selwyn Ports lifts first-half profit by 12%",
        "published": "2023-08-17",
        "author": "Lena Okafor",
        "site": "Dockside",
        "language": "en",
    },
    "short.html": {"title": "Selwyn Ports buys crane maker"},
    "spans.html": {"title": "Brackwater in figures", "published": "2024-10-30"},
    "teasers.html": {
        "title": "Brackwater ships less steel",
        "published": "2024-10-30",
        "author": "Piotr Nowak",
        "site": "The Baltic Post",
        "language": "en",
    },
    "wire.htm": {"title": "Orrin Mining profit down", "published": "2023-03-03"},
}
NOTHING = dict.fromkeys(("title", "published", "url", "author", "site", "language"))


def read_one(path: Path) -> Article | ArticleError:
    (item,) = ArticleReader([path])
    return item


def article_of(path: Path, content: str | bytes) -> Article:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    article = read_one(path)
    assert isinstance(article, Article), article
    return article


def error_of(path: Path, content: str | bytes) -> ArticleError:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    error = read_one(path)
    assert isinstance(error, ArticleError), error
    return error


@pytest.mark.parametrize("name", KNOWN)
def test_a_page_gives_its_article(name: str) -> None:
    article = read_one(PAGES / name)
    assert isinstance(article, Article), article
    assert article.text == (PAGES / name).with_suffix(".txt").read_text("utf-8").removesuffix("\n")
    assert {field: article.model_dump(mode="json")[field] for field in NOTHING} == NOTHING | KNOWN[name]
    assert article.headline is not None
    assert article.text[article.headline.start : article.headline.end] == article.title


def test_a_folder_of_pages_is_read_without_the_parts_of_saved_pages(tmp_path: Path) -> None:
    page = (PAGES / "short.html").read_bytes()
    for name in ("b.htm", "a/one.HTML", "b_files/frame.html", "notes_files/two.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(page)
    assert [item.id for item in ArticleReader([tmp_path]) if isinstance(item, Article)] == [
        "a/one",
        "b",
        "notes_files/two",
    ]


@pytest.mark.parametrize(
    ("name", "charset", "declared"),
    [
        ("wire.htm", "cp1252", "iso-8859-1"),
        ("wire.htm", "cp1252", "no-such-charset"),
        ("wire.htm", "utf-8-sig", "iso-8859-1"),
        ("wire.htm", "utf-16", "iso-8859-1"),
        ("daily.html", "gb18030", "gb2312"),
    ],
)
def test_a_charset_is_found(tmp_path: Path, name: str, charset: str, declared: str) -> None:
    page = (PAGES / name).read_text("utf-8").replace("iso-8859-1", declared)
    article = article_of(tmp_path / name, page.encode(charset))
    assert article.text == (PAGES / name).with_suffix(".txt").read_text("utf-8").removesuffix("\n")


def test_a_page_without_charset_is_read_as_browsers_do(tmp_path: Path) -> None:
    page = "<h1>Café Río grows</h1><p>Café Río’s sales rose 7 percent to £3 million in 2023, it said.</p>"
    assert article_of(tmp_path / "a.html", page.encode("cp1252")).text == (
        "Café Río grows\n\nCafé Río’s sales rose 7 percent to £3 million in 2023, it said."
    )


def test_spaces_in_a_page_are_blanks(tmp_path: Path) -> None:
    page = "<h1>A\n  plant</h1><p>Sales  rose\n 5&nbsp;percent,\tmore than in 2021 and in 2022.</p><p>It cost £5m.</p>"
    assert article_of(tmp_path / "a.html", page).text == (
        "A plant\n\nSales rose 5 percent, more than in 2021 and in 2022.\n\nIt cost £5m."
    )


@pytest.mark.parametrize(
    ("head", "above", "below", "published"),
    [
        ("", "", "", None),  # dates of the story alone
        ("", "", "<footer>© 2024 Delta News</footer>", None),
        ("", "<time datetime='2024-06-03T10:00'>two days ago</time>", "", "2024-06-03"),
        ("", "<p class=date>13/06/2024</p>", "", "2024-06-13"),
        ("", "<p class=date>03/06/2024</p>", "", None),  # June or March
        ("", "<p>Updated: 2024-06-03 10:00</p>", "", "2024-06-03"),
        ("", "<p>Conference: <time datetime='2030-01-02'>2 January 2030</time></p>", "", None),
        ("", "", "<p><a href='/2023/01/02/x'>2 January 2023: Sugar exports rise</a></p>", None),
        ("<script>var now = '2022-02-02T10:00:00';</script>", "", "", None),
        ("<meta property='article:published_time' content='2024-06-03T23:50:00Z'>", "", "", "2024-06-03"),
        ("<meta name=pubdate content='Mon, 03 Jun 2024 10:11:12 GMT'>", "", "", "2024-06-03"),
        ("<meta name=date content='June 2024'>", "", "", None),
        ("<link rel=canonical href='https://d.example/2024/06/03/okavango'>", "", "", "2024-06-03"),
        (
            "<script type='application/ld+json'>"
            '{"@type": "NewsArticle", "datePublished": "2024-06-03", "dateModified": "2024-06-09"}</script>',
            "",
            "",
            "2024-06-03",
        ),
    ],
)
def test_a_date_is_taken_where_the_page_says_it(
    tmp_path: Path, head: str, above: str, below: str, published: str | None
) -> None:
    story = (
        "<p>Okavango Foods said on Monday that it had milled 410,000 tonnes of grain, 8 percent more than in the year "
        "before, after it had opened a mill in Maun on 3 May 2019 and another one on June 7, 2021.</p>"
    )
    page = f"<html><head>{head}</head><body><h1>Okavango mills more</h1>{above}{story * 2}{below}</body></html>"
    article = article_of(tmp_path / "a.html", page)
    assert article.published == (dt.date.fromisoformat(published) if published else None)


def test_repeated_paragraphs_and_small_headings_are_kept(tmp_path: Path) -> None:
    paragraphs = ["Orrin Mining sold 41,000 tonnes of copper in 2022, 8 percent less than in the year before."] * 6
    blocks = ["Orrin sells less", *paragraphs, "Costs", "They fell.", "Staff", "It has 900 people."]
    tags = ["h1", *["p"] * 6, "h3", "p", "h3", "p"]
    body = "".join(f"<{tag}>{block}</{tag}>" for tag, block in zip(tags, blocks, strict=True))
    article = article_of(tmp_path / "a.html", f"<title>Orrin | Site</title><div class=article>{body}</div>")
    assert article.text.split("\n\n") == blocks
    assert article.title == "Orrin sells less"


def test_rows_of_a_table_yield_facts_whose_offsets_fit(nlp: Language) -> None:
    article = read_one(PAGES / "market.html")
    assert isinstance(article, Article)
    doc = nlp(to_doc(nlp, article))
    quantities = {article.text[row["start"] : row["end"]]: row["value"] for row in doc._.quantities}
    assert quantities["+1.2%"] == 1.2
    assert quantities["-0.3%"] in (-0.3, 0.3)
    for fact in facts_of(doc, article.id):
        assert article.text[fact.start : fact.end] == fact.text


@pytest.mark.parametrize(
    ("page", "code", "says"),
    [
        ("", "empty_text", "no article"),
        ("<p>", "empty_text", "no article"),
        ("<html><frameset><frame src='a.html'></frameset></html>", "empty_text", "no article"),
        (b"PK\x03\x04" + b"\0" * 100, "not_text", "zip"),
        (b"\xff\x00\xfe\x81" * 100, "not_utf8", "UTF-8"),
        ("<!--" + "x" * MAX_PAGE_BYTES + "--><p>Sales rose 7 percent.</p>", "too_long", "20 MB"),
        ("<p>Sales rose 7 percent.</p>" * 50_000, "too_long", "characters"),
    ],
    ids=["empty", "no text", "frames", "zip", "no charset", "too many bytes", "too many characters"],
)
def test_what_is_no_page_is_named(tmp_path: Path, page: str | bytes, code: str, says: str) -> None:
    error = error_of(tmp_path / "a.html", page)
    assert (error.code, error.file, error.article) == (code, "a.html", "a")
    assert says in error.message


def test_a_page_of_endless_depth_does_not_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "deep.html").write_text("<div>" * 100_000 + "<p>Sales rose.</p>")
    (tmp_path / "other.html").write_bytes((PAGES / "short.html").read_bytes())
    deep, other = ArticleReader([tmp_path])
    assert isinstance(deep, Article | ArticleError)
    assert isinstance(other, Article)


def test_a_page_can_be_piped() -> None:
    code = "from newsfacts.read import ArticleReader; (item,) = ArticleReader(['-']); print(item.id, item.title)"
    page = (PAGES / "short.html").read_bytes()
    result = subprocess.run([sys.executable, "-c", code], input=page, capture_output=True, check=True)
    assert result.stdout.decode() == "stdin Selwyn Ports buys crane maker\n"
    assert result.stderr == b""
