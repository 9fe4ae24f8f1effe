"""Reviewers' decisions: read from corrections.yaml, applied on every run, taken back without a trace, used as gold."""

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import newsfacts
from conftest import Counting
from newsfacts.cli import main
from newsfacts.emit.corrections import Corrections, CorrectionsError, read_corrections
from newsfacts.emit.dataset import ARTICLE_FILES, FILES
from newsfacts.emit.marked_yaml import YamlError, parse_yaml
from newsfacts.records import Fact, Quantity, RunReport, Uncorrected
from newsfacts.run import check, run

Row = dict[str, Any]
TEXTS = {
    "tern": (
        "Tern Shipping lifts sales 7 percent\n\n"
        "Tern Shipping said its sales rose 7 percent to $210 million in 2023. It plans to order nine tankers.\n\n"
        "It employs 1,400 people in Leith, and 1,100 people abroad. Rents in 2024 rose by 12 percent.\n"
    ),
    "quill": "Profit at Quill Energy fell to 40 million euros in 2022 from 55 million a year earlier, it said.\n",
    "vale": "Vale Motors opened 15 showrooms in 2021. Vale Motors opened 15 showrooms in 2021. It sold 9,000 cars.\n",
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Counting) -> Path:
    """A folder with the articles in in.jsonl and their dataset in out."""
    monkeypatch.chdir(tmp_path)
    write(TEXTS)
    run(["in.jsonl"], "out")
    model.read = 0
    return tmp_path


def write(texts: dict[str, str]) -> None:
    Path("in.jsonl").write_text("".join(json.dumps({"id": id_, "text": text}) + "\n" for id_, text in texts.items()))


def snapshot(folder: str = "out") -> dict[str, bytes]:
    files = (path for path in Path(folder).iterdir() if path.is_file() and path.name != "corrections.yaml")
    return {path.name: path.read_bytes() for path in files}


def rows(name: str, folder: str = "out") -> list[Row]:
    return [json.loads(line) for line in Path(folder, f"{name}.jsonl").read_text("utf-8").splitlines()]


def facts(folder: str = "out") -> dict[tuple[str, str, int], Row]:
    """Facts by article, quantity and offset."""
    return {(row["article"], row["text"], row["start"]): row for row in rows("facts", folder)}


def fact(article: str, text: str, number: int = 0, folder: str = "out") -> Row:
    found = [row for (of, quantity, _), row in facts(folder).items() if (of, quantity) == (article, text)]
    return found[number]


def decision(action: str, article: str, quote: str, **fields: Any) -> Row:
    return {"action": action, "article": article, "quote": quote, "by": "Ada Quill", "why": "I read it", **fields}


def correct(*decisions: Row, folder: str = "out") -> RunReport:
    decide(*decisions, folder=folder)
    return run(["in.jsonl"], folder)


def decide(*decisions: Row, folder: str = "out") -> None:
    Path(folder).mkdir(exist_ok=True)
    Path(folder, "corrections.yaml").write_text(json.dumps(decisions))  # JSON is YAML


class Ended(NamedTuple):
    exit_code: object
    stdout: str
    stderr: str


CommandLine = Callable[..., Ended]


