"""Dirt that texts come with: it is read where it can be, and the text stays as it is unless it was broken."""

import json
from pathlib import Path

import pytest

from newsfacts.read import ArticleReader
from newsfacts.read.decode import repair
from newsfacts.read.language import foreign_language
from newsfacts.recognize.quantities import find_quantities
from newsfacts.records import Article, ArticleError

NEWS = (
    "Café Río’s sales rose 7.5 percent to £1.2 million in 2023 – its best year –, it said on Tuesday.\n\n"
    "“We’re pleased,” said José Álvarez of the firm. It expects €2 million in 2024.\n"
)


def read_one(path: Path, content: bytes) -> Article | ArticleError:
    path.write_bytes(content)
    (item,) = ArticleReader([path])
    return item


def text_of(path: Path, content: bytes) -> str:
    article = read_one(path, content)
    assert isinstance(article, Article), article
    return article.text


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_charset_of_a_text_is_found(tmp_path: Path, charset: str) -> None:
    assert text_of(tmp_path / "a.txt", NEWS.encode(charset)) == NEWS


def test_the_charset_of_a_record_is_found(tmp_path: Path) -> None:
    row = json.dumps({"id": "a", "text": NEWS}, ensure_ascii=False)
    assert text_of(tmp_path / "a.jsonl", row.encode("cp1252")) == NEWS
    assert text_of(tmp_path / "a.json", f"[{row}]".encode("cp1252")) == NEWS
    quoted = NEWS.replace('"', '""')
    assert text_of(tmp_path / "a.csv", f'id,text\né,"{quoted}"\n'.encode("cp1252")) == NEWS
    assert text_of(tmp_path / "a.csv", f'id;text\né;"{quoted}"\n'.encode("utf-16")) == NEWS


def test_stray_bytes_in_utf8_are_read_by_themselves(tmp_path: Path) -> None:
    place = NEWS.index("million")
    content = NEWS[:place].encode() + b"\x93sure\x94 \xa35 " + NEWS[place:].encode()
    assert text_of(tmp_path / "a.txt", content) == f"{NEWS[:place]}“sure” £5 {NEWS[place:]}"


@pytest.mark.parametrize(
    "content",
    [
        b"caf\xe9 rose 4 percent",  # too short to tell
        b"Sales rose 4 percent.\n" * 9 + b"\x81\x00\x01\x02\xff" * 40,
        bytes(range(256)) * 20,
        b"\xff\xfe\x00\xd8" + "Sales rose".encode("utf-16-le"),  # half a character
    ],
    ids=["short", "tail of bytes", "all bytes", "half a character"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    error = read_one(tmp_path / "a.txt", content)
    assert isinstance(error, ArticleError)
    assert error.code == "not_utf8"
    assert "byte" in error.message


@pytest.mark.parametrize("suffix", [".txt", ".html", ".jsonl", ".json", ".csv", ".txt.gz"])
@pytest.mark.parametrize(("content", "what"), [(b"PK\x03\x04\x14\x00", "zip"), (b"%PDF-1.7\n\xe2", "PDF")])
def test_a_file_of_another_kind_is_named(tmp_path: Path, suffix: str, content: bytes, what: str) -> None:
    error = read_one(tmp_path / f"a{suffix}", content + b"\0" * 100)
    assert isinstance(error, ArticleError)
    assert error.code == "not_text"
    assert what in error.message


def test_archives_are_refused_alone_and_in_folders(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "news" / "b.txt").write_text(NEWS)
    archive, article = ArticleReader([tmp_path / "news"])
    assert isinstance(archive, ArticleError)
    assert (archive.code, archive.file) == ("not_text", "news/a.zip")
    assert "unpack" in archive.message
    assert isinstance(article, Article)
    (alone,) = ArticleReader([tmp_path / "news" / "a.zip"])
    assert isinstance(alone, ArticleError)
    assert (alone.code, alone.file) == ("not_text", "a.zip")


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_a_text_decoded_wrongly_is_repaired(tmp_path: Path, wrong: str) -> None:
    text = "Café Río’s sales rose 7.5 percent to £1.2 million, its best year – it’s 5 percent.\nAll is well here: é.\n"
    broken = text.partition("\n")[0].encode().decode(wrong) + "\nAll is well here: é.\n"
    assert broken != text
    assert text_of(tmp_path / "a.txt", broken.encode()) == text
    assert text_of(tmp_path / "a.jsonl", json.dumps({"id": "a", "text": broken}).encode()) == text
    page = f"<meta charset=utf-8><h1>Best year</h1><p>{broken}</p>"
    assert text.partition("\n")[0] in text_of(tmp_path / "a.html", page.encode())


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("It fell to Â£5m.", "It fell to £5m."),
        ("They donâ€™t pay €3.", "They don’t pay €3."),
        ("The firm\x92s sales rose 5%.", "The firm’s sales rose 5%."),
    ],
)
def test_a_single_broken_sign_is_repaired(broken: str, text: str) -> None:
    assert repair(broken) == text


@pytest.mark.parametrize(
    "text",
    [
        "NESTLÉ and SÃO PAULO’S VALE: “5 °C”, £5m, ¥5bn, ½, 10 µg/m³ – ±3%…",
        "Società, façade, Ångström, naïve, Škoda, Gdańsk, Đà Nẵng, 湖东, Ærø, Îles d’Hyères",
        "Per\u00adcent, 5\u00a0percent, 5\u202fpercent, zero\u200bwidth, \ufeffmark, １２．５％",
        "Ã",
        "It is 5Â percent",
    ],
)
def test_a_text_that_is_not_surely_broken_stays(tmp_path: Path, text: str) -> None:
    assert repair(text) == text
    assert text_of(tmp_path / "a.txt", text.encode()) == text


