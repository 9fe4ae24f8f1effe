import io
import json
import os
import random
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from newsfacts.dataset.compare import SLOTS, Difference, Selection, Totals, compare
from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.files import FactsFile
from newsfacts.records import Fact, SlotConfidence, fact_id

Row = dict[str, Any]
HARBOUR = "Harbour Foods lifted its sales by 7.5 percent to 1.2 billion pounds last year."
ORRIN = "Orrin Mining paid 36 million dollars for a stake in the | Tarn <pit>."


def fact(article: str, sentence: str, quantity: str, *, at: int = 0, **slots: Any) -> Row:
    """A line of facts.jsonl; the sentence stands at an offset, the subject is read from its first two words."""
    start = at + sentence.index(quantity)
    subject = " ".join(sentence.split()[:2])
    told = {
        "id": fact_id(article, sentence, quantity, 0),
        "article": article,
        "start": start,
        "end": start + len(quantity),
        "text": quantity,
        "value": 7.5,
        "unit": "percent",
        "kind": "level",
        "subject": subject,
        "metric": "sales",
        "measure": "sales",
        "confidence": 0.7,
        "sentence": {"start": at, "end": at + len(sentence), "text": sentence},
        "evidence": {"subject": [{"start": at, "end": at + len(subject)}]},
    }
    return Fact.model_validate({**told, **slots}).model_dump(mode="json")


def lines(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)


def facts_file(rows: Iterable[Row] | str | bytes, name: str = "facts.jsonl") -> FactsFile:
    if not isinstance(rows, bytes):
        rows = (rows if isinstance(rows, str) else lines(rows)).encode()
    return FactsFile(io.BytesIO(rows), name)


def differences(
    old: Iterable[Row] | str, new: Iterable[Row] | str, selection: Selection | None = None
) -> list[Difference]:
    return [one for diff in compare(facts_file(old), facts_file(new), selection) for one in diff.differences]


def newsfacts_diff(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "newsfacts", "diff", *arguments]
    env = {name: value for name, value in os.environ.items() if name != "GITHUB_STEP_SUMMARY"} | environment
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def old() -> list[Row]:
    return [
        fact("harbour", HARBOUR, "7.5 percent", at=30, kind="change", direction="up"),
        fact("harbour", HARBOUR, "1.2 billion pounds", at=30, value=1_200_000_000, unit="GBP"),
        fact("orrin", ORRIN, "36 million dollars", value=36_000_000, unit="USD", metric="stake", measure="investment"),
    ]


@pytest.fixture
def new(old: list[Row]) -> list[Row]:
    """One fact changed, one gone, one added, one unchanged but for what has no meaning."""
    metric = {"metric": "pit", "evidence": {"subject": [{"start": 0, "end": 5}]}, "subject": "Orrin"}
    return [
        {**old[0], "confidence": 0.9, "slot_confidence": None, "evidence": None},
        {**old[2], **metric},
        fact("quay", "Quay Bank has 40 branches.", "40", value=40, unit="count", metric="branches", measure="count"),
    ]


@pytest.fixture
def folder(tmp_path: Path, old: list[Row], new: list[Row]) -> Path:
    for name, rows in (("old", old), ("new", new)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "facts.jsonl").write_text(lines(rows))
    return tmp_path


def test_facts_are_compared_by_meaning(old: list[Row], new: list[Row]) -> None:
    found = differences(old, new)
    assert [(one.kind, one.article, one.told.row["text"], one.slots) for one in found] == [
        ("removed", "harbour", "1.2 billion pounds", ()),
        ("changed", "orrin", "36 million dollars", ("subject", "metric")),
        ("added", "quay", "40", ()),
    ]


def test_what_is_the_same_is_no_difference(old: list[Row]) -> None:
    assert differences(old, old) == []
    assert differences([], []) == []
    spaced = [{**row, "sentence": {**row["sentence"], "text": row["sentence"]["text"] + "\n"}} for row in old]
    whole = [{**row, "value": float(row["value"])} for row in old]
    assert differences(old, spaced) == []
    assert differences(old, whole) == []


def test_every_slot_is_compared(old: list[Row]) -> None:
    assert set(SLOTS) >= {"value", "unit", "period", "source", "equivalents", "modality", "part"}
    for slot in SLOTS:
        value = {"start": 30, "end": 40, "text": "x", "value": 1, "unit": "EUR"}
        changed = {**old[0], slot: [value] if slot == "equivalents" else value if slot == "sentence" else "x"}
        (found,) = differences(old, [changed, *old[1:]])
        assert (found.kind, found.slots) == ("changed", (slot,))