@pytest.fixture
def cli_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line, in this process."""

    def call(*arguments: str) -> Ended:
        monkeypatch.setattr("sys.argv", ["newsfacts", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        return Ended(end.value.code, *capsys.readouterr())

    return call


def tern() -> tuple[Row, Row, Row]:
    """A decision of each kind."""
    return (
        decision("reject", "tern", "1,400", fact=fact("tern", "1,400")["id"]),
        decision("fix", "tern", "$210 million", slots={"metric": "freight turnover", "subject": "Tern Shipping"}),
        decision(
            "add", "tern", "nine", slots={
                "value": "9", "unit": "count", "kind": "level", "measure": "count", "modality": "expected",
                "metric": "tankers", "subject": "Tern Shipping", "period": {"text": "2024", "start": "2024-01-01"},
            },
        ),
    )  # fmt: skip


def test_a_rejected_fact_is_gone_and_says_so(work: Path, model: Counting) -> None:
    before = snapshot()
    gone = fact("tern", "1,400")
    report = correct(decision("reject", "tern", "1,400", fact=gone["id"]))
    assert gone["id"] not in {row["id"] for row in rows("facts")}
    (quantity,) = [row for row in rows("quantities") if row["text"] == "1,400"]
    assert (quantity["fact"], quantity["reason"]) == (None, "rejected")
    assert quantity["correction"] == {"action": "rejected", "was": {}, "by": "Ada Quill", "why": "I read it"}
    assert report.counts.facts == before["facts.jsonl"].count(b"\n") - 1 == len(rows("facts"))
    assert model.read == 0
    untouched = [line for line in before["facts.jsonl"].splitlines() if gone["id"].encode() not in line]
    assert snapshot()["facts.jsonl"].splitlines() == untouched


def test_a_fixed_fact_has_the_slots_and_says_what_was(work: Path) -> None:
    before = fact("tern", "$210 million")
    period = {"text": "the year 2023", "start": "2023-01-01", "end": "2023-12-31"}
    slots = {"subject": "Tern Group", "metric": "freight turnover", "measure": "output", "period": period}
    correct(decision("fix", "tern", "$210 million", fact=before["id"], slots=slots))
    after = fact("tern", "$210 million")
    assert {name: after[name] for name in slots} == slots
    assert after["correction"] == {
        "action": "fixed",
        "was": {name: before[name] for name in slots},
        "by": "Ada Quill",
        "why": "I read it",
    }
    # of a subject that is no name of the article, nothing is known; and none of it was read from the text
    assert (after["subject_type"], after["subject_id"]) == (None, None)
    assert after["evidence"] == {**before["evidence"], "subject": None, "metric": None, "period": None}
    rest = set(before) - set(slots) - {"correction", "subject_type", "subject_id", "evidence"}
    rest -= {"confidence", "slot_confidence"}
    assert {name: after[name] for name in rest} == {name: before[name] for name in rest}
    (quantity,) = [row for row in rows("quantities") if row["fact"] == after["id"]]
    assert quantity["correction"] == after["correction"]


def test_what_was_decided_is_certain(work: Path) -> None:
    before = fact("tern", "12 percent")
    correct(decision("fix", "tern", "12 percent", slots={"subject": "Leith"}))
    after = fact("tern", "12 percent")
    assert after["slot_confidence"] == {**before["slot_confidence"], "subject": 1.0, "quantity": 1.0}
    assert before["confidence"] <= after["confidence"] <= 1
    every = {"kind": "change", "direction": "up", "subject": "Leith", "metric": "rents"}
    correct(decision("fix", "tern", "12 percent", slots=every))
    assert fact("tern", "12 percent")["confidence"] == 1
    correct(decision("fix", "tern", "12 percent", slots={"source": None}))
    assert fact("tern", "12 percent")["confidence"] >= before["confidence"]


def test_a_level_has_no_direction_left(work: Path) -> None:
    before = fact("tern", "12 percent")
    assert (before["kind"], before["direction"]) == ("change", "up")
    correct(decision("fix", "tern", "12 percent", slots={"kind": "share"}))
    after = fact("tern", "12 percent")
    assert (after["kind"], after["direction"], after["basis"]) == ("share", None, None)
    assert after["correction"]["was"]["direction"] == "up"


def test_a_fixed_amount_is_fixed_in_all_files(work: Path) -> None:
    slots = {"value": "1.4e9", "unit": "EUR", "qualifier": "about"}
    correct(decision("fix", "tern", "1,400", slots=slots))
    assert fact("tern", "1,400")["value"] == 1_400_000_000
    (quantity,) = [row for row in rows("quantities") if row["text"] == "1,400"]
    assert (quantity["value"], quantity["unit"], quantity["type"]) == (1_400_000_000, "EUR", "money")
    assert quantity["qualifier"] == "about"
    (mention,) = [row for row in rows("entities") if row["text"] == "1,400"]
    assert mention["label"] == "MONEY"
    summary = next(row for row in rows("articles") if row["id"] == "tern")
    assert summary["entities"] == sum(row["article"] == "tern" for row in rows("entities"))


def test_an_equivalent_is_found_in_the_sentence(work: Path) -> None:
    text = "Tern Shipping paid 30 million euros for the yard, which its books gave as $33 million.\n"
    write({"tern": text})
    run(["in.jsonl"], "out")
    same = {"text": "$33  million", "value": "33e6", "unit": "USD"}
    correct(
        decision("reject", "tern", "$33 million"),
        decision("fix", "tern", "30 million euros", slots={"equivalents": [same]}),
    )
    assert rows("errors") == []
    for row in (fact("tern", "30 million euros"), rows("quantities")[0]):
        (found,) = row["equivalents"]
        assert (found["text"], found["value"], found["unit"]) == ("$33 million", 33_000_000, "USD")
        assert text[found["start"] : found["end"]] == "$33 million"
    correct(decision("fix", "tern", "30 million euros", slots={"equivalents": [{**same, "text": "30"}]}))
    assert rows("errors")[0]["field"] == "slots.equivalents"


def test_an_added_fact_stands_where_its_quote_does(work: Path) -> None:
    correct(tern()[2])
    added = Fact.model_validate(fact("tern", "nine"))
    assert TEXTS["tern"][added.start : added.end] == "nine"
    assert TEXTS["tern"][added.sentence.start : added.sentence.end] == added.sentence.text
    assert added.sentence.text == "It plans to order nine tankers."
    assert (added.subject_type, added.confidence) == ("ORG", 1)
    assert added.correction and added.correction.action == "added"
    order = [row["start"] for row in rows("facts") if row["article"] == "tern"]
    assert order == sorted(order)
    (quantity,) = [row for row in rows("quantities") if row["fact"] == added.id]
    assert (quantity["text"], quantity["reason"]) == ("nine", None)


def test_a_fact_may_be_added_where_no_quantity_was_recognized(work: Path) -> None:
    slots = {"value": 210, "unit": "USD", "kind": "level", "measure": "sales"}
    before = rows("entities")
    correct(
        decision("reject", "tern", "$210 million", fact=fact("tern", "$210 million")["id"]),
        decision("add", "tern", "$210 million in 2023", slots=slots),
    )
    added = fact("tern", "$210 million in 2023")
    at = added["start"], added["end"]
    (quantity,) = [row for row in rows("quantities") if (row["start"], row["end"]) == at]
    assert (quantity["fact"], quantity["type"], quantity["value"]) == (added["id"], "money", 210)
    new = [row for row in rows("entities") if row not in before]
    assert [(row["start"], row["end"], row["label"]) for row in new] == [(*at, "MONEY")]
    summary = next(row for row in rows("articles") if row["id"] == "tern")
    assert summary["quantities"] == sum(row["article"] == "tern" for row in rows("quantities"))


def test_what_is_added_replaces_what_was_read_there(work: Path) -> None:
    before, number = fact("tern", "12 percent"), len(rows("facts"))
    slots = {"value": 12, "unit": "percent", "kind": "share", "measure": "market_share"}
    correct(decision("add", "tern", "12 percent", slots=slots))
    after = fact("tern", "12 percent")
    assert (after["id"], after["kind"], after["subject"]) == (before["id"], "share", None)
    assert len(rows("facts")) == number
    assert [row["fact"] for row in rows("quantities") if row["text"] == "12 percent"] == [before["id"]]


def test_all_records_stay_in_order(work: Path) -> None:
    correct(*tern())
    ids = [Fact.model_validate(row).id for row in rows("facts")]
    assert len(set(ids)) == len(ids)
    assert [row["fact"] for row in rows("quantities") if row["fact"]] == ids
    for row in rows("articles"):
        for name in ("facts", "quantities", "entities", "names"):
            assert row[name] == sum(other["article"] == row["id"] for other in rows(name))
    assert {row["id"]: row["corrections"] for row in rows("articles")} == {"tern": 3, "quill": 0, "vale": 0}
    report = json.loads(Path("out/run.json").read_text())
    assert report["counts"]["corrections"] == 3
    for name in ("facts", "quantities", "entities", "articles"):
        assert report["counts"][name] == len(rows(name))
    for record, name in FILES.items():
        for line in Path("out", name).read_bytes().splitlines():
            record.model_validate_json(line)


def test_every_state_is_reached_from_every_other_without_reading(work: Path, model: Counting) -> None:
    decisions = tern()
    states = [list(some) for size in range(4) for some in combinations(decisions, size)]
    fresh = {}
    for number, state in enumerate(states):
        correct(*state, folder=f"fresh{number}")
        fresh[number] = snapshot(f"fresh{number}")
    model.read = 0
    order = random.Random(3).choices(range(len(states)), k=20)
    for number in [*order, 0]:
        correct(*states[number])
        assert snapshot() == fresh[number]
    assert model.read == 0
    assert fresh[0]["uncorrected.jsonl"] == b""


def test_without_the_file_the_dataset_is_as_it_was(work: Path, model: Counting) -> None:
    before = snapshot()
    correct(*tern())
    assert snapshot() != before
    Path("out/corrections.yaml").unlink()
    run(["in.jsonl"], "out")
    assert snapshot() == before
    assert model.read == 0


def test_what_was_read_is_kept_whole(work: Path) -> None:
    before = facts()
    correct(*tern())
    (kept,) = (Uncorrected.model_validate(row) for row in rows("uncorrected"))
    assert kept.article == "tern"
    assert [fact.model_dump(mode="json") for fact in kept.facts] == [
        row for row in before.values() if row["article"] == "tern"
    ]


def test_a_run_leaves_the_file_alone(work: Path) -> None:
    correct(*tern())
    path = Path("out/corrections.yaml")
    content, changed = path.read_bytes(), path.stat().st_mtime_ns
    run(["in.jsonl"], "out")
    run(["nowhere.txt"], "out")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, changed)


def test_decisions_survive_changed_articles(work: Path, model: Counting) -> None:
    decisions = tern()
    correct(*decisions)
    before = fact("tern", "$210 million")
    shifted = {"tern": "The results came on Monday.\n\n" + TEXTS["tern"], "new": TEXTS["quill"]}
    write(shifted)
    report = run(["in.jsonl"], "out")
    assert (report.counts.corrections, report.counts.errors) == (3, 0)
    after = fact("tern", "$210 million")
    assert after["metric"] == "freight turnover"
    assert after["start"] == before["start"] + 29
    assert shifted["tern"][slice(*(fact("tern", "nine")[end] for end in ("start", "end")))] == "nine"


def test_a_fact_with_a_new_id_is_found_by_its_quote(work: Path) -> None:
    old = fact("tern", "1,400")["id"]
    write({"tern": TEXTS["tern"].replace("in Leith", "in Leith and Hull")})
    run(["in.jsonl"], "out")
    assert fact("tern", "1,400")["id"] != old
    report = correct(decision("reject", "tern", "1,400", fact=old))
    assert (report.counts.corrections, report.counts.errors) == (1, 0)


@pytest.mark.parametrize(
    ("wrong", "code", "says"),
    [
        (decision("reject", "gone", "5"), "lost_correction", "no article with the id 'gone'"),
        (decision("reject", "tern", "8 percent"), "lost_correction", "'8 percent' does not stand in the article"),
        (decision("reject", "tern", "20"), "lost_correction", "'20' does not stand"),  # not the 20 of 2023
        (decision("reject", "tern", "nine"), "lost_correction", "no fact is read from 'nine' at offset"),
        (decision("reject", "tern", "7 percent"), "ambiguous_correction", "stands there 2 times (offsets 26, "),
        (decision("reject", "tern", "7 percent", fact="0" * 16), "ambiguous_correction", "no fact has the id 0000"),
        (
            decision("reject", "tern", "7 percent", context="costs rose 7 percent"),
            "lost_correction",
            "'costs rose 7 percent' does not stand in the article",
        ),
        (
            decision("add", "tern", "million", slots={"value": 1, "unit": "USD", "kind": "level", "measure": "sales"}),
            "bad_correction",
            "overlaps the fact",
        ),
        (decision("fix", "tern", "1,400", slots={"kind": "change"}), "bad_correction", "needs a direction"),
        (decision("fix", "tern", "1,400", slots={"basis": "other"}), "bad_correction", "a level has no direction"),
    ],
)
def test_what_cannot_be_applied_is_reported(work: Path, wrong: Row, code: str, says: str, cli_run: CommandLine) -> None:
    before = snapshot()
    Path("out/corrections.yaml").write_text(f"# checked in May\n\n- {json.dumps(wrong)}\n")
    result = cli_run("run", "in.jsonl", "-o", "out")
    assert result.exit_code == 3
    assert "Error: corrections.yaml, line 3" in result.stderr
    (error,) = rows("errors")
    assert (error["code"], error["file"], error["line"]) == (code, "corrections.yaml", 3)
    assert error["article"] == wrong["article"]
    assert says in error["message"]
    for name in ARTICLE_FILES:
        assert snapshot()[name] == before[name]


def test_one_that_fails_keeps_no_other_back(work: Path) -> None:
    lost = decision("fix", "tern", "6 percent", slots={"metric": "sales"})
    report = correct(lost, *tern(), decision("reject", "gone", "1"))
    assert (report.counts.corrections, report.counts.errors) == (3, 2)
    assert [row["line"] for row in rows("errors")] == [1, 1]


def test_a_context_tells_which_is_meant(work: Path) -> None:
    headline, body = fact("tern", "7 percent"), fact("tern", "7 percent", 1)
    assert (headline["part"], body["part"]) == ("headline", "body")
    correct(decision("reject", "tern", "7 percent", context="its sales rose\n 7   percent to"))
    assert [row["id"] for row in rows("facts") if row["text"] == "7 percent"] == [headline["id"]]
    correct(decision("reject", "tern", "7 percent", context="lifts sales 7 percent"))
    assert [row["id"] for row in rows("facts") if row["text"] == "7 percent"] == [body["id"]]


def test_an_id_and_words_that_do_not_agree_are_reported(work: Path) -> None:
    id_ = fact("tern", "1,400")["id"]
    correct(decision("reject", "tern", "1,100", fact=id_))
    assert "is '1,400', not '1,100'" in rows("errors")[0]["message"]
    body = fact("tern", "7 percent", 1)["id"]
    correct(decision("reject", "tern", "7 percent", fact=body, context="lifts sales 7 percent"))
    assert "has other words around it" in rows("errors")[0]["message"]


def test_an_id_that_counts_is_not_trusted_alone(work: Path) -> None:
    """Where a sentence stands twice, the id of the second fact becomes that of the first when that is read no more."""
    id_ = fact("vale", "15")["id"]
    correct(decision("reject", "vale", "15", fact=id_))
    assert rows("errors")[0]["code"] == "ambiguous_correction"
    report = correct(decision("reject", "vale", "15", fact=id_, context="15 showrooms in 2021. Vale"))
    assert report.counts.corrections == 1


def test_two_decisions_on_one_fact_are_not_both_taken(work: Path) -> None:
    id_ = fact("tern", "1,400")["id"]
    Path("out/corrections.yaml").write_text(
        f"- {json.dumps(decision('fix', 'tern', '1,400', fact=id_, slots={'metric': 'staff'}))}\n"
        f"- {json.dumps(decision('fix', 'tern', '1,400', slots={'subject': 'Tern'}))}\n"
    )
    run(["in.jsonl"], "out")
    (error,) = rows("errors")
    assert error["line"] == 2
    assert "line 1 decides on the fact" in error["message"]
    assert fact("tern", "1,400")["metric"] == "staff"


def test_a_changed_file_makes_a_dataset_stale(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    correct(*tern())
    monkeypatch.setattr(newsfacts, "load", lambda **settings: pytest.fail("the model is not needed"))
    stale, report = check(["in.jsonl"], "out")
    assert not stale
    assert report.counts.corrections == 3
    decide(*tern_again())
    stale, _ = check(["in.jsonl"], "out")
    assert stale.changed == ("tern",)
    run(["in.jsonl"], "out")
    with Path("out/corrections.yaml").open("a") as file:
        file.write("# a remark\n")
    stale, _ = check(["in.jsonl"], "out")
    assert (stale.changed, stale.files) == ((), ("run.json differs: corrections",))


def tern_again() -> Iterator[Row]:
    id_ = json.loads(Path("out/corrections.yaml").read_text())[0]["fact"]
    yield decision("reject", "tern", "1,400", fact=id_, why="it is counted otherwise")


def test_a_killed_run_is_taken_up_with_its_corrections(work: Path, model: Counting) -> None:
    texts = {f"{id_}{number}": text for number in range(3) for id_, text in TEXTS.items()}
    write(texts)
    decisions = [
        decision("reject", f"tern{number}", "12 percent", why="no") for number in range(3)
    ]  # fmt: skip
    correct(*decisions, folder="fresh")

    class KilledError(Exception):
        pass

    def kill(left: list[int]) -> Callable[[object], None]:
        def after(reader: object) -> None:
            left[0] -= 1
            if not left[0]:
                raise KilledError

        return after

    shutil.rmtree("out")
    decide(*decisions)
    # an exception clears away; a killed run cannot
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newsfacts.emit.dataset.DatasetWriter._clear_away", lambda writer: None)
        with pytest.raises(KilledError):
            run(["in.jsonl"], "out", on_progress=kill([5]))
    assert [path for path in Path("out").iterdir() if path.name.startswith(".partial-")]
    model.read = 0
    run(["in.jsonl"], "out")
    assert model.read == len(texts) - 5
    assert snapshot() == snapshot("fresh")
    Path("out/corrections.yaml").unlink()
    Path("fresh/corrections.yaml").unlink()
    run(["in.jsonl"], "out")
    shutil.rmtree("fresh")
    run(["in.jsonl"], "fresh")
    assert snapshot() == snapshot("fresh")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("- action: reject\n  article: [", 3, "no YAML"),
        ("article: tern", 1, "must be a list of corrections"),
        ("- just words", 1, "must hold fields"),
        ("- {quote: 7, quote: 8}", 1, "the field quote stands in line 1 already"),
        ("- x\n- &a {quote: 7}\n- *a", 2, "an alias"),
        ("- quote: !!int 7", 1, "a tag"),
        ("- ? [1]\n  : 2", 1, "a field's name must be a word"),
        ("- a\n---\n- b", 2, "another document"),
        ("- by: \xe9".encode("latin-1"), 1, "not UTF-8"),
        ("[" * 5000, 1, "no YAML"),
    ],
)
def test_what_is_no_list_of_corrections_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, line: int, says: str
) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CorrectionsError, match=says) as error:
        read_corrections(path)
    assert [problem.line for problem in error.value.problems] == [line]


WRONG = """
- action: fix
  article: tern
  quote: 7 percent
  colour: blue
  slots:
    value: 1,200
    kind: levle
    unit:
    period:
      text: 2023
      start: May
    hue: 3
  by: Ada
