import datetime as dt
import json
from typing import Any

import pytest
from pydantic import ValidationError

from newsfacts.records import Article, Entity, Fact, Name, Period, Quantity, fact_id, name_id


def make_fact(**changes: Any) -> Fact:
    fields = {
        "id": "f1",
        "article": "a1",
        "start": 20,
        "end": 29,
        "text": "7 percent",
        "value": 7,
        "unit": "percent",
        "kind": "change",
        "direction": "up",
        "measure": "sales",
        "sentence": {"start": 0, "end": 30, "text": "Sales at Northwind rose 7 percent."},
    }
    return Fact.model_validate({**fields, **changes})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (7.0, "7"),
        (7.25, "7.25"),
        (141_790_000_000.0, "141790000000"),
        (-0.5, "-0.5"),
        ([4.0, 5.5], "[4,5.5]"),
    ],
)
def test_whole_numbers_are_written_without_a_point(value: Any, written: str) -> None:
    assert f'"value":{written},' in make_fact(value=value).model_dump_json()


def test_a_written_fact_reads_back_as_itself() -> None:
    fact = make_fact(
        value=[4, 5],
        period={"text": "2022", "start": "2022-01-01", "end": "2022-12-31"},
        equivalents=[{"start": 31, "end": 40, "text": "$1 million", "value": 1_000_000, "unit": "USD"}],
        evidence={"subject": [{"start": 9, "end": 18}]},
    )
    assert Fact.model_validate_json(fact.model_dump_json()) == fact
    assert Fact.model_validate(fact.model_dump(mode="json")) == fact


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "level"},
        {"kind": "share", "direction": None, "basis": "other"},
        {"direction": None},
        {"value": float("inf")},
        {"value": float("nan")},
        {"value": [5, 4]},
        {"value": "7"},
        {"start": 29},
        {"start": -1},
        {"measure": "happiness"},
        {"unit": ""},
        {"colour": "red"},
        {"period": {"text": "2022", "start": "2022-12-31", "end": "2022-01-01"}},
        {"period": {"text": "2022", "start": "last year"}},
    ],
)
def test_a_fact_that_contradicts_the_contract_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_fact(**changes)


def test_a_change_of_zero_has_no_direction() -> None:
    assert make_fact(value=0, direction=None).direction is None


def test_records_do_not_change() -> None:
    with pytest.raises(ValidationError):
        make_fact().value = 8  # type: ignore[misc]


def test_the_article_comes_first_in_a_line() -> None:
    assert list(json.loads(make_fact().model_dump_json()))[:4] == ["article", "id", "start", "end"]
    entity = Entity(article="a1", start=0, end=3, text="ABC", label="ORG")
    assert entity.model_dump_json() == '{"article":"a1","start":0,"end":3,"text":"ABC","label":"ORG","name_id":null}'


def test_a_period_may_be_open_and_a_date_may_carry_a_time() -> None:
    assert Period.model_validate({"text": "since 2022", "start": "2022-01-01"}).end is None
    article = Article.model_validate({"id": "a", "text": "x", "published": "2024-05-07T10:12:00+08:00"})
    assert article.model_dump(mode="json")["published"] == "2024-05-07"
    article = Article(id="a", text="x", published=dt.datetime(2024, 5, 7, 10, 12))
    assert article.published == dt.date(2024, 5, 7)


def test_the_id_of_a_fact_depends_on_its_words_alone() -> None:
    first = fact_id("a1", "Sales rose 7 percent.", "7 percent", 0)
    assert first == fact_id("a1", "Sales rose\n  7 percent.", "7 percent", 0)
    others = {
        fact_id("a2", "Sales rose 7 percent.", "7 percent", 0),
        fact_id("a1", "Costs rose 7 percent.", "7 percent", 0),
        fact_id("a1", "Sales rose 7 percent.", "percent", 0),
        fact_id("a1", "Sales rose 7 percent.", "7 percent", 1),
    }
    assert len(others | {first}) == 5
    assert len(first) == 16


def test_a_quantity_has_a_fact_or_a_reason_why_it_is_none() -> None:
    row = {"article": "a1", "start": 0, "end": 9, "text": "two years", "value": 2, "unit": "year", "type": "duration"}
    assert Quantity.model_validate({**row, "reason": "duration"}).fact is None
    for wrong in ({}, {"fact": "0123456789abcdef", "reason": "duration"}, {"reason": "boredom"}):
        with pytest.raises(ValidationError):
            Quantity.model_validate({**row, **wrong})


def test_the_id_of_a_name_depends_on_article_and_name_alone() -> None:
    assert name_id("a1", "Orvane AG") == name_id("a1", "Orvane AG")
    assert len({name_id("a1", "Orvane AG"), name_id("a2", "Orvane AG"), name_id("a1", "Orvane")}) == 3
    assert len(name_id("a1", "Orvane AG")) == 16


def test_a_name_has_its_forms_together() -> None:
    row = {"article": "a1", "id": name_id("a1", "Orvane AG"), "name": "Orvane AG", "type": "ORG", "mentions": 3}
    name = Name.model_validate({**row, "aliases": ["Orvane"], "legal_form": "AG"})
    assert Name.model_validate_json(name.model_dump_json()) == name
    assert (name.country, name.geonames) == (None, None)
    for wrong in ({"mentions": 0}, {"type": "MONEY"}, {"country": "China"}):
        with pytest.raises(ValidationError):
            Name.model_validate({**row, **wrong})
