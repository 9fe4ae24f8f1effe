# ruff: noqa: E501 - markup reads better unbroken
"""What of a page is the article, and what is not: pages of our own making, each in the manner of another template."""

from pathlib import Path

import pytest

from newsfacts.read import ArticleReader
from newsfacts.records import Article

LEAD = "Orrin Mining sold 41,000 tonnes of copper in 2022, 8 percent less than in the year before, it said on Friday."
COSTS = "Costs rose by 12 million pounds to 214 million pounds, of which 61 percent went into diesel and explosives."
QUOTE = "“We dig deeper every year,” said Owen Pryce, who has run the mine near Penéda since 2014. “It shows.”"
LAST = "The board proposed a dividend of 4 pence a share."
STORY = f"<p>{LEAD}</p><p>{COSTS}</p><p>{QUOTE}</p><p>{LAST}</p>"
TEXT = [LEAD, COSTS, QUOTE, LAST]
TITLE = "Orrin digs less copper"


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><meta charset=utf-8><title>{TITLE} | Tarn Post</title>{head}</head><body>{body}</body></html>"


def lines_of(path: Path, html: str) -> list[str]:
    path.write_text(html, encoding="utf-8")
    (article,) = ArticleReader([path])
    assert isinstance(article, Article), article
    marked = {place for span in (*article.furniture,) for place in range(span.start, span.end)}
    text = "".join("" if at in marked else sign for at, sign in enumerate(article.text))
    assert article.title == TITLE
    return [line for line in text.split("\n") if line and line != TITLE]


HEAD = f"<h1>{TITLE}</h1>"
OUT = {
    "hidden": "<p hidden>Not shown: 5 percent of all sales were hidden from view, said nobody at all in this town.</p>",
    "style": "<div style='display: none'><p>Not shown: 5 percent of all sales were hidden, said nobody at all.</p></div>",
    "own style sheet": "<p class=qx>Skip past this 5 percent box, if you please, and go on to the text below it.</p>",
    "screen reader": "<p class='sr-only'>Text size 12, contrast 4, for all who listen to the page and do not see it.</p>",
    "template": "<template><p>Sales rose 99 percent, a template says, and nothing of it was ever on the page.</p></template>",
    "caption": "<figure><img src=a.jpg><figcaption>The pit is 310 metres deep and 2 kilometres wide.</figcaption></figure>",
    "caption in a paragraph": "<div class=pic><img src=a.jpg><p class=imageCaption>The pit is 310 metres deep, and grows.</p></div>",
    "caption by its credit": "<p><img src=a.jpg></p><p>Lorries of 90 tonnes leave the pit. ANA RUIZ/FOR TARN POST</p>",
    "newsletter": "<div class='c-newsletter-signup'><h3>The Tarn Brief</h3><p>Our 5 best stories. Every day at 7 a.m.</p></div>",
    "newsletter without a name": "<p>Get the 5 best stories of the day with our newsletter, sent out at 7 a.m.</p>",
    "trusted": "<p>Five charts before breakfast. Trusted by 120,000 readers.</p>",
    "related": "<aside class=relatedStories><h3>Related</h3><p><a href=/a>Zinc stocks fall by 14 percent</a></p></aside>",
    "teasers": "<div class=teaser-list><div><h4><a href=/a>Zinc falls 14%</a></h4><p>Warehouses are empty, 3 years on.</p></div></div>",
    "inline link": "<p><strong>Read more:</strong> <a href=/z>Zinc stocks fall by 14 percent</a></p>",
    "advertisement": "<div class=ad-slot><p>Advertisement</p><p>Save 30% on shovels until 5 May, all of them.</p></div>",
    "sponsor": "<div class='sponsored-content'><p>Shovel Bank lends at 3.9 percent, now and for as long as you dig.</p></div>",
    "script notice": "<div class=clip><p>Please turn on JavaScript to watch this video of 3 minutes.</p></div>",
    "embedded post": "<blockquote class='twitter-tweet'><p>5,400 jobs gone! What a day for the valley, and what a year.</p></blockquote>",
    "comments": "<section id=comments><h2>Comments 2</h2><div class=comment><p>I paid £5 in 1990 and now it is £50, what a scandal.</p></div></section>",
    "poll": "<div class=poll-box><h3>Poll</h3><p>Should copper cost 9,000 dollars? <label>Yes 54%</label></p></div>",
    "pull quote": "<aside class=pullquote><blockquote>We dig deeper every year</blockquote><cite>Owen Pryce</cite></aside>",
    "share": "<ul class=share-tools><li>Share</li><li>1,400 shares</li></ul>",
    "contents": "<div class=toc-box><p>Contents</p><ul><li><a href=#a>Costs of 12 million</a></li></ul></div>",
    "sign-off": "<p>Reporting by Ana Ruiz in Cardiff; Editing by Dan Hale</p>",
    "newsroom": "<p>(Cardiff Newsroom)</p>",
    "contributed": "<p>Ana Ruiz and Dan Hale contributed to this report.</p>",
    "correction": "<p><em>Correction: An earlier version of this article said 14 million pounds.</em></p>",
    "complaints": "<p>If you have a complaint about this article, write to us within 28 days of its publication.</p>",
    "custom element": "<tarn-newsletter><p>Join 3,482 others who read us at breakfast, for nothing at all.</p></tarn-newsletter>",
}  # fmt: skip
STYLE = "<style>@media print {.p {display: none}} .qx {position: absolute; clip: rect(0 0 0 0)}</style>"


