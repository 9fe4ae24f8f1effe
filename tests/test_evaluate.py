import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.evaluate import LEVELS, SLOTS, Evaluation, Score, evaluate
from newsfacts.dataset.gold import Answer, GoldArticle, GoldFact, read_gold, read_predicted

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
Row = dict[str, Any]


def gold_fact(start: int = 10, text: str = "7.5 percent", **slots: Any) -> Row:
    told = {
        "start": start,
        "end": start + len(text),
        "text": text,
        "value": 7.5,
        "unit": "percent",
        "kind": "change",
        "direction": "up",
        "basis": None,
        "qualifier": "exact",
        "subject": ["Harbour Foods", "the bakery group"],
        "metric": ["annual sales", "sales"],
        "measure": "sales",
        "period": {"text": "2023", "start": "2023-01-01", "end": "2023-12-31"},
        "modality": "actual",
        "source": None,
        "equivalents": [],
    }
    return {**told, **slots}


def answer(start: int = 10, text: str = "7.5 percent", **slots: Any) -> Row:
    return {**gold_fact(start, text, subject="Harbour Foods", metric="annual sales"), **slots}


def scored(golds: Sequence[Row], answers: Sequence[Row], **article: Any) -> Evaluation:
    gold = GoldArticle.model_validate({"article": "harbour", "facts": golds, **article})
    return evaluate({"harbour": gold}, {"harbour": [Answer.model_validate(row) for row in answers]})


def right(evaluation: Evaluation) -> dict[str, int]:
    return {level: evaluation.total.level(level).right for level in LEVELS}


def write_gold(folder: Path, *articles: Row) -> Path:
    folder.mkdir()
    for article in articles:
        (folder / f"{article['article']}.json").write_text(json.dumps(article))
    return folder