def test_the_offsets_of_an_equivalent_are_no_difference(old: list[Row]) -> None:
    rows = []
    for start in (3, 9):
        same = {"start": start, "end": start + 4, "text": "$46m", "value": 46_000_000, "unit": "USD"}
        rows.append([{**old[2], "equivalents": [same]}])
    assert differences(*rows) == []


def test_a_fact_with_a_new_id_is_known_by_sentence_and_quantity(old: list[Row]) -> None:
    renamed = [{**row, "id": f"n{number}"} for number, row in enumerate(old)]
    assert differences(old, renamed) == []
    renamed[1]["unit"] = "EUR"
    (found,) = differences(old, renamed)
    assert (found.kind, found.slots) == ("changed", ("unit",))


@pytest.mark.parametrize(
    ("sentence", "quantity", "told", "slots"),
    [
        (HARBOUR.replace("lifted", "raised"), "7.5 percent", {}, ("sentence",)),
        (HARBOUR.replace("7.5", "8.5"), "8.5 percent", {"value": 8.5}, ("text", "value", "sentence")),
        (HARBOUR.replace("its", "net"), "7.5 percent", {"metric": "net sales"}, ("metric", "sentence")),
        (HARBOUR.replace("7.5", "8.5"), "8.5 percent", {"metric": "costs"}, None),  # nothing but words of the sentence
        ("Harbour Foods said that its sales were better by 7.5 percent at home.", "7.5 percent", {}, None),
    ],
    ids=["word", "value", "metric", "another fact", "another sentence"],
)
def test_a_fact_is_known_again_in_a_sentence_that_was_edited(
    old: list[Row], sentence: str, quantity: str, told: Row, slots: tuple[str, ...] | None
) -> None:
    slots_before = {name: old[0][name] for name in ("kind", "direction")}
    new = fact("harbour", sentence, quantity, at=60, **{**slots_before, **told})
    found = [(one.kind, one.slots) for one in differences(old, [new, *old[1:]])]
    assert found == ([("changed", slots)] if slots else [("removed", ()), ("added", ())])


def test_an_edited_sentence_gives_each_of_its_facts_its_own() -> None:
    def told(sentence: str, *quantities: str) -> list[Row]:
        return [fact("a", sentence, number, value=float(number)) for number in quantities]

    old = told("Quay Bank shut 12 of its branches, and 31 and 40 of its shops.", "12", "31", "40")
    new = told("Quay Bank has shut 40 of its branches, and 31 and 13 of its shops.", "40", "31", "13")
    found = {(one.old and one.old.row["text"], one.told.row["text"]) for one in differences(old, new)}
    assert found == {("40", "40"), ("31", "31"), ("12", "13")}
    # in the sentence that is most like it, though another one stands before it
    before = told("Quay Bank shut 12 of its old branches and shops in May.", "12")
    after = told("Quay Bank shut 12 of its branches, and 31 and 40 in all.", "12")
    (changed,) = (one for one in differences([*before, *old], after) if one.kind == "changed")
    assert changed.old and changed.old.row["id"] == old[0]["id"]


def test_facts_that_moved_count_where_they_are_asked_for(old: list[Row]) -> None:
    later = [fact("harbour", HARBOUR, "7.5 percent", at=90, kind="change", direction="up"), *old[1:]]
    totals = Totals()
    assert [diff.moved for diff in totals.count(compare(facts_file(old), facts_file(later)))] == [1, 0]
    assert (totals.kinds["moved"], totals.different) == (1, False)
    (found,) = differences(old, later, Selection(moved=True))
    assert (found.kind, found.slots) == ("moved", ())


def test_selections(old: list[Row], new: list[Row]) -> None:
    def selected(**selection: Iterable[str]) -> list[tuple[str, str, tuple[str, ...]]]:
        chosen = Selection(**{name: frozenset(values) for name, values in selection.items()})
        return [(one.kind, one.article, one.slots) for one in differences(old, new, chosen)]

    assert selected(slots=["metric"]) == [("changed", "orrin", ("metric",))]
    assert selected(slots=["value"]) == []
    assert selected(measures=["count", "sales"]) == [("removed", "harbour", ()), ("added", "quay", ())]
    assert selected(articles=["quay"]) == [("added", "quay", ())]
    with pytest.raises(DatasetError, match="no article quai"):
        selected(articles=["quai", "quay"])


