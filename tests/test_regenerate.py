"""A dataset that exists is brought up to date: the same bytes as from nothing, for less work."""

import datetime as dt
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from spacy.language import Language

import newsfacts
from conftest import Counting
from newsfacts.cli import cli
from newsfacts.emit.dataset import ARTICLE_FILES, PROGRESS
from newsfacts.emit.reuse import IDENTITY, fingerprint, key_of
from newsfacts.read import make_article
from newsfacts.read.page import read_page
from newsfacts.records import Article, Fetched, RunReport
from newsfacts.run import check, run

Row = dict[str, str]
FIRMS = ("Harbour Foods", "Orrin Mining", "Vale Motors", "Quill Energy", "Tern Shipping")
TEMPLATES = (
    "{firm} said its sales rose {n} percent to ${m} million in 2023.",
    "Profit at {firm} fell to {m} million euros from {n} million a year earlier, the company said.",
    "{firm} expects exports to grow by {n} percent in 2025. It employs {m} people in Leeds.",
)


def corpus(size: int = 60) -> list[Row]:
    return [
        {
            "id": f"a{number:02}",
            "title": f"Results {number}",
            "published": f"2024-05-{1 + number % 28:02}",
            "text": TEMPLATES[number % 3].format(firm=FIRMS[number % 5], n=3 + number, m=100 + 7 * number),
        }
        for number in range(size)
    ]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)  # so that reports name the input alike
    return tmp_path


@pytest.fixture
def whole(work: Path, model: Counting) -> dict[str, bytes]:
    """The dataset of the corpus, in the folder ``out``."""
    write(corpus())
    run(["in.jsonl"], "out")
    model.read = 0
    return snapshot("out")


def write(rows: list[Row]) -> None:
    Path("in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def snapshot(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}


def from_nothing(model: Counting) -> dict[str, bytes]:
    before = model.read
    shutil.rmtree("fresh", ignore_errors=True)
    run(["in.jsonl"], "fresh")
    model.read = before
    return snapshot("fresh")


def change(rows: list[Row]) -> None:
    """Change an article's text, one's date and one's address; take one away, add one, and mix them."""
    rows[3]["text"] += " Its debt is $5 million."
    rows[10]["published"] = "2023-01-01"
    rows[20]["url"] = "https://example.org/20"
    del rows[30]
    rows.append({"id": "late", "text": "Sales at Vale Motors rose 4 percent."})
    random.Random(6).shuffle(rows)


def test_nothing_is_read_where_nothing_changed(whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsfacts, "load", lambda **settings: pytest.fail("the model is not needed"))
    run(["in.jsonl"], "out")
    assert snapshot("out") == whole


def test_changed_articles_alone_are_read(whole: dict[str, bytes], model: Counting) -> None:
    rows = corpus()
    change(rows)
    write(rows)
    texts = Path("texts")
    run(["in.jsonl"], "out", save_text=texts)
    assert model.read == 4
    assert snapshot("out") == from_nothing(model)
    assert {path.stem: path.read_text() for path in texts.iterdir()} == {row["id"]: row["text"] for row in rows}


def test_the_order_is_that_of_the_input(whole: dict[str, bytes], model: Counting) -> None:
    write(corpus()[::-1])
    run(["in.jsonl"], "out")
    ids = [json.loads(line)["id"] for line in Path("out/articles.jsonl").read_text().splitlines()]
    assert ids == [row["id"] for row in corpus()[::-1]]
    assert model.read == 0
    write(corpus())
    run(["in.jsonl"], "out")
    assert snapshot("out") == whole


def test_other_settings_read_everything_anew(work: Path) -> None:
    write(corpus(6))
    for confidence in (0.0, 0.9):
        run(["in.jsonl"], "out", min_confidence=confidence)
    run(["in.jsonl"], "fresh", min_confidence=0.9)
    assert snapshot("out") == snapshot("fresh")
    assert (
        fingerprint({"min_confidence": 0.9, "skip_duplicates": False})
        == RunReport.model_validate_json(snapshot("out")["run.json"]).fingerprint
    )


def test_other_code_or_another_model_reads_everything_anew(
    work: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = fingerprint({})
    for place in ("model", "package"):
        (tmp_path / place / "read").mkdir(parents=True)
        (tmp_path / place / "read" / "words.txt").write_text("one")
    monkeypatch.setattr(newsfacts, "_model_path", lambda: tmp_path / "model")
    monkeypatch.setattr(newsfacts, "__file__", str(tmp_path / "package" / "__init__.py"))
    marks = {before, fingerprint({})}
    for place in ("model", "package"):
        (tmp_path / place / "read" / "words.txt").write_text("two")
        marks.add(fingerprint({}))
    monkeypatch.setattr(newsfacts, "__version__", "9")
    marks.add(fingerprint({}))
    assert len(marks) == 5
    (tmp_path / "package" / "cli.py").write_text("pass")  # changes no record
    assert fingerprint({}) in marks


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"percent", b"per cent", 1))


