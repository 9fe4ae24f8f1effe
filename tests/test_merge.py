"""Facts of several articles as observations, conflicts and time series."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.export_rows import Source
from newsfacts.dataset.merge import Observation, Subjects, merge
from newsfacts.dataset.merge.metrics import metric_of
from newsfacts.dataset.series import series, show
from newsfacts.records import Fact, Name, name_id

H1 = {"text": "the first half of 2025", "start": "2025-01-01", "end": "2025-06-30"}
Y2024 = {"text": "2024", "start": "2024-01-01", "end": "2024-12-31"}
LONG, SHORT = "Ostrava Kiln Works a.s.", "Ostrava Kiln Works"
_numbers = count()

Maker = Callable[..., Path]


def fact(article: str, text: str = "39.03 billion yuan", value: Any = 39_030_000_000, **slots: Any) -> Fact:
    number = next(_numbers)
    told = {
        "id": f"f{number}",
        "article": article,
        "start": 0,
        "end": len(text),
        "text": text,
        "value": value,
        "unit": "CNY",
        "kind": "level",
        "subject": "Lenmark",
        "metric": "tile industry output",
        "measure": "output",
        "period": H1,
        "sentence": {"start": 100 * number, "end": 100 * number + len(text), "text": text},
    }
    return Fact.model_validate({**told, **slots})


def percent(article: str, value: Any, **slots: Any) -> Fact:
    told = {"text": f"{value} percent", "unit": "percent", "kind": "change", "direction": "up"}
    return fact(article, **{**told, "value": value, **slots})


def name(article: str, name: str, kind: Any = "ORG", *aliases: str, **slots: Any) -> Name:
    return Name(article=article, id=name_id(article, name), name=name, type=kind, aliases=aliases, mentions=1, **slots)


def about(article: str, subject: str, kind: Any = "ORG", **slots: Any) -> Fact:
    return fact(article, subject=subject, subject_type=kind, subject_id=name_id(article, subject), **slots)


@pytest.fixture
def dataset(tmp_path: Path) -> Maker:
    def make(facts: Iterable[Fact], names: Iterable[Name] = (), folder: str = "facts") -> Path:
        path = tmp_path / folder
        path.mkdir()
        for file, records in (("facts.jsonl", facts), ("names.jsonl", names)):
            (path / file).write_text("".join(record.model_dump_json() + "\n" for record in records))
        return path

    return make


def observations(*datasets: Path) -> list[Observation]:
    sources = [Source(path) for path in datasets]
    subjects = Subjects(lambda: (name for source in sources for name, _ in source.records(Name)))
    return list(merge(sources, subjects))


def together(*datasets: Path) -> list[list[str]]:
    """The articles of each observation."""
    return sorted([told.article for told in one.told] for one in observations(*datasets))


def newsfacts_series(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from newsfacts.cli import main; main()", "series", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(fact("b"), id="the same"),
        pytest.param(fact("b", "39 billion yuan", 39e9), id="rounded"),
        pytest.param(fact("b", "40 billion yuan", 40e9, qualifier="about"), id="about"),
        pytest.param(fact("b", "39 billion yuan", 39e9, qualifier="more_than"), id="more than a little less"),
        pytest.param(fact("b", "40 billion yuan", 40e9, qualifier="less_than"), id="less than a little more"),
        pytest.param(fact("b", subject="LENMARK"), id="capitals"),
        pytest.param(fact("b", metric="the output of tile industries"), id="order, plural and stop words"),
        pytest.param(fact("b", metric="tile industry"), id="what the measure says"),
        pytest.param(fact("b", metric="reported tile output"), id="generic words"),
        pytest.param(fact("b", metric="first-half tile output"), id="the time"),
        pytest.param(fact("b", metric="Lenmark's tile output"), id="the subject"),
        pytest.param(fact("b", period={**H1, "text": "January to June"}), id="other words for the dates"),
    ],
)
def test_the_same_fact_told_by_two_articles_is_one_observation(dataset: Maker, other: Fact) -> None:
    for folder, facts in (("one", [fact("a"), other]), ("two", [other, fact("a")])):
        (one,) = observations(dataset(facts, folder=folder))
        assert (one.facts, one.articles, one.in_conflict) == (2, 2, False)
        assert {told.id for told in one.told} == {told.id for told in facts}
        assert (one.value, one.qualifier) == ((39.03e9, 39.03e9), "exact")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(fact("b", "39.04 billion yuan", 39_040_000_000), id="another value"),
        pytest.param(fact("b", "20 billion yuan", 20e9, qualifier="more_than"), id="more than far less"),
        pytest.param(fact("b", "30 to 50 billion yuan", (30e9, 50e9)), id="a range around it"),
        pytest.param(fact("b", subject="Lenmark Bay"), id="another subject"),
        pytest.param(fact("b", metric="tile exports"), id="another metric"),
        pytest.param(fact("b", measure="revenue"), id="another measure"),
        pytest.param(fact("b", period=Y2024), id="another period"),
        pytest.param(fact("b", period=None), id="no period"),
        pytest.param(fact("b", modality="expected"), id="a forecast"),
        pytest.param(fact("b", unit="USD"), id="another currency"),
    ],
)
def test_what_is_not_the_same_stays_apart(dataset: Maker, other: Fact) -> None:
    assert together(dataset([fact("a"), other])) == [["a"], ["b"]]


def test_changes_are_signed_and_have_a_basis(dataset: Maker) -> None:
    named, unnamed = percent("a", 7, basis="year_on_year"), percent("b", 7)
    (one,) = observations(dataset([unnamed, named], folder="one"))
    assert (one.basis, one.facts) == ("year_on_year", 2)
    fall, quarter = percent("b", 7, direction="down"), percent("c", 7, basis="quarter_on_quarter")
    found = observations(dataset([named, fall, quarter], folder="two"))
    assert [(one.value[0], one.basis) for one in found] == [
        (7, "year_on_year"),
        (-7, None),
        (7, "quarter_on_quarter"),
    ]
    less = percent("a", 5, direction="down", qualifier="more_than")
    (one, _) = observations(dataset([less, percent("b", 4, direction="down")], folder="three"))
    assert (one.value, one.qualifier, one.in_conflict) == ((-5, -5), "more_than", True)


def test_an_equivalent_in_another_currency_is_the_same_amount(dataset: Maker) -> None:
    same = {"start": 1, "end": 9, "text": "US$5.4 billion", "value": 5.4e9, "unit": "USD"}
    yuan = fact("a", equivalents=[same])
    dollars = fact("b", "$5.38 billion", 5.38e9, unit="USD")  # at another day's rate
    far = fact("c", "$6.1 billion", 6.1e9, unit="USD")
    found = observations(dataset([dollars, far, yuan]))
    assert [([told.article for told in one.told], one.unit) for one in found] == [(["b", "a"], "CNY"), (["c"], "USD")]
    assert not any(one.in_conflict for one in found)


def test_a_headline_and_the_text_of_one_article_are_one(dataset: Maker) -> None:
    headline = fact("a", "Y40 bln", 40e9, part="headline", metric="makers", period=None, qualifier="about")
    (one,) = observations(dataset([headline, fact("a")], folder="one"))
    assert (one.facts, one.articles, one.value[0], one.metric) == (2, 1, 39.03e9, "tile industry output")
    elsewhere = fact("b", "Y40 bln", 40e9, part="headline", subject="Orrin", metric="mines", measure="other")
    assert together(dataset([elsewhere, fact("b")], folder="two")) == [["b"], ["b"]]
    falling = percent("c", 7, part="headline", direction="down")
    assert together(dataset([falling, percent("c", 7)], folder="three")) == [["c"], ["c"]]


def test_where_subject_or_metric_is_missing_articles_are_not_compared(dataset: Maker) -> None:
    for slot in ("subject", "metric"):
        facts = [fact(article, **{slot: None}) for article in ("a", "b", "b")]
        assert together(dataset(facts, folder=slot)) == [["a"], ["b", "b"]]


def test_without_a_date_only_the_same_values_are_one(dataset: Maker) -> None:
    facts = [fact("a", period=None), fact("b", period=None), fact("c", "39 billion yuan", 39e9, period=None)]
    assert together(dataset(facts)) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (name("a", LONG), name("b", SHORT), True),
        (name("a", "Halden Co., Ltd."), name("b", "Halden Co"), True),
        (name("a", "Halden AG"), name("b", "Halden Ltd"), False),
        (name("a", "Østby Bryggeri"), name("b", "Ostby bryggeri"), False),  # Ø is a letter of its own
        (name("a", "Málaga", "PLACE"), name("b", "Malaga", "PLACE"), True),
        (name("a", "Vale Group", "ORG", "Vale"), name("b", "Vale"), True),
        (name("a", "Bank of Orrin", "ORG", "Bank"), name("b", "Bank"), False),
        (name("a", "Ministry"), name("b", "Ministry"), False),
        (name("a", "Ann Smith", "PERSON", "Smith"), name("b", "Smith", "PERSON"), False),
        (name("a", "Smith", "PERSON"), name("b", "Smith", "PERSON"), False),
        (name("a", "Ann Smith", "PERSON"), name("b", "Ann Smith", "PERSON"), True),
        (name("a", "Washington", "PLACE"), name("b", "Washington", "PERSON"), False),
        (name("a", "Derby", "PLACE", geonames=1), name("b", "Derby", "PLACE", geonames=2), False),
        (name("a", "Derby", "PLACE", geonames=1), name("b", "Derby", "PLACE"), True),
        (name("a", "Peking", "PLACE", geonames=1), name("b", "Beijing", "PLACE", geonames=1), True),
    ],
    ids=lambda value: value.name if isinstance(value, Name) else None,
)
def test_names_of_different_articles(dataset: Maker, one: Name, other: Name, same: bool) -> None:
    facts = [about(each.article, each.name, each.type) for each in (one, other)]
    found = observations(dataset(facts, [one, other]))
    assert (len(found) == 1) == same
    assert len({one.series for one in found}) == len(found)


def test_a_name_that_could_stand_for_two_is_left_alone(dataset: Maker) -> None:
    owners = [name("a", "Vale Metals", "ORG", "Vale"), name("b", "Vale Foods", "ORG", "Vale"), name("c", "Vale")]
    facts = [about(each.article, each.name) for each in owners]
    assert together(dataset(facts, owners, "two")) == [["a"], ["b"], ["c"]]
    assert together(dataset([facts[0], facts[2]], [owners[0], owners[2]], "one")) == [["a", "c"]]
    three = [name(str(number), "Derby", "PLACE", geonames=number or None) for number in range(3)]
    facts = [about(each.article, "Derby", "PLACE") for each in three]
    assert together(dataset(facts, three, "places")) == [["0"], ["1"], ["2"]]


def test_a_subject_that_is_no_name_is_that_name_elsewhere(dataset: Maker) -> None:
    facts = [about("a", "Lenmark", "PLACE"), fact("b", subject="Lenmark")]
    assert together(dataset(facts, [name("a", "Lenmark", "PLACE")])) == [["a", "b"]]


def test_conflicts_name_both_ends(dataset: Maker) -> None:
    three = [fact("a"), fact("b", "45 billion yuan", 45e9), fact("c", "51 billion yuan", 51e9)]
    found = observations(dataset([*three, fact("d", "39 billion yuan", 39e9)]))
    assert [(one.value[0], one.lowest, one.highest, one.articles) for one in found] == [
        (39.03e9, 39.03e9, 51e9, 2),
        (45e9, 39.03e9, 51e9, 1),
        (51e9, 39.03e9, 51e9, 1),
    ]


def test_what_is_no_conflict(dataset: Maker) -> None:
    expected: dict[str, Any] = {"modality": "expected"}
    sentence = {"start": 0, "end": 5, "text": "x"}
    pairs = {
        "forecasts of two": [fact("a", source="Orrin", **expected), fact("b", "9 yuan", 9, source="Vale", **expected)],
        "no dates": [fact("a", period=None), fact("b", "9 yuan", 9, period=None)],
        "one sentence": [fact("a", sentence=sentence), fact("a", "9 yuan", 9, sentence=sentence)],
        "another basis": [percent("a", 7, basis="year_on_year"), percent("b", 2, basis="month_on_month")],
        "another currency": [fact("a"), fact("b", "$9 billion", 9e9, unit="USD")],
        "within a range": [fact("a"), fact("b", "30 to 50 billion yuan", (30e9, 50e9))],
    }
    for number, (why, facts) in enumerate(pairs.items()):
        found = observations(dataset(facts, folder=str(number)))
        assert [one.in_conflict for one in found] == [False, False], why
    same = [fact("a", source="Orrin", **expected), fact("b", "9 yuan", 9, source="Orrin", **expected)]
    assert all(one.in_conflict for one in observations(dataset(same, folder="same")))


def test_several_datasets_are_one(dataset: Maker) -> None:
    shared = fact("a")
    one, two = dataset([shared], folder="one"), dataset([shared, fact("b")], folder="two")
    assert together(one, two) == [["a", "b"]]


def test_the_order_of_facts_makes_no_difference(dataset: Maker) -> None:
    facts = [fact("a"), fact("b", "39 billion yuan", 39e9), fact("c", "39.4 billion yuan", 39.4e9), percent("d", 3)]
    found = [
        {
            (one.value, one.qualifier, one.in_conflict, frozenset(told.id for told in one.told))
            for one in observations(dataset(some, folder=str(number)))
        }
        for number, some in enumerate((facts, facts[::-1], facts[2:] + facts[:2]))
    ]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 3


@pytest.mark.parametrize(
    ("one", "other", "measure", "same"),
    [
        ("net income", "net profit", "profit", True),
        ("operating profit", "net profit", "profit", False),
        ("sales", "turnover", "revenue", True),
        ("industry output", "output", "output", False),  # a generic word that alone says what
        ("output value", "total output", "output", True),
        ("brand headquarters", "headquarters", "count", False),
        ("number of factories", "factory", "count", True),
    ],
)
def test_metrics_in_other_words(one: str, other: str, measure: str, same: bool) -> None:
    assert (metric_of(one, measure, "level") == metric_of(other, measure, "level")) == same


def test_revenue_and_sales_are_taken_together() -> None:
    assert metric_of("net sales", "sales", "level") == metric_of("net turnover", "revenue", "level")
    assert metric_of("sales", "sales_volume", "level") != metric_of("sales", "sales", "level")


@pytest.fixture
def story(dataset: Maker) -> Path:
    facts = [
        fact("a"),
        percent("a", 3.7, basis="year_on_year"),
        fact("b", "41 billion yuan", 41e9, metric="output of the tile industries"),
        fact("b", "80 billion yuan", 80e9, period=Y2024, modality="expected"),
        percent("c", 2, period=Y2024, metric="tile industry"),
        fact("c", "9 percent", 9, unit="percent", kind="share", metric="share of tile output", period=None),
        fact("c", "300", 300, unit="count", metric="tile workers", measure="employment"),
        fact("c", subject="Lenmark Bay"),
    ]
    return dataset(facts)


def test_a_series_goes_by_time(story: Path) -> None:
    rows = list(series([story], "lenmark", "tile industry output", "output"))
    assert [
        (
            row.of.period and str(row.of.period.end),
            row.observation and row.observation.value[0],
            [change.value[0] for change in row.changes],
            [rival.value[0] for rival in row.rivals],
            row.article_ids,
        )
        for row in rows
    ] == [
        (None, 9, [], [], ("c",)),
        ("2024-12-31", None, [2], [], ("c",)),
        ("2024-12-31", 80e9, [], [], ("b",)),
        ("2025-06-30", 39.03e9, [3.7], [41e9], ("a",)),
        ("2025-06-30", 41e9, [3.7], [39.03e9], ("b", "a")),
    ]


def test_the_formats_of_a_series(story: Path) -> None:
    told = {}
    for form in ("text", "json", "csv"):
        result = newsfacts_series(story, "--subject", "Lenmark", "--metric", "tile output", "--format", form)
        assert (result.returncode, result.stderr) == (0, "")
        told[form] = result.stdout
    assert told["text"].splitlines() == [
        "Lenmark: tile industry output (output)",
        "  start       end         value                 change                               articles",
        "  no time                 9 percent (share)                                actual    c",
        "  2024-01-01  2024-12-31                        +2 percent                 actual    c",
        "  2024-01-01  2024-12-31  80,000,000,000 CNY                               expected  b",
        "  2025-01-01  2025-06-30  ! 39,030,000,000 CNY  +3.7 percent year on year  actual    a",
        "  2025-01-01  2025-06-30  ! 41,000,000,000 CNY  +3.7 percent year on year  actual    b, a",
    ]
    rows = [json.loads(line) for line in told["json"].splitlines()]
    assert [(row["value"], row["unit"], row["modality"]) for row in rows[1:3]] == [
        (None, None, "actual"),
        (80_000_000_000, "CNY", "expected"),
    ]
    assert rows[3]["facts"][0].keys() == {"id", "article", "text"}
    assert rows[3]["changes"][0]["basis"] == "year_on_year"
    assert [rival["value"] for rival in rows[3]["conflicts"]] == [41_000_000_000]
    table = list(csv.DictReader(io.StringIO(told["csv"])))
    assert [row["change"] for row in table] == ["", "+2 percent", "", *["+3.7 percent year on year"] * 2]
    assert (table[1]["kind"], table[3]["conflict"]) == ("change", "41,000,000,000 CNY in b")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--subject", "Lenmarc"], "no fact is about 'Lenmarc'; near: Lenmark"),
        (
            ["--subject", "Lenmark", "--metric", "tile revenue"],
            "no fact about 'Lenmark' has the metric 'tile revenue'; told are: tile industry output (output), ",
        ),
        (["--subject", "Lenmark", "--measure", "profit"], "has the measure profit; told are: tile industry output"),
        (["--subject", "Lenmark", "--measure", "mood"], "'mood' is not one of output, revenue"),
        (["--metric", "output"], "Missing option '--subject'"),
    ],
)
def test_what_is_not_told_is_said(story: Path, options: list[str], says: str) -> None:
    result = newsfacts_series(story, *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert says in " ".join(result.stderr.split())


def test_a_series_needs_no_more_than_facts(story: Path) -> None:
    alone = list(series([story / "facts.jsonl"], "Lenmark", "tile output"))
    assert [row.of.id for row in alone] == [row.of.id for row in series([story], "Lenmark", "tile output")]
    with pytest.raises(DatasetError, match="nowhere: no such file or folder"):
        list(series([story, story / "nowhere"], "Lenmark"))
    (story / "facts.jsonl").write_text('{"article": "a"}\n')
    with pytest.raises(DatasetError, match=r"facts\.jsonl, line 1, field id"):
        list(series([story], "Lenmark"))


def test_an_article_cannot_command_the_terminal(dataset: Maker) -> None:
    evil = fact("evil\x1b[2J", subject="Lenmark", metric="tile\x07 output", period={"text": "then\x1b[1m"})
    out = io.StringIO()
    show(series([dataset([evil])], "Lenmark"), "text", out)
    assert not set("\x1b\x07") & set(out.getvalue())