@pytest.mark.parametrize("seed", range(20))
def test_articles_may_come_in_any_order(seed: int) -> None:
    dice = random.Random(seed)
    groups = [[fact(f"a{n}", f"Firm {n} has {m} vans.", str(m), value=m) for m in (20, 30)] for n in range(30)]
    other = [[dict(row) for row in group] for group in groups]
    expected = set()
    for group in dice.sample(other, 4):
        row = dice.choice(group)
        row["metric"] = "vans"
        expected.add(("changed", row["id"]))
    gone, come = dice.sample(range(30), 2)
    expected -= {("changed", row["id"]) for n in (gone, come) for row in groups[n]}
    expected |= {("removed", row["id"]) for row in groups[gone]} | {("added", row["id"]) for row in groups[come]}
    left = [row for n, group in enumerate(groups) if n != come for row in group]
    kept = [group for n, group in enumerate(other) if n != gone]
    if seed % 2:
        dice.shuffle(kept)
    found = differences(left, [row for group in kept for row in group])
    assert {(one.kind, one.told.row["id"]) for one in found} == expected
    assert len(found) == len(expected)


def test_lines_may_be_written_otherwise(old: list[Row], new: list[Row]) -> None:
    loose = "\n".join(json.dumps(dict(reversed(row.items())), indent=None) for row in new) + "\r\n\r\n"
    found = [one for diff in compare(facts_file(old), facts_file(loose)) for one in diff.differences]
    assert [one.kind for one in found] == [one.kind for one in differences(old, new)]
    assert [one.new and one.new.line for one in found] == [None, 2, 3]


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\t", " : ")])
@pytest.mark.parametrize("order", [list, reversed, sorted])
def test_what_has_no_meaning_is_no_difference_however_it_is_written(
    old: list[Row], order: Callable[[Iterable[str]], Iterable[str]], separators: tuple[str, str]
) -> None:
    def written(row: Row) -> str:
        return json.dumps({name: row[name] for name in order(row)}, separators=separators) + "\n"

    slots = dict.fromkeys(SlotConfidence.model_fields, 0.125)
    correction = {"action": "fix", "by": "Ada Quill", "why": "wrong", "was": {}}
    quoted = 'It said ","confidence":0.5,"sentence":{"text":"\\ 7.5 percent, \u00e9\u2028.'
    sure = {**fact("harbour", quoted, "7.5 percent"), "confidence": 1e-05, "slot_confidence": slots}
    nothing = {"confidence": None, "slot_confidence": None, "evidence": {"metric": None, "subject": []}}
    unsure = {**sure, **nothing, "correction": correction}
    assert differences([sure], written(unsure)) == []
    half = {"source": "half a pair: \ud800"}  # JSON, but no text
    assert differences(written({**sure, **half}), written({**unsure, **half})) == []
    for change in ({"metric": "vans"}, half, {"value": 7.500000000000001}, {"equivalents": None}, {"start": 1}):
        found = differences(written(sure), written({**unsure, **change}), Selection(moved=True))
        expected = {"start": [("moved", ())], "equivalents": []}
        assert [(one.kind, one.slots) for one in found] == expected.get(
            next(iter(change)), [("changed", tuple(change))]
        )
    large = [written({**sure, "value": value}) for value in (2**64, 2**64 + 1)]
    assert [one.slots for one in differences(*large)] == [("value",)]