def write_lines(path: Path, *rows: Row) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def newsfacts_evaluate(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "newsfacts", "evaluate", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_a_perfect_answer_is_right_on_every_level() -> None:
    evaluation = scored([gold_fact()], [answer()])
    assert right(evaluation) == dict.fromkeys(LEVELS, 1)
    assert evaluation.slots == dict.fromkeys(SLOTS, 1.0)
    assert evaluation.rare["direction"] == 1.0
    assert evaluation.rare["source"] is None
    assert evaluation.total.mistakes == []
    assert evaluation.intervals == dict.fromkeys(LEVELS, (1.0, 1.0))


@pytest.mark.parametrize(
    ("level", "slots"),
    [
        ("found", {"value": 7.6}),
        ("found", {"unit": "percentage_point"}),
        ("amount", {"kind": "level", "direction": None}),
        ("amount", {"direction": "down"}),
        ("amount", {"subject": "Orrin Mining"}),
        ("amount", {"metric": "exports"}),
        ("fact", {"period": None}),
        ("fact", {"modality": "expected"}),
        ("fact", {"qualifier": "about"}),
        ("fact", {"basis": "year_on_year"}),
        ("full", {"measure": "revenue"}),
        ("full", {"source": "Jane Whitcombe"}),
        ("full", {"start": 9}),
        ("full", {"subject": "bakery group"}),
        ("full", {"equivalents": [{"start": 1, "end": 2, "text": "x", "value": 1, "unit": "USD"}]}),
    ],
)
def test_levels_ask_for_more_and_more(level: str, slots: Row) -> None:
    reached = list(LEVELS)[: list(LEVELS).index(level) + 1]
    assert right(scored([gold_fact()], [answer(**slots)])) == {name: int(name in reached) for name in LEVELS}


@pytest.mark.parametrize(
    ("slot", "gold", "given", "agrees"),
    [
        ("value", [5, 6], [5, 6], True),
        ("value", [5, 6], 5, False),
        ("value", 1_000_000, 1_000_000.5, True),
        ("value", 1_000_000, 1_000_002, False),
        ("unit", "CNY", "RMB", True),
        ("unit", "square_meter", "sq m", True),
        ("unit", "USD/barrel", "USD", True),
        ("unit", "USD/barrel", "USD/tonne", False),
        ("unit", "count", None, True),
        ("subject", None, None, True),
        ("subject", "the Port Authorities", "port authority", True),
        ("subject", "Tarn Valley Water Company", "Tarn", False),
        ("metric", "number of the boxes", "box", True),
        ("metric", ["coal exports"], "exports", True),
        ("period", None, {"text": "", "start": None}, True),
        ("period", None, {"text": "May"}, False),
        ("period", {"text": "x", "optional": True}, None, True),
        ("period", {"text": "last spring"}, {"text": "the spring"}, True),
        ("period", {"text": "last spring"}, {"text": "last spring", "start": "2023-03-01"}, False),
        ("period", {"text": "x", "start": "2023-01-01"}, {"text": "y", "start": "2023-01-01"}, True),
        ("source", ["Quay Bank", "the bank"], "bank", True),
        ("source", "Quay Bank", None, False),
        ("source", None, "Quay Bank", False),
    ],
)
def test_slots(slot: str, gold: Any, given: Any, agrees: bool) -> None:
    fact = GoldFact.model_validate(gold_fact(**{slot: gold}))
    assert SLOTS[slot](Answer.model_validate(answer(**{slot: given})), fact) is agrees


def test_equivalents_may_come_in_any_order() -> None:
    same = [{"start": n, "end": n + 2, "text": "x", "value": n, "unit": "USD"} for n in (30, 40)]
    fact = GoldFact.model_validate(gold_fact(equivalents=same))
    assert SLOTS["equivalents"](Answer.model_validate(answer(equivalents=same[::-1])), fact)
    assert not SLOTS["equivalents"](Answer.model_validate(answer(equivalents=same[:1])), fact)


def test_what_is_missing_from_an_answer_is_not_answered() -> None:
    evaluation = scored([gold_fact()], [{"start": 10, "end": 12}])
    assert right(evaluation) == {"found": 1, "amount": 0, "fact": 0, "full": 0, "strict": 0}


def test_missed_and_extra_facts_lower_recall_and_precision() -> None:
    golds = [gold_fact(at) for at in (10, 40, 70, 100)]
    evaluation = scored(golds, [answer(10), answer(40), answer(200)])
    found = evaluation.total.level("found")
    assert found == Score(right=2, predicted=3, gold=4)
    assert (found.precision, found.recall, found.f1) == (0.6667, 0.5, 0.5714)
    assert [(mistake.kind, mistake.start) for mistake in evaluation.total.mistakes] == [
        ("missed", 70),
        ("missed", 100),
        ("extra", 200),
    ]


def test_nothing_predicted_scores_nothing() -> None:
    evaluation = scored([gold_fact()], [])
    assert evaluation.total.level("found") == Score(0, 0, 1)
    assert evaluation.total.level("found").f1 == 0.0
    assert set(evaluation.slots.values()) == {0.0}


def test_optional_quantities_and_equivalents_are_neither_hit_nor_miss() -> None:
    same = {"start": 30, "end": 34, "text": "$46m", "value": 46_000_000, "unit": "USD"}
    answers = [answer(), answer(30, "$46m"), answer(60, "twice")]
    evaluation = scored([gold_fact(equivalents=[same])], answers, optional=[{"start": 62, "end": 65}])
    assert evaluation.total.level("found") == Score(1, 1, 1)


def test_the_longest_overlap_is_matched_first() -> None:
    golds = [gold_fact(10, "3 and"), gold_fact(16, "9 percent", value=9)]
    evaluation = scored(golds, [answer(12, "and 9 percent", value=9), answer(10, "3", value=7.5)])
    assert right(evaluation)["fact"] == 2


def test_names_are_scored_where_the_gold_has_them(tmp_path: Path) -> None:
    names = [{"start": 0, "end": 13, "label": "ORG"}, {"start": 20, "end": 25, "label": "PLACE"}]
    gold = write_gold(
        tmp_path / "gold",
        {"article": "harbour", "facts": [], "entities": names},
        {"article": "orrin", "facts": []},
    )
    predicted = [{"article": "harbour", **names[0]}, {"article": "harbour", "start": 20, "end": 25, "label": "ORG"}]
    predicted += [{"article": "orrin", **names[0]}, {"article": "harbour", "start": 1, "end": 3, "label": "MONEY"}]
    write_lines(tmp_path / "out" / "facts.jsonl")
    golds = read_gold(gold)
    assert evaluate(golds, *read_predicted(tmp_path / "out", set(golds))).total.names == {}
    write_lines(tmp_path / "out" / "entities.jsonl", *predicted)
    total = evaluate(golds, *read_predicted(tmp_path / "out", set(golds))).total
    assert total.name("ORG") == Score(1, 2, 1)
    assert total.name("PLACE") == Score(0, 0, 1)
    assert total.name("ORG", "PLACE", "PERSON") == Score(1, 2, 2)


def test_the_interval_is_drawn_over_articles() -> None:
    golds = {f"a{n}": GoldArticle.model_validate({"article": f"a{n}", "facts": [gold_fact()]}) for n in range(20)}
    answers = {f"a{n}": [Answer.model_validate(answer(value=7.5 if n % 2 else 8))] for n in range(20)}
    evaluation = evaluate(golds, answers)
    low, high = evaluation.intervals["amount"]
    assert low < evaluation.total.level("amount").f1 == 0.5 < high
    assert evaluation.intervals["found"] == (1.0, 1.0)
    assert evaluation == evaluate(golds, answers)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Two gold articles, and predictions with a wrong value and subject, one missed and one extra fact."""
    facts = [gold_fact(), gold_fact(40, subject=["Orrin"])]
    write_gold(tmp_path / "gold", {"article": "harbour", "facts": facts}, {"article": "orrin", "facts": [gold_fact()]})
    given = [
        {"article": "harbour", **answer()},
        {"article": "harbour", **answer(40, value=9)},
        {"article": "harbour", **answer(90, "1 in 3")},
        {"article": "elsewhere", "start": "not read"},
    ]
    write_lines(tmp_path / "out" / "facts.jsonl", *given)
    return tmp_path


def test_gold_may_be_a_folder_or_a_file(files: Path) -> None:
    rows = [json.loads(path.read_text()) for path in sorted((files / "gold").iterdir(), reverse=True)]
    lines = write_lines(files / "gold.jsonl", *rows)
    assert read_gold(lines) == read_gold(files / "gold")
    for path in (files / "gold").iterdir():
        row = json.loads(path.read_text())
        path.write_text(json.dumps({name: row[name] for name in row if name != "article"}))
    assert read_gold(files / "gold") == read_gold(lines)
    assert set(read_gold(lines, ("orr", "x"))) == {"orrin"}


def test_text_report(files: Path) -> None:
    result = newsfacts_evaluate("gold", "out/facts.jsonl", "--errors", "5", cwd=files)
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "2 articles, 3 gold facts, 3 predicted"
    assert any(line.startswith("found       0.667  0.667  0.667  ") for line in lines)
    assert any(line.startswith("amount      0.333  0.333  0.333  ") for line in lines)
    by_article = [line.split() for line in lines if line.startswith(("harbour", "orrin"))]
    assert by_article == [
        ["harbour", "2", "3", "0.800", "0.400", "0.400", "0.400", "0.400"],
        ["orrin", "1", "0", "0.000", "0.000", "0.000", "0.000", "0.000"],
    ]
    assert lines[lines.index("value: 1") + 1] == "  harbour 40: 7.5 percent: 9, gold 7.5"
    assert lines[lines.index("subject: 1") + 1] == '  harbour 40: 7.5 percent: "Harbour Foods", gold ["Orrin"]'
    assert lines[lines.index("extra: 1") + 1] == "  harbour 90: 1 in 3"
    assert lines[lines.index("missed: 1") + 1] == "  orrin 10: 7.5 percent"


def test_json_report(files: Path) -> None:
    result = newsfacts_evaluate("gold", "out", "--format", "json", "--errors", "1", "--only", "harb,x", cwd=files)
    report = json.loads(result.stdout)
    assert report["articles"] == 1
    assert report["by_article"]["harbour"]["found"] == {
        "p": 0.6667,
        "r": 1.0,
        "f1": 0.8,
        "right": 2,
        "predicted": 3,
        "gold": 2,
    }
    assert {kind: errors["number"] for kind, errors in report["errors"].items()} == {
        "value": 1,
        "subject": 1,
        "extra": 1,
    }
    (shown,) = report["errors"]["value"]["shown"]
    assert shown["slots"]["value"] == {"predicted": 9, "gold": 7.5}


def test_a_threshold_that_is_missed_fails(files: Path) -> None:
    arguments = ("gold", "out", "--fail-under", "found=0.6")
    assert newsfacts_evaluate(*arguments, cwd=files).returncode == 0
    result = newsfacts_evaluate(*arguments, "--fail-under", "amount=0.6", cwd=files)
    assert (result.returncode, result.stderr) == (1, "amount: F1 0.3333 is below 0.6\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gold", "out", "--fail-under", "best=0.5"], "'best' is not one of found, amount"),
        (["gold", "out", "--fail-under", "fact=50"], "'fact=50' must be LEVEL=F1 with F1 from 0 to 1"),
        (["gold", "out", "--fail-under", "fact"], "'fact' must be LEVEL=F1"),
        (["gold", "out", "--fail-under", "fact=nan"], "'fact=nan' must be LEVEL=F1"),
        (["gold", "gone"], "gone: cannot be read: No such file"),
        (["gold", "gold"], "gold/facts.jsonl: cannot be read: No such file"),
        (["out", "out"], "out: no gold articles"),
        (["gold", "out", "--only", "x"], "gold: no gold articles with that prefix"),
        (["gone", "out"], "gone: cannot be read: No such file"),
    ],
)
def test_trouble_is_explained(files: Path, arguments: Sequence[str], says: str) -> None:
    result = newsfacts_evaluate(*arguments, cwd=files)
    assert result.returncode == 2
    assert says in result.stderr


@pytest.mark.parametrize(
    ("gold", "says"),
    [
        ("{", "gold.jsonl, line 1: no JSON"),
        ('{"facts": []}', "gold.jsonl, line 1, field article: Field required"),
        ('{"article": "a", "facts": [{}]}', "gold.jsonl, line 1, field facts.0.value: Field required"),
        ('{"article": "a", "facts": []}\n' * 2, "gold.jsonl, line 2, field article: a second gold for 'a'"),
    ],
)
def test_bad_gold_is_named(tmp_path: Path, gold: str, says: str) -> None:
    (tmp_path / "gold.jsonl").write_text(gold)
    with pytest.raises(DatasetError) as caught:
        read_gold(tmp_path / "gold.jsonl")
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"article": 3}, "facts.jsonl, line 1, field article: must be the id of an article"),
        ({"article": "a", "start": 3}, "facts.jsonl, line 1, field end: Field required"),
        ({"article": "a", "start": 3, "end": 4, "subject": ["x"]}, "facts.jsonl, line 1, field subject: "),
    ],
)
def test_a_bad_prediction_is_named(tmp_path: Path, row: Row, says: str) -> None:
    with pytest.raises(DatasetError) as caught:
        read_predicted(write_lines(tmp_path / "facts.jsonl", row), {"a"})
    assert says in str(caught.value)


def predictions(golds: dict[str, GoldArticle]) -> tuple[list[Row], list[Row]]:
    """Facts and names that a bad reader might give for gold articles: some right, some wrong, some missed."""
    dice = random.Random(6)
    facts, entities = [], []
    for article, gold in golds.items():
        rows = [fact.model_dump() for fact in gold.facts]
        for row in rows:
            for name in ("subject", "metric", "source"):
                row[name] = dice.choice(row[name]) if isinstance(row[name], list) else row[name]
            for name in dice.sample(sorted(row.keys() - {"start", "end", "text"}), dice.choice([0, 0, 1, 2])):
                row[name] = dice.choice(rows)[name]
            for name in ("subject", "metric", "source"):
                row[name] = row[name][-1] if isinstance(row[name], list) else row[name]
            row["end"] += dice.choice([0, 0, 0, 9])
            if dice.random() < 0.9:
                facts.append({**row, "article": article})
        facts += ({**answer(span.start, "x"), "article": article} for span in gold.optional)
        facts.append({**answer(dice.randrange(3000)), "article": article})
        for name in gold.entities or ():
            label = dice.choice(["ORG", name.label, name.label])
            entities.append({**name.model_dump(), "label": label, "article": article})
    return facts, entities


def test_figures_are_those_of_the_golds_own_scorer(tmp_path: Path) -> None:
    gold = SHARED / "gold" / "facts"
    if not gold.exists():
        pytest.skip(f"{gold} is not there")
    facts, entities = predictions(read_gold(gold))
    write_lines(tmp_path / "facts.jsonl", *facts)
    write_lines(tmp_path / "entities.jsonl", *entities)
    command = [sys.executable, SHARED / "score.py", gold, "facts.jsonl", "--entities", "entities.jsonl", "--json"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    expected = json.loads(shown)
    report = json.loads(newsfacts_evaluate(gold, ".", "--format", "json", cwd=tmp_path).stdout)
    assert {name: report[name] for name in expected} == expected
    assert 0.1 < report["strict"]["f1"] < report["full"]["f1"] < report["fact"]["f1"] < report["found"]["f1"] < 1