- action: erase
  article: tern
  quote: 7
  by: Ada
  why: ""
- action: add
  article: tern
  quote: 7
  fact: 0123456789abcdef
  slots: {value: 7, unit: percent}
  by: Ada
  why: new
- action: fix
  article: tern
  quote: 7
  context: other words
  slots: {metric: sales}
  by: Ada
  why: new
"""


def test_everything_wrong_is_told_at_once(work: Path, cli_run: CommandLine) -> None:
    before = snapshot()
    Path("out/corrections.yaml").write_text(WRONG)
    result = cli_run("run", "in.jsonl", "-o", "out")
    assert result.exit_code == 2
    told = [line.removeprefix("Error: ") for line in result.stderr.splitlines()]
    assert [line.split(": ", 1)[0] for line in told[:-1]] == [
        "out/corrections.yaml, line 2, field why",
        "out/corrections.yaml, line 5, field colour",
        "out/corrections.yaml, line 7, field slots.value",
        "out/corrections.yaml, line 8, field slots.kind",
        "out/corrections.yaml, line 9, field slots.unit",
        "out/corrections.yaml, line 12, field slots.period.start",
        "out/corrections.yaml, line 13, field slots.hue",
        "out/corrections.yaml, line 15, field action",
        "out/corrections.yaml, line 19, field why",
        "out/corrections.yaml, line 20",
        "out/corrections.yaml, line 27",
    ]
    assert "must be 'level', 'change' or 'share'" in told[3]
    assert "is no field; the fields are value, unit" in told[6]
    assert snapshot() == before


def test_the_same_decided_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    one = decision("reject", "tern", "7", fact="ab")
    path.write_text(f"- {json.dumps(one)}\n- {json.dumps({**one, 'quote': '8'})}\n")
    with pytest.raises(CorrectionsError, match="line 2: line 1 decides on this already"):
        read_corrections(path)


def test_a_file_that_cannot_be_read_stops_the_run(work: Path, cli_run: CommandLine) -> None:
    Path("out/corrections.yaml").mkdir()
    result = cli_run("run", "in.jsonl", "-o", "out")
    assert result.exit_code == 2
    assert "corrections.yaml: cannot be read" in result.stderr


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "[]\n", "~\n"])
def test_an_empty_file_corrects_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "corrections.yaml"
    assert read_corrections(path) == Corrections()
    path.write_text(content)
    assert read_corrections(path).by_article == {}


def test_words_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text(
        "- action: fix\n  article: 2024-05-24\n  quote: 1_000\n  by: no\n  why: yes\n"
        "  slots: {subject: on, metric: 'null', source: ~, value: [1_000, 1.5e3], period: {text: 2023}}\n"
        "- {action: reject, article: 007, quote: 1:30, by: 0x1F, why: .inf}\n",
        encoding="utf-8-sig",
    )
    found = read_corrections(path).by_article
    (_, one), (line, other) = found["2024-05-24"][0], found["007"][0]
    assert line == 7
    assert (one.quote, one.by, one.why) == ("1_000", "no", "yes")
    assert one.slots
    given = one.slots.given()
    assert list(given) == ["value", "subject", "metric", "period", "source"]
    assert (given["value"], given["subject"], given["metric"], given["source"]) == ((1000, 1500), "on", "null", None)
    assert given["period"].text == "2023"
    assert (other.quote, other.by, other.why) == ("1:30", "0x1F", ".inf")


@pytest.mark.parametrize("number", ["1,200", "0x10", "012", ".5", "1 000", "inf", "nan", "1e999", "seven", ""])
def test_what_is_no_number_is_no_value(tmp_path: Path, number: str) -> None:
    path = tmp_path / "corrections.yaml"
    path.write_text(json.dumps([decision("fix", "tern", "7", slots={"value": number})]))
    with pytest.raises(CorrectionsError, match=r"line 1, field slots\.value"):
        read_corrections(path)


def test_the_example_in_the_readme_is_one(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    examples = re.findall(r"```yaml\n([^`]*)```", (root / "README.md").read_text("utf-8"))
    (example,) = (example for example in examples if "action: reject" in example)
    path = tmp_path / "corrections.yaml"
    path.write_text(example)
    ((article, decisions),) = read_corrections(path).by_article.items()
    text = (root / "seeds" / f"{article}.txt").read_text("utf-8")
    quotes = {row["id"]: row["text"] for row in map(json.loads, (root / "outputs" / "facts.jsonl").open())}
    assert [decision.action for _, decision in decisions] == ["reject", "fix", "add"]
    for _, decision in decisions:
        if decision.fact:
            assert quotes[decision.fact] == decision.quote
        else:
            assert text.count(decision.context or "") == 1


def test_lines_are_those_of_the_file() -> None:
    marked = parse_yaml(b"# one\n- a: >\n    folded\n    words\n  b:\n    - x\n\n    - {c: 1,\n       d: 2}\n")
    assert marked.data == [{"a": "folded words\n", "b": ["x", {"c": "1", "d": "2"}]}]
    lines = {keys: marked.line(keys) for keys in [(0, "a"), (0, "b"), (0, "b", 1), (0, "b", 1, "d"), (0, "missing")]}
    assert list(lines.values()) == [2, 5, 8, 9, 2]
    with pytest.raises(YamlError, match="no YAML"):
        parse_yaml(b"- a\n -b: c: d\n")


def test_the_schema_has_corrections(work: Path, cli_run: CommandLine) -> None:
    schema = json.loads(cli_run("schema").stdout)
    assert {"action", "was", "by", "why"} == set(schema["$defs"]["Correction"]["properties"])
    for record in (Fact, Quantity):
        assert "correction" in schema["$defs"][record.__name__]["required"]


def test_a_run_says_how_many_were_applied(work: Path, cli_run: CommandLine) -> None:
    assert "correction" not in cli_run("run", "in.jsonl", "-o", "out").stdout
    decide(*tern())
    result = cli_run("run", "in.jsonl", "-o", "out")
    assert result.exit_code == 0
    assert result.stdout.endswith(", 0 errors, 3 corrections: out\n")


def test_diff_says_who_corrected(work: Path, cli_run: CommandLine) -> None:
    shutil.copytree("out", "before")
    correct(tern()[1])
    result = cli_run("diff", "before", "out")
    assert result.exit_code == 1
    assert "-> freight turnover\n" in result.stdout
    assert "    corrected by Ada Quill: I read it\n" in result.stdout
    assert "corrected by Ada Quill" in cli_run("diff", "before", "out", "--format", "markdown").stdout
    # who decided, and why, is no part of what a fact says
    shutil.copytree("out", "other")
    correct({**tern()[1], "why": "for another reason"})
    assert cli_run("diff", "other", "out").exit_code == 0


def test_decisions_are_gold(work: Path, cli_run: CommandLine) -> None:
    shutil.copytree("out", "uncorrected")
    correct(*tern(), decision("reject", "gone", "1"))
    for predicted in ("uncorrected", "uncorrected/facts.jsonl", "out"):  # of what is corrected, what was read
        result = cli_run("evaluate", "out/corrections.yaml", predicted, "--format", "json", "--errors", "5")
        assert result.exit_code == 0, result.stderr
        report = json.loads(result.stdout)
        assert report["unapplied"] == 1
        for action in ("rejected", "fixed", "added"):
            assert report[action] == {"right": 0, "of": 1, "share": 0.0}
        assert report["slots"]["metric"]["right"] == 0
        assert report["slots"]["subject"]["right"] == 1
        (wrong,) = report["errors"]["fixed"]["shown"]
        assert wrong["slots"]["metric"]["decided"] == "freight turnover"
    assert cli_run("evaluate", "out/corrections.yaml", "out/facts.jsonl").exit_code == 2


def test_a_better_run_scores_on_decisions(work: Path, cli_run: CommandLine) -> None:
    correct(*tern())
    better = [{**row, "correction": None} for row in rows("facts")]
    Path("better.jsonl").write_text("".join(json.dumps(row) + "\n" for row in better))
    result = cli_run("evaluate", "out/corrections.yaml", "better.jsonl", "--fail-under", "all=1")
    assert result.exit_code == 0
    assert "fixed" in result.stdout
    assert "1 of      1  1.000" in result.stdout
    result = cli_run("evaluate", "out/corrections.yaml", "out", "--fail-under", "added=0.5", "--errors", "1")
    assert result.exit_code == 1
    assert "added: 0 of 1 is below 0.5" in result.stderr
    assert "is not read" in result.stdout
    assert cli_run("evaluate", "out/corrections.yaml", "out", "--only", "quill").exit_code == 2


def test_decisions_are_no_gold_for_other_texts(work: Path, cli_run: CommandLine) -> None:
    correct(*tern())
    write({**TEXTS, "tern": "Late news. " + TEXTS["tern"]})
    run(["in.jsonl"], "other")
    result = cli_run("evaluate", "out/corrections.yaml", "other")
    assert result.exit_code == 2
    assert "other: has another text of the article 'tern'" in result.stderr
    write({"quill": TEXTS["quill"]})
    run(["in.jsonl"], "other")
    assert "lacks 'tern'" in cli_run("evaluate", "out/corrections.yaml", "other").stderr


def test_decisions_are_gold_only_once_applied(work: Path, cli_run: CommandLine) -> None:
    decide(*tern())
    result = cli_run("evaluate", "out/corrections.yaml", "out")
    assert result.exit_code == 2
    assert "let newsfacts run do it first" in result.stderr
    assert "no such file" in cli_run("evaluate", "out/none.yaml", "out").stderr