def test_memory_does_not_grow_with_the_number_of_facts() -> None:
    padding = "and the port was open all year " * 20
    rows = [fact(f"a{n}", f"Firm {n} has {m} vans {padding}.", str(m)) for n in range(500) for m in range(20, 30)]
    order = list(range(500))
    random.Random(0).shuffle(order)
    text = lines(rows).encode()
    mixed = lines({**row, "metric": "vans"} for n in order for row in rows[n * 10 : n * 10 + 10]).encode()
    tracemalloc.start()
    try:
        count = sum(len(diff.differences) for diff in compare(facts_file(text), facts_file(mixed)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == len(rows)
    assert peak < len(text) / 10


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"article":"b","id":', r"new.jsonl, line 2: no JSON: .* at character 21"),
        ("[]", r"new.jsonl, line 2: must be a JSON object"),
        ("{}", r"new.jsonl, line 2, field article: must be the id of an article"),
        ('{"article":"\\u0","id":"1"}', r"new.jsonl, line 2: no JSON: Invalid"),
        ('{"article":"b","id":"1"}', r"new.jsonl, line 2, field text: is missing; it must be a text"),
        ('{"article":"b","id":7}', r"new.jsonl, line 2, field id: must be a text"),
        ("[" * 100_000, r"new.jsonl, line 2: no JSON"),
        (b'{"article":"b","id":"\xff"}', r"new.jsonl, line 2: not UTF-8: byte 22"),
        (
            lines([fact("b", HARBOUR, "7.5 percent")] * 2),
            r"new.jsonl, line 3, field id: the fact of line 2 has",
        ),
        (
            lines(fact(article, HARBOUR, "7.5 percent") for article in ("b", "harbour")),
            r"new.jsonl, line 3, field article: the facts of 'harbour' must stand together",
        ),
    ],
)
def test_bad_lines_are_named(old: list[Row], line: str | bytes, says: str) -> None:
    text = lines(old[:1]).encode() + (line if isinstance(line, bytes) else line.encode())
    with pytest.raises(DatasetError, match=says):
        list(compare(facts_file(old), facts_file(text, "new.jsonl")))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sentence", {"start": 0, "end": 3}),
        ("evidence", {"subject": [3]}),
        ("evidence", {"subject": 3}),
        ("evidence", [{"start": 1, "end": 2}]),
        ("equivalents", [{"text": "x"}]),
        ("measure", ["sales"]),
        ("start", "3"),
    ],
)
def test_bad_fields_are_named(old: list[Row], field: str, value: Any) -> None:
    with pytest.raises(DatasetError, match=f"facts.jsonl, line 1, field {field}: must be"):
        differences([{**old[0], field: value}], old)


def test_text_marks_the_change_in_the_sentence(folder: Path) -> None:
    result = newsfacts_diff("old", "new/facts.jsonl", cwd=folder)
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "harbour",
        "- 1.2 billion pounds  line 2",
        "    Harbour Foods lifted its sales by 7.5 percent to «1.2 billion pounds» last year.",
        "    Harbour Foods: sales, 1,200,000,000 GBP (level; sales)",
        "orrin",
        "~ 36 million dollars  line 2",
        "    Orrin[- Mining-] paid «36 million dollars» for a stake in the | Tarn <pit>.",
        "    subject: Orrin Mining -> Orrin",
        "    metric: stake -> pit",
        "quay",
        "+ 40  line 3",
        "    Quay Bank has «40» branches.",
        "    Quay Bank: branches, 40 count (level; count)",
        "1 added, 1 removed, 1 changed: 3 and 3 facts, 3 articles",
    ]
    coloured = newsfacts_diff("old", "new", cwd=folder, FORCE_COLOR="1", TERM="xterm").stdout
    assert "\x1b[1;36m«40»" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == result.stdout


def test_the_same_dataset_is_the_same(folder: Path) -> None:
    result = newsfacts_diff("old", "old", cwd=folder)
    assert (result.returncode, result.stdout) == (0, "No difference: 3 and 3 facts, 2 articles\n")


def test_an_article_cannot_command_the_terminal(tmp_path: Path, old: list[Row]) -> None:
    evil = fact("evil\x1b[2J", "Quay \x1b]0;x\x07Bank has 40\u202e vans.", "40")
    evil["sentence"]["text"] += " \ud800"
    (tmp_path / "old.jsonl").write_text("")
    (tmp_path / "new.jsonl").write_text(json.dumps(evil))
    for form in ("text", "markdown", "github"):
        result = newsfacts_diff("old.jsonl", "new.jsonl", "--format", form, cwd=tmp_path, FORCE_COLOR="")
        assert result.returncode == 1
        assert not set("\x1b\x07\u202e") & set(result.stdout)
    (row,) = newsfacts_diff("old.jsonl", "new.jsonl", "--format", "json", cwd=tmp_path).stdout.splitlines()
    assert json.loads(row)["sentence"] == evil["sentence"]["text"]


