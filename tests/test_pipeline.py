"""From text to records through everything: what a reader would get out of a few sentences."""

from __future__ import annotations

import pytest

import newsfacts
from newsfacts.read import make_article, to_doc


def extract(text, published=None):
    return {fact.text: fact for fact in newsfacts.extract(text, published)}


def origin(nlp, text, name, words, published=None):
    """Which part recognized some words: the grammar's `origin` of the quantity or period."""
    doc = nlp(to_doc(nlp, make_article("a", text, published=published)))
    return {text[item["start"] : item["end"]]: item["origin"] for item in getattr(doc._, name)}[words]


def test_level_and_growth():
    text = "Nanping's cement output rose 4.5 percent year on year to 31.2 billion yuan (US$4.3 billion) in 2023."
    facts = extract(text)
    level, growth = facts["31.2 billion yuan"], facts["4.5 percent"]
    assert (level.value, level.unit, level.kind, level.direction) == (31_200_000_000, "CNY", "level", None)
    assert [(same.value, same.unit) for same in level.equivalents] == [(4_300_000_000, "USD")]
    assert (growth.value, growth.unit, growth.kind, growth.direction) == (4.5, "percent", "change", "up")
    assert growth.basis == "year_on_year"
    for fact in (level, growth):
        assert (fact.subject, fact.metric, fact.measure) == ("Nanping", "cement output", "output")
        assert (str(fact.period.start), str(fact.period.end)) == ("2023-01-01", "2023-12-31")
        assert text[fact.start : fact.end] == fact.text


def test_a_measure_that_quantulum3_read(nlp):
    text = "Orvane Motors of Lisbon says that its new engine delivers 320 horsepower."
    fact = extract(text)["320 horsepower"]
    assert (fact.value, fact.unit, fact.kind) == (320, "horsepower", "level")
    assert origin(nlp, text, "quantities", "320 horsepower") == "quantulum3"


def test_a_date_that_dateparser_read(nlp):
    text = "Orvane Motors sold 1,240 cars on 22 May 2024."
    fact = extract(text)["1,240"]
    assert str(fact.period.start) == str(fact.period.end) == "2024-05-22"
    assert origin(nlp, text, "periods", "22 May 2024") == "dateparser"


@pytest.mark.parametrize(
    ("published", "dates"), [("2024-02-09", ("2023-01-01", "2023-12-31")), (None, ("None", "None"))]
)
def test_a_relative_period_needs_the_publication_date(published, dates):
    fact = extract("Orvane Motors sold 1,240 cars last year.", published)["1,240"]
    assert fact.period.text == "last year"
    assert (str(fact.period.start), str(fact.period.end)) == dates


def test_what_is_said_to_come_is_expected_and_has_its_source():
    text = "Orvane Motors expects sales of about 2.4 billion euros in 2026, chief executive Mira Castellan said."
    fact = extract(text)["2.4 billion euros"]
    assert (fact.modality, fact.qualifier, fact.source) == ("expected", "about", "Mira Castellan")


def test_durations_ages_and_small_counts_are_recognized_but_no_facts(nlp):
    text = "Mira Castellan, 54, has led the two plants of Orvane Motors for eleven years, longer than its 3rd owner."
    assert extract(text) == {}
    kinds = {q["text"]: q["type"] for q in nlp(text)._.quantities}
    assert kinds["two"] == "small_count"
    assert kinds["eleven years"] == "duration"
    assert kinds["3rd"] == "ordinal"


def test_the_web_page_around_an_article_yields_nothing():
    text = (
        "Home | Markets | Opinion\n\nOrvane Motors opens a second plant in Setubal\n\n"
        "By Ana Prata\n12 March 2024\n\n"
        "Orvane Motors opened a plant for 300 million euros in Setubal on Monday.\n\n"
        "Related stories\nLisbon port traffic falls 12 per cent\n\n"
        "Sign up to our newsletter: join 40,000 readers\n© 2024 Lisbon Business Press. Tel: +351 21 555 0100\n"
    )
    facts = newsfacts.extract(text)
    assert [fact.text for fact in facts] == ["300 million euros"]


def test_a_headline_is_marked():
    text = "Orvane Motors invests 300 million euros in Setubal\n\nOrvane Motors will build a plant in Setubal."
    facts = newsfacts.extract(text)
    assert [(fact.text, fact.part) for fact in facts] == [("300 million euros", "headline")]


def test_ids_stay_when_something_else_changes():
    sentence = "Sales of Orvane Motors rose 4 percent in 2023 and 4 percent in 2022."
    before = [fact.id for fact in newsfacts.extract(sentence)]
    after = [fact.id for fact in newsfacts.extract("Lisbon was warm in May.\n\n" + sentence)]
    assert len(set(before)) == 2
    assert before == after