def blank(path: Path) -> None:
    path.write_bytes(b"")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the articles that are made of rows and pages."""
    ids = []

    def note(key: str, text: str, **known: Any) -> Article:
        ids.append(key)
        return make_article(key, text, **known)

    monkeypatch.setattr("newsfacts.read.files.make_article", note)
    return ids


def test_what_came_from_the_same_row_is_not_made_again(
    whole: dict[str, bytes], model: Counting, made: list[str]
) -> None:
    rows = corpus()
    change(rows)
    write(rows)
    made.clear()
    run(["in.jsonl"], "out")
    assert sorted(made) == ["a03", "a10", "a20", "late"]
    assert snapshot("out") == from_nothing(model)
    made.clear()
    assert not check(["in.jsonl"], "out")[0]
    assert made == []


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)


def of_another_dataset(path: Path) -> None:
    write(corpus()[::-1])
    run(["in.jsonl"], "other")
    write(corpus())
    shutil.copy(Path("other", ".cache", path.name), path)


@pytest.mark.parametrize("damage", [flip, cut, blank, Path.unlink, of_another_dataset], ids=lambda d: d.__name__)
def test_a_cache_that_does_not_fit_is_passed_over(
    whole: dict[str, bytes], model: Counting, made: list[str], damage: Callable[[Path], None]
) -> None:
    damage(Path("out/.cache/origins.bin"))
    made.clear()
    model.read = 0
    run(["in.jsonl"], "out")
    assert (len(made), model.read) == (60, 0)
    assert snapshot("out") == whole
    run(["in.jsonl"], "out")
    assert len(made) == 60
    assert snapshot("out") == whole


def test_git_passes_over_the_cache(whole: dict[str, bytes]) -> None:
    subprocess.run(["git", "init", "-q", "."], check=True)
    told = subprocess.run(["git", "status", "--porcelain", "-uall", "out"], check=True, capture_output=True, text=True)
    assert sorted(told.stdout.split()[1::2]) == sorted(f"out/{name}" for name in whole)


def test_an_article_that_is_the_same_is_read_anew_where_it_repeats_another(work: Path, model: Counting) -> None:
    first, second, third = "Harbour Foods", "Vale Motors", "Quill Energy"
    told = " ".join(TEMPLATES[number].format(firm="Orrin Mining", n=4, m=200) for number in range(3))
    rows = [{"id": key, "text": f"{told} {key} agrees."} for key in (first, second, third)]
    for kept, repeats in (
        ([0, 1, 2], [None, first, first]),
        ([1, 2], [None, second]),
        ([2, 0, 1], [None, third, third]),
    ):
        write([rows[number] for number in kept])
        run(["in.jsonl"], "out")
        assert snapshot("out") == from_nothing(model)
        summaries = map(json.loads, Path("out/articles.jsonl").read_text().splitlines())
        assert [row["duplicate_of"] for row in summaries] == repeats


def test_what_is_skipped_follows_the_article_that_it_repeats(work: Path, model: Counting) -> None:
    told = [template.format(firm="Orrin Mining", n=4, m=200) for template in TEMPLATES]
    whole, part = {"id": "first", "text": " ".join(told)}, {"id": "first", "text": " ".join(told[:2])}
    second = {"id": "second", "text": " ".join(told)}
    for first, facts in ((part, True), (whole, False), (part, True)):
        write([first, second])
        run(["in.jsonl"], "out", skip_duplicates=True)
        before = snapshot("out")
        shutil.rmtree("fresh", ignore_errors=True)
        run(["in.jsonl"], "fresh", skip_duplicates=True)
        assert before == snapshot("fresh")
        summary = json.loads(before["articles.jsonl"].splitlines()[1])
        assert (summary["duplicate_of"], summary["facts"] > 0) == ("first", facts)


def test_pages_that_have_not_changed_are_not_parsed(
    work: Path, model: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = Path("pages", "news.example")
    pages.mkdir(parents=True)
    for row in corpus(3):
        page = f"<html><body><article><h1>{row['title']}</h1><p>{row['text']}</p></article></body></html>"
        (pages / f"{row['id']}.html").write_text(page)
    parsed = []
    monkeypatch.setattr(
        "newsfacts.read.files.read_page", lambda raw, charset: parsed.append(raw) or read_page(raw, charset)
    )
    run(["pages"], "out")
    assert len(parsed) == 3
    run(["pages"], "out")
    assert len(parsed) == 3
    fetched = Fetched(url="https://news.example/1", fetched=dt.datetime.now(dt.UTC), file="news.example/a01.html")
    log = fetched.model_copy(update={"final_url": fetched.url, "published": dt.date(2024, 5, 1)})
    Path("pages/fetched.log").write_text(log.model_dump_json() + "\n")
    run(["pages"], "out")
    assert len(parsed) == 4
    before = snapshot("out")
    assert json.loads(before["articles.jsonl"].splitlines()[1])["published"] == "2024-05-01"
    run(["pages"], "fresh")
    assert before == snapshot("fresh")


def test_nothing_heavy_is_imported_where_nothing_changed(whole: dict[str, bytes]) -> None:
    code = (
        "import sys; from newsfacts.run import check; assert not check(['in.jsonl'], 'out')[0]; "
        "print({'spacy', 'onnxruntime', 'dateparser', 'quantulum3'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("facts.jsonl", edit), ("names.jsonl", Path.unlink), ("articles.jsonl", cut), ("run.json", cut),
        ("run.json", Path.unlink), ("quantities.jsonl", blank),
    ],
)  # fmt: skip
def test_a_damaged_dataset_is_made_anew(work: Path, model: Counting, name: str, damage: Callable[[Path], None]) -> None:
    write(corpus(8))
    run(["in.jsonl"], "out")
    before, model.read = snapshot("out"), 0
    damage(Path("out", name))
    assert bool(check(["in.jsonl"], "out")[0])
    run(["in.jsonl"], "out")
    assert model.read == 2 * 8
    assert snapshot("out") == before


def test_a_pipeline_of_ones_own_takes_nothing_over(whole: dict[str, bytes], model: Counting, nlp: Language) -> None:
    report = run(["in.jsonl"], "out", nlp=nlp)
    assert report.fingerprint is None
    assert {name: whole[name] for name in ARTICLE_FILES} == {name: snapshot("out")[name] for name in ARTICLE_FILES}
    run(["in.jsonl"], "out")
    assert model.read == 60
    with pytest.raises(ValueError, match="in one process"):
        run(["in.jsonl"], "out", nlp=nlp, jobs=2)


def test_what_an_article_is_known_by_covers_all_that_it_has() -> None:
    # the others follow from these and the text, which the key has as its digest
    assert set(Article.model_fields) - set(IDENTITY) == {"text", "headline", "furniture"}
    text = "A plant opens\n\nSales at Vale Motors rose 4 percent, A plant opens was the headline.\n"
    article = make_article("a", text)
    assert key_of(article) == key_of(make_article("a", text, title="A plant opens"))
    twice = f"Menu of the page\n{text}\nA plant  opens\n"
    assert key_of(make_article("a", twice, title="A plant opens")) is None
    others = ({"url": "https://example.org"}, {"author": "Jo"}, {"site": "News"}, {"published": "2024-01-01"})
    assert len({key_of(article), *(key_of(make_article("a", text, **other)) for other in others)}) == 5


def test_errors_are_those_of_this_run(whole: dict[str, bytes], model: Counting) -> None:
    with Path("in.jsonl").open("a") as stream:
        stream.write('{"id": "half')
    assert run(["in.jsonl"], "out").counts.errors == 1
    assert snapshot("out") == from_nothing(model)
    write(corpus())
    assert run(["in.jsonl"], "out").counts.errors == 0
    assert snapshot("out") == whole
    assert model.read == 0


class Killed(BaseException):
    """Nothing can catch it, as no program can catch a kill."""


@pytest.mark.parametrize("moved", range(9))
def test_a_run_killed_while_it_moves_its_files_is_finished_by_the_next(
    work: Path, model: Counting, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    write(corpus(2))
    run(["in.jsonl"], "out")
    write(corpus(4))
    calls = count()
    replace = Path.replace

    def kill(path: Path, target: Path) -> Path:
        if next(calls) == moved + 1:  # the first makes the report of the finished run
            raise Killed
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", kill)
        with pytest.raises(Killed):
            run(["in.jsonl"], "out")
    model.read = 0
    run(["in.jsonl"], "out")
    assert model.read == 0
    assert snapshot("out") == from_nothing(model)
    assert not list(Path("out").glob(".partial-*"))


def start() -> int:
    """Start a run into ``out`` in a process of its own; return its id."""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            run(["in.jsonl"], "out")
        os._exit(0)
    return child


def unfinished() -> dict[Path, int]:
    """The folders of runs into ``out`` that are not over or were killed: how many articles they have finished."""
    files = Path("out").glob(f".partial-*/{PROGRESS}")
    return {path.parent: path.read_bytes().count(b"\n") - 1 for path in files}


MOMENTS = 20


@pytest.mark.parametrize("changed", [24, 1], ids=["all anew", "one changed"])
def test_a_run_killed_at_any_moment_is_taken_up_again(work: Path, model: Counting, changed: int) -> None:
    rows = corpus(24)
    write(rows)
    run(["in.jsonl"], "before")
    for row in rows[-changed:]:
        row["text"] += " It sold 3 ships."
    write(rows)
    before, after = snapshot("before"), from_nothing(model)
    shutil.copytree("before", "out")
    began = time.perf_counter()
    os.waitpid(start(), 0)
    spent = time.perf_counter() - began
    assert snapshot("out") == after
    chance = random.Random(1)
    came_to = set()
    for moment in range(MOMENTS):
        shutil.rmtree("out")
        shutil.copytree("before", "out")
        child = start()
        time.sleep(spent * (moment + chance.random()) / MOMENTS)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        there, finished, model.read = snapshot("out"), max(unfinished().values(), default=0), 0
        came_to.add(finished)
        if "run.json" in there:
            assert there in (before, after)
        run(["in.jsonl"], "out")
        assert model.read <= changed - max(0, finished - (len(rows) - changed))
        assert snapshot("out") == after
        assert not list(Path("out").glob(".partial-*"))
    assert changed == 1 or len(came_to) > 2


@pytest.mark.parametrize("stop", ["interrupted", "no more space"])
def test_a_run_that_had_to_stop_is_taken_up_again(stop: str, whole: dict[str, bytes], model: Counting) -> None:
    rows = corpus()
    for row in rows:
        row["text"] += " It sold 3 ships."
    write(rows)
    after = from_nothing(model)
    largest = len(after["facts.jsonl"])
    child = os.fork()
    if not child:
        calls = count(1)

        def interrupt(reader: object) -> None:
            if next(calls) == 40:
                raise KeyboardInterrupt

        if stop == "no more space":
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, largest // 2))
        status = 1
        try:
            run(["in.jsonl"], "out", on_progress=interrupt if stop == "interrupted" else lambda reader: None)
        except (KeyboardInterrupt, OSError):
            status = 0
        os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert snapshot("out") == whole
    run(["in.jsonl"], "out")
    assert 10 < model.read < 40
    assert snapshot("out") == after
    assert not list(Path("out").glob(".partial-*"))


def test_what_a_killed_run_left_torn_is_read_anew(whole: dict[str, bytes], model: Counting) -> None:
    rows = corpus()
    for row in rows:
        row["published"] = "2022-02-02"
    write(rows)

    calls = count(1)

    def kill(reader: object) -> None:
        if next(calls) == 20:
            (partial,) = Path("out").glob(".partial-*")
            shutil.copytree(partial, "kept")
            raise Killed

    with pytest.raises(Killed):
        run(["in.jsonl"], "out", on_progress=kill)
    shutil.rmtree(*Path("out").glob(".partial-*"))
    facts = Path("kept/facts.jsonl")
    content = facts.read_bytes()
    facts.write_bytes(content[: len(content) // 2] + b"\0" * (len(content) - len(content) // 2))
    Path("kept").rename("out/.partial-kept")
    model.read = 0
    run(["in.jsonl"], "out")
    assert 40 < model.read < 60
    assert snapshot("out") == from_nothing(model)


def processes_with(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def alive(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
def test_several_processes_give_the_same_bytes_and_end_with_the_first(whole: dict[str, bytes], model: Counting) -> None:
    shutil.rmtree("out")
    command = [Path(sys.executable).parent / "newsfacts", "run", "in.jsonl", "-o", "out", "--jobs", "2"]
    for least in (0, 1, 15, 30):  # articles that a run has finished when it is killed
        before = unfinished()
        with subprocess.Popen(command) as process:
            deadline = time.monotonic() + 90
            started: list[int] = []
            while (
                len(started) < 2 or max((unfinished()[new] for new in unfinished().keys() - before), default=0) < least
            ):
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
                started = processes_with(process.pid)
            process.kill()
        while any(alive(child) for child in started):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    run(["in.jsonl"], "out")
    assert model.read <= 30
    assert snapshot("out") == whole


@pytest.fixture
def command() -> Iterator[Callable[..., Result]]:
    before = signal.getsignal(signal.SIGTERM)
    yield lambda *arguments: CliRunner().invoke(cli, ["run", *arguments, "-o", "out"])
    signal.signal(signal.SIGTERM, before)


def test_check_says_which_articles_are_stale(
    whole: dict[str, bytes], model: Counting, command: Callable[..., Result]
) -> None:
    fresh = command("in.jsonl", "--check")
    assert (fresh.exit_code, fresh.stdout) == (0, "out is up to date.\n")
    assert model.read == 0
    rows = corpus()
    rows[5]["text"] += " It sold 3 ships."
    rows[6]["url"] = "https://example.org/6"
    write([*rows[:8], *rows[9:], {"id": "late", "text": "Sales at Vale Motors rose 4 percent."}])
    stale = command("in.jsonl", "--check")
    assert stale.exit_code == 1
    said = stale.stdout.splitlines()
    assert said[:4] == ["new: late", "changed: a05", "changed: a06", "gone: a08"]
    assert "1 new, 2 changed, 1 gone" in said[-1]
    assert snapshot("out") == whole
    assert not list(Path("out").glob(".partial-*"))
    assert command("in.jsonl").exit_code == 0
    assert command("in.jsonl", "--check").exit_code == 0


def test_check_finds_what_was_edited_in_the_dataset(
    whole: dict[str, bytes], model: Counting, command: Callable[..., Result]
) -> None:
    facts = Path("out/facts.jsonl")
    lines = facts.read_bytes().splitlines(keepends=True)
    owner = json.loads(lines[7])["article"]
    facts.write_bytes(b"".join([*lines[:7], lines[7].replace(b'"actual"', b'"expected"'), *lines[8:]]))
    edited = command("in.jsonl", "--check")
    assert edited.exit_code == 1
    assert edited.stdout.splitlines()[0] == f"changed: {owner}"
    facts.write_bytes(b"".join([*lines[10:], *lines[:10]]))
    assert command("in.jsonl", "--check").stdout.splitlines()[0] == "facts.jsonl differs"
    facts.write_bytes(b"".join(lines))
    Path("out/run.json").unlink()
    missing = command("in.jsonl", "--check")
    assert (missing.exit_code, missing.stdout.splitlines()[0]) == (1, "run.json is missing")


def test_check_minds_facts_not_the_version_that_made_them(
    work: Path, model: Counting, command: Callable[..., Result]
) -> None:
    write(corpus(5))
    run(["in.jsonl"], "out")
    report = json.loads(Path("out/run.json").read_text())
    Path("out/run.json").write_text(json.dumps({**report, "fingerprint": "another"}))
    model.read = 0
    assert command("in.jsonl", "--check").exit_code == 0
    assert model.read == 5
    Path("out/run.json").write_text(json.dumps({**report, "version": "0.0.1", "inputs": ["elsewhere"]}))
    told = command("in.jsonl", "--check")
    assert (told.exit_code, told.stdout.splitlines()[0]) == (1, "run.json differs: version, inputs")


def test_check_has_the_exit_codes_of_run(work: Path, model: Counting, command: Callable[..., Result]) -> None:
    assert command("gone.txt", "--check").exit_code == 2
    assert not Path("out").exists()
    write(corpus(3))
    absent = command("in.jsonl", "--check")
    assert (absent.exit_code, absent.stdout.splitlines()[0]) == (1, "new: a00")
    with Path("in.jsonl").open("a") as stream:
        stream.write('{"id": "half')
    assert command("in.jsonl").exit_code == 3
    failed = command("in.jsonl", "--check")
    assert (failed.exit_code, failed.stdout) == (3, "out is up to date.\n")
    refused = command("in.jsonl", "--check", "--save-text", "texts")
    assert refused.exit_code == 2
    assert "leave out --save-text" in refused.stderr