def test_json_has_an_object_a_line(folder: Path) -> None:
    result = newsfacts_diff("old", "new", "--format", "json", cwd=folder)
    assert result.returncode == 1
    removed, changed, added = map(json.loads, result.stdout.splitlines())
    assert (removed["difference"], removed["new"], removed["slots"]["unit"]) == (
        "removed",
        None,
        {"old": "GBP", "new": None},
    )
    assert changed == {
        "article": "orrin",
        "id": fact_id("orrin", ORRIN, "36 million dollars", 0),
        "difference": "changed",
        "text": "36 million dollars",
        "sentence": ORRIN,
        "slots": {"subject": {"old": "Orrin Mining", "new": "Orrin"}, "metric": {"old": "stake", "new": "pit"}},
        "old": {"line": 3, "start": 18, "end": 36},
        "new": {"line": 2, "start": 18, "end": 36},
    }
    assert (added["old"], added["slots"]["value"]) == (None, {"old": None, "new": 40})


def test_markdown_counts_first_and_escapes(folder: Path) -> None:
    shown = newsfacts_diff("old", "new", "--format", "markdown", cwd=folder).stdout
    assert shown.startswith("## Facts: 1 added, 1 removed, 1 changed: 3 and 3 facts, 3 articles\n\n| | facts |\n")
    assert "| changed: subject | 1 |\n" in shown
    assert [line for line in shown.splitlines() if line.startswith("###")] == ["### harbour", "### orrin", "### quay"]
    row = next(line for line in shown.splitlines() if line.startswith("| changed | 36"))
    assert row == (
        "| changed | 36 million dollars | subject: Orrin Mining → **Orrin**<br>metric: stake → **pit** "
        r"| Orrin Mining paid <b>36 million dollars</b> for a stake in the \| Tarn &lt;pit&gt;. |"
    )


def test_github_gets_annotations_and_a_summary(folder: Path) -> None:
    summary = folder / "summary.md"
    summary.write_text("before\n")
    arguments = ("old", "new", "--format", "github")
    result = newsfacts_diff(*arguments, cwd=folder, GITHUB_STEP_SUMMARY=str(summary))
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "::notice file=new/facts.jsonl,title=removed%3A 1.2 billion pounds::"
        "harbour: Harbour Foods: sales, 1,200,000,000 GBP (level; sales)",
        "::notice file=new/facts.jsonl,line=2,title=changed%3A 36 million dollars::"
        "orrin: subject: Orrin Mining -> Orrin; metric: stake -> pit",
        "::notice file=new/facts.jsonl,line=3,title=added%3A 40::quay: Quay Bank: branches, 40 count (level; count)",
    ]
    assert summary.read_text() == "before\n" + newsfacts_diff("old", "new", "--format", "markdown", cwd=folder).stdout
    assert "## Facts" in newsfacts_diff(*arguments, cwd=folder).stdout
    lost = newsfacts_diff(*arguments, cwd=folder, GITHUB_STEP_SUMMARY=str(folder / "gone" / "summary.md"))
    assert lost.returncode == 2
    assert "No such file" in lost.stderr