@pytest.mark.parametrize("name", OUT)
def test_what_is_no_article_is_left_out(tmp_path: Path, name: str) -> None:
    body = (
        f"<article>{HEAD}<p class=p>{LEAD}</p>{OUT[name]}<p>{COSTS}</p><p>{QUOTE}</p><p>{LAST}</p>{OUT[name]}</article>"
    )
    assert lines_of(tmp_path / "a.html", page(body, STYLE)) == TEXT


ITEMS = "<ul><li>Output down 8 percent in 2022</li><li>Costs up by 12 million pounds</li></ul>"
POINTS = ["Output down 8 percent in 2022", "Costs up by 12 million pounds"]
IN = {
    "standfirst": (f"<header>{HEAD}<p class=standfirst>Deeper pits cost 12 million pounds</p></header>{STORY}",
                   ["Deeper pits cost 12 million pounds", *TEXT]),
    "standfirst in a heading": (f"{HEAD}<h2 class='article__sub-title'>Deeper pits cost 12 million pounds</h2>{STORY}",
                                ["Deeper pits cost 12 million pounds", *TEXT]),
    "summary in the head": (f"<div class=hd>{HEAD}<div class=info>By Ana Ruiz | May 7, 2023</div><div data-testid=Summary>"
                            f"{ITEMS}</div></div><div class=bd>{STORY}</div>", [*POINTS, *TEXT]),
    "key points in an aside": (f"{HEAD}<aside class=keyPoints><h3>Key points</h3>{ITEMS}</aside>{STORY}",
                               ["Key points", *POINTS, *TEXT]),
    "list without its ends": (f"{HEAD}{STORY}<ul class=bulletList><li>Zinc: 4,000 tonnes<li>Lead: 900 tonnes</ul><p>{COSTS}</p>",
                              [*TEXT, "Zinc: 4,000 tonnes", "Lead: 900 tonnes", COSTS]),
    "paragraphs without their ends": (f"{HEAD}<font><p>{LEAD}</font><p><font>{COSTS}<p>{QUOTE}</font></b><p>{LAST}", TEXT),
    "accordion": (f"{HEAD}<p>{LEAD}</p><div class='accordion-body' style='display:none'><p>{COSTS}</p></div><p>{QUOTE}</p>"
                  f"<p>{LAST}</p>", TEXT),
    "read on": (f"{HEAD}<p>{LEAD}</p><p>{COSTS}</p><a href='#rest' onclick=\"show('rest')\">Read on</a>"
                f"<div id=rest hidden><p>{QUOTE}</p><p>{LAST}</p></div>", TEXT),
    "awkward names": (f"<div class='page has-sidebar with-comments'><div class='post type-post tag-newsletter category-share'>"
                      f"{HEAD}<p class='has-drop-cap'>{LEAD}</p><p class='subscriber-only'>{COSTS}</p>"
                      f"<div class=paywall><p>{QUOTE}</p><p>{LAST}</p></div></div></div>", TEXT),
    "all paragraphs have a name": (f"{HEAD}" + "".join(f"<div class='share-text'><p class=related>{p}</p></div>" for p in TEXT),
                                   TEXT),
    "a form around the page": (f"<form><div class=menu><a href=/>Home</a></div>{HEAD}{STORY}</form>", TEXT),
    "columns": (f"<table><tr><td><b>Latest</b><br><a href=/a>Zinc falls 14%</a><br><a href=/b>Lead at 900</a><br><br>Poll<br>"
                f"Yes 71%</td><td><table><tr><td>{HEAD}{STORY}</td></tr></table></td><td>Ferry sold for £96m<br><br>5 firms "
                f"raided<br><br>Hotel beds: 1 in 3 empty<br><br>Whisky up 8%</td></tr></table>", TEXT),
    "table": (f"{HEAD}<p>{LEAD}</p><div class='table-wrapper right'><table><tr><th>Metal</th><th>Tonnes</th></tr><tr><td>Copper"
              f"</td><td>41,000</td></tr></table></div><p>{COSTS}</p><p>{QUOTE}</p><p>{LAST}</p>",
              [LEAD, "Metal | Tonnes", "Copper | 41,000", COSTS, QUOTE, LAST]),
    "quotation": (f"{HEAD}<p>{LEAD}</p><blockquote>One tonne of rock holds 4 kilos of copper.</blockquote><p>{COSTS}</p>"
                  f"<p>{QUOTE}</p><p>{LAST}</p>", [LEAD, "One tonne of rock holds 4 kilos of copper.", COSTS, QUOTE, LAST]),
    "short paragraphs in parts": (f"{HEAD}<div><p>{LEAD}</p><p>{COSTS}</p></div><div><p>{QUOTE}</p></div><div><p>{LAST}</p></div>",
                                  TEXT),
    "subheads": (f"{HEAD}<p>{LEAD}</p><h2>Comments</h2><p>{COSTS}</p><p><strong>Latest</strong></p><p>{QUOTE}</p><p>{LAST}</p>",
                 [LEAD, "Comments", COSTS, "Latest", QUOTE, LAST]),
    "sidebar without links": (f"<div class=wrap><div class=c1>{HEAD}{STORY}</div><div class=c2><div class=t>Top</div><ul><li>HK "
                              f"arrivals top 4m</li><li>Zinc falls 14%</li></ul></div></div>", TEXT),
}  # fmt: skip