def test_our_own_articles_are_left_alone() -> None:
    for path in (Path(__file__).parents[1] / "seeds").glob("*.txt"):
        text = path.read_text("utf-8")
        assert repair(text) == text
        assert foreign_language(text) is None


def test_hard_wrapped_lines_and_carriage_returns_keep_their_places(tmp_path: Path) -> None:
    raw = "Sales rose 7.5\r\npercent to $1.2\r\nbillion in\r2023.\r\n"
    text = text_of(tmp_path / "a.txt", raw.encode())
    assert text == "Sales rose 7.5\npercent to $1.2\nbillion in\n2023.\n"
    assert [text[quantity.start : quantity.end] for quantity in find_quantities(text)] == [
        "7.5\npercent",
        "$1.2\nbillion",
    ]


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("5\u00a0percent", 5, "percent"),
        ("$1.2\u00a0billion", 1_200_000_000, "USD"),
        ("7.5\u2009%", 7.5, "percent"),
        ("5％", 5, "percent"),
        ("５０ million yuan", 50_000_000, "CNY"),
        ("１２．５％", 12.5, "percent"),
        ("１，２００ yuan", 1200, "CNY"),
        ("＄５ million", 5_000_000, "USD"),
        ("5\u202fper\u202fcent", 5, "percent"),
        ("5 per\u00adcent", 5, "percent"),
        ("$1.2 bil\u00adlion", 1.2e9, "USD"),
        ("5\u200b percent", 5, "percent"),
    ],
)
def test_quantities_are_read_through_typographic_signs(words: str, value: float, unit: str) -> None:
    text = f"It rose to {words} in May."
    found = [(text[q.start : q.end], q.value, q.unit) for q in find_quantities(text)]
    assert found == [(words, value, unit)]


FOREIGN = {
    "de": "Der Hafenbetreiber Selwyn hat im ersten Halbjahr seinen Umsatz um sechs Prozent auf 1,4 Milliarden Euro "
    "gesteigert, wie das Unternehmen am Donnerstag mitteilte. Für das laufende Jahr erwartet der Vorstand mehr.",
    "fr": "Les ventes du groupe Selwyn ont augmenté de 7,5 % en 2023 pour atteindre 1,2 milliard d’euros, a annoncé "
    "mardi la direction. Le groupe prévoit une nouvelle hausse de ses exportations au cours de l’année prochaine.",
    "es": "Las ventas del grupo Selwyn subieron un 7,5 por ciento en 2023, hasta 1.200 millones de euros, según "
    "anunció el martes la dirección. La empresa espera que sus exportaciones crezcan un 12 por ciento el próximo año.",
    "nl": "De omzet van havenbedrijf Selwyn is in de eerste helft van het jaar met zes procent gestegen, zo maakte het "
    "bedrijf donderdag bekend. Voor het hele jaar verwacht het bestuur een groei van drie tot vier procent.",
    "zh": "湖东港务集团周四宣布，今年上半年集装箱吞吐量达到四百一十万箱，比去年同期增长百分之六，"
    "营业利润增至二亿一千二百万美元。"
    "公司预计全年吞吐量将增长百分之三至四，并计划在明年投资三十亿元扩建码头。",
    "ru": "Портовая группа Сельвин в первом полугодии увеличила выручку на шесть процентов до 1,4 миллиарда евро, "
    "сообщила компания в четверг. По итогам года правление ожидает роста на три или четыре процента.",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_an_article_in_another_language_is_skipped(tmp_path: Path, language: str) -> None:
    error = read_one(tmp_path / "a.txt", FOREIGN[language].encode())
    assert isinstance(error, ArticleError)
    assert (error.code, error.article) == ("not_english", "a")
    assert repr(language) in error.message


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Der Umsatz stieg um sechs Prozent auf 1,4 Milliarden Euro."),
        ("fr", "Le chiffre d’affaires du groupe a augmenté de 7 % en 2023."),
        ("es", "Las ventas subieron un 7 por ciento hasta los 1.200 millones."),
        ("nl", "De omzet steeg met zes procent naar 1,2 miljard euro."),
    ],
)
def test_a_sentence_in_another_language_is_told(language: str, text: str) -> None:
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Umsatz +6%",
        "Shares in van der Valk and de Groot gain 4 pct.",
        "Air France flights en route to la Réunion up 5%",
        "Profit rose 7%, revenue flat, costs down.",
        "Ventes : 1,2 milliard d’euros.",
        "Volkswagen, Stellantis, Koninklijke Ahold Delhaize, Banco Santander, Telefónica, Société Générale, Crédit "
        "Agricole, Assicurazioni Generali, Münchener Rückversicherungs-Gesellschaft, Deutsche Börse: all down 2%.",
        "Region | 2023 | 2024\nNordrhein-Westfalen | 412 | 444\nÎle-de-France | 390 | 391\nCastilla y León | 88 | 90\n",
        "Crude oil prices, $/barrel: 71.2\nNatural gas prices, $/mmbtu: 2.9\nSoybean futures, cents/bushel: 1,310\n"
        "Copper cathode premiums, $/tonne: 88\nIron ore fines, $/tonne: 101\nRebar steel prices, yuan/tonne: 3,900\n",
        "The board, “le conseil d’administration” and “der Aufsichtsrat”, said that sales in the first half of the "
        "year had risen by 5 percent to 3 million euros.",
        "12 34 56",
    ],
    ids=[
        "a few words",
        "Dutch names",
        "French loans",
        "no function words",
        "one sentence",
        "names",
        "table",
        "prices",
        "foreign words",
        "numbers",
    ],
)
def test_in_doubt_an_article_is_kept(tmp_path: Path, text: str) -> None:
    assert text_of(tmp_path / "a.txt", text.encode()) == text