def test_githubs_limits_are_kept(tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text("")
    rows = [fact(f"a{n}", f"Firm {n} has 40 vans {'and more ' * 50}.", "40") for n in range(2000)]
    (tmp_path / "new.jsonl").write_text(lines(rows))
    summary = tmp_path / "summary.md"
    arguments = ("old.jsonl", "new.jsonl", "--format", "github")
    result = newsfacts_diff(*arguments, cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert result.stdout.count("::notice") == 10
    assert 800_000 < summary.stat().st_size < 1_000_000
    shown = summary.read_text().count("| added | 40 |")
    assert summary.read_text().endswith(f"\n... and {2000 - shown:,} more differences\n")


def test_stat_counts_by_kind_slot_and_article(folder: Path) -> None:
    result = newsfacts_diff("old", "new", "--stat", cwd=folder)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "+ added              1",
        "- removed            1",
        "~ changed            1",
        "> moved              0",
        "by slot",
        "  subject  1",
        "  metric   1",
        "by article",
        "  harbour  1 removed",
        "  orrin    1 changed",
        "  quay     1 added",
        "1 added, 1 removed, 1 changed: 3 and 3 facts, 3 articles",
    ]
    counts = json.loads(newsfacts_diff("old", "new", "--stat", "--format", "json", cwd=folder).stdout)
    assert counts == {
        "articles": 3,
        "facts": {"old": 3, "new": 3},
        "kinds": {"added": 1, "removed": 1, "changed": 1, "moved": 0},
        "slots": {"subject": 1, "metric": 1},
        "by_article": {"harbour": {"removed": 1}, "orrin": {"changed": 1}, "quay": {"added": 1}},
    }
    for form in ("markdown", "github"):
        assert "| orrin | 1 changed |\n" in newsfacts_diff("old", "new", "--stat", "--format", form, cwd=folder).stdout


def test_filters_decide_what_is_different(folder: Path) -> None:
    assert newsfacts_diff("old", "new", "--slot", "value", cwd=folder).returncode == 0
    assert newsfacts_diff("old", "new", "--slot", "value", "--slot", "metric", cwd=folder).returncode == 1
    assert newsfacts_diff("old", "new", "--measure", "wages", cwd=folder).returncode == 0
    assert newsfacts_diff("old", "new", "--article", "quay", cwd=folder).returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["old"], "old: name a second dataset"),
        (["old", "gone"], "gone: no such file or folder, and no git revision"),
        (["--", "old", "-gone"], "-gone: no such file or folder"),
        (["old", "."], ".: the folder has no facts.jsonl"),
        (["old", "new", "--slot", "metrics"], "'metrics' is not one of part, text, value"),
        (["old", "new", "--measure", "salary"], "'salary' is not one of output, revenue"),
        (["old", "new", "--article", "gone"], "old/facts.jsonl and new/facts.jsonl: no article gone"),
        (["old", "new", "--format", "html"], "'html' is not one of"),
    ],
)
def test_trouble_is_explained(folder: Path, arguments: Sequence[str], says: str) -> None:
    result = newsfacts_diff(*arguments, cwd=folder)
    assert result.returncode == 2
    assert says in result.stderr


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, old: list[Row], new: list[Row]) -> Path:
    """A repository with two versions of outputs/ and of more/facts.jsonl, whose second one is the first of outputs/."""
    folder = tmp_path / "repository"
    (folder / "outputs").mkdir(parents=True)
    (folder / "more").mkdir()
    git(folder, "init", "-q")
    for rows, more in ((old, []), (new, old)):
        (folder / "outputs" / "facts.jsonl").write_text(lines(rows))
        (folder / "more" / "facts.jsonl").write_text(lines(more))
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "facts")
    return folder


@pytest.mark.parametrize(
    ("arguments", "added", "removed"),
    [
        (["HEAD"], 0, 0),
        (["HEAD~1"], 1, 1),
        (["HEAD", "HEAD~1"], 1, 1),
        (["HEAD~1", "more"], 3, 0),
        (["more/facts.jsonl", "HEAD~1"], 0, 3),
        (["HEAD~1:outputs", "HEAD:more/facts.jsonl"], 0, 0),
    ],
)
def test_git_revisions(repository: Path, arguments: Sequence[str], added: int, removed: int) -> None:
    result = newsfacts_diff(*arguments, "--stat", "--format", "json", cwd=repository)
    assert result.stderr == ""
    kinds = json.loads(result.stdout)["kinds"]
    assert (kinds["added"], kinds["removed"], result.returncode) == (added, removed, int(added + removed > 0))


def test_git_revisions_from_elsewhere(repository: Path, old: list[Row]) -> None:
    outside = repository.parent / "old.jsonl"
    outside.write_text(lines(old))
    assert newsfacts_diff("HEAD~1", outside, cwd=repository).returncode == 0
    assert newsfacts_diff(f"HEAD~1:{repository / 'outputs'}", outside, cwd=repository.parent).returncode == 0
    (repository / "inner").mkdir()
    assert newsfacts_diff("HEAD~1:../outputs", outside, cwd=repository / "inner").returncode == 0
    assert newsfacts_diff("HEAD~1:.", outside, cwd=repository / "outputs").returncode == 0


def test_a_path_wins_over_a_revision(repository: Path, old: list[Row]) -> None:
    (repository / "HEAD").write_text(lines(old))
    assert newsfacts_diff("HEAD", "HEAD~1", cwd=repository).returncode == 2  # HEAD~1 has no file of that name
    assert newsfacts_diff("HEAD", "HEAD~1:outputs", cwd=repository).returncode == 0


def test_what_a_revision_lacks_is_said(repository: Path) -> None:
    result = newsfacts_diff("HEAD:less", cwd=repository)
    assert (result.returncode, result.stderr) == (2, "Error: HEAD:less: the revision has no such file\n")


def test_a_dataset_can_come_through_a_pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with subprocess.Popen(["sh", "-c", "cat old/facts.jsonl > pipe"], cwd=folder):
        assert newsfacts_diff("pipe", "old", cwd=folder).returncode == 0