@pytest.mark.parametrize("name", IN)
def test_what_is_the_article_is_kept(tmp_path: Path, name: str) -> None:
    body, lines = IN[name]
    assert lines_of(tmp_path / "a.html", page(body)) == lines


NEXT = """<div id=__next><div class=spin></div></div><script id=__NEXT_DATA__ type="application/json">{"props": {"article":
{"headline": "%s", "body": [%s]}, "recirc": [{"headline": "Zinc falls 14%%"}]}}</script>"""
BODIES = {
    "paragraphs of spans": ", ".join(f'{{"type": "paragraph", "children": [{{"text": "{text}"}}]}}' for text in TEXT),
    "with advertisements": ", ".join(f'{{"type": "ad"}}, {{"type": "text", "html": "<p>{text}</p>"}}' for text in TEXT),
    "strings": ", ".join(f'"{text}"' for text in TEXT),
}


@pytest.mark.parametrize("name", BODIES)
def test_an_article_in_the_data_of_a_page_is_read(tmp_path: Path, name: str) -> None:
    assert lines_of(tmp_path / "a.html", page(NEXT % (TITLE, BODIES[name]))) == TEXT
    start = f"<article>{HEAD}<p>{LEAD}</p><p>To read on, log in or buy.</p></article>"
    assert lines_of(tmp_path / "b.html", page(start + NEXT % (TITLE, BODIES[name]))) == TEXT


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("<meta property=og:title content='Why Orrin digs less and less'>", HEAD),
        ("", f"<header><h1 class=logo>Tarn Post</h1></header><h2>{TITLE}</h2>"),
        ("", f"<h1>Tarn Post</h1><h2 class=hl>{TITLE}</h2>"),
        ("", f"<p><font size=5><b>{TITLE}</b></font><br><br>"),
    ],
)
def test_the_headline_is_the_one_above_the_article(tmp_path: Path, head: str, above: str) -> None:
    assert lines_of(tmp_path / "a.html", page(f"{above}{STORY}", head)) == TEXT


@pytest.mark.parametrize(
    ("head", "above", "published"),
    [
        ("", "<div>By <span>Ana Ruiz</span><time>Updated Dec. 3, 2025</time><span>3 min read</span></div>", "2025-12-03"),
        ("", "<time class='entry-date published' datetime='2021-06-14'>June 14</time><time class=updated "
         "datetime='2021-06-20'>June 20</time>", "2021-06-14"),
        ("<script type='application/ld+json'>{'@graph': [{'@type': 'NewsArticle', 'datePublished': "
         "'2024-03-05T02:10:00Z'}]}</script>".replace("'", '"').replace('type="appl', "type='appl").replace('json">', "json'>"),
         "<p class=byline>March 4, 2024, 9:10 p.m. ET</p>", "2024-03-04"),
        ("", "<div class=date-today>Monday, 7 May 2024</div>" + HEAD + f"{ITEMS}<p>By Ana Ruiz, 3 May 2023</p>", "2023-05-03"),
    ],
)  # fmt: skip
def test_the_date_is_the_one_that_the_page_shows(tmp_path: Path, head: str, above: str, published: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(page(f"{HEAD if HEAD not in above else ''}{above}{STORY}", head), encoding="utf-8")
    (article,) = ArticleReader([path])
    assert isinstance(article, Article)
    assert str(article.published) == published
