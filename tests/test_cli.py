import hashlib
import json
import os
import pty
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language
from spacy.tokens import Doc

import newsfacts
from newsfacts.emit.dataset import DatasetWriter
from newsfacts.read import ArticleReader, make_article, to_doc
from newsfacts.records import Article, ArticleError, ArticleSummary, Entity, Fact, Name, Quantity, RunReport
from newsfacts.run import run

OUTPUTS = [
    "articles.jsonl", "entities.jsonl", "errors.jsonl", "facts.jsonl", "names.jsonl", "quantities.jsonl", "run.json",
    "uncorrected.jsonl",
]  # fmt: skip
ROOT = Path(__file__).parents[1]
NEWS = """Harbour Foods opens a plant

LEEDS, 14 May 2024 - Harbour Foods said on Tuesday its sales rose 7.5 percent to 1.2 billion pounds ($1.5 billion) in \
2023 from a year earlier.

The company, led by Jane Whitcombe, expects exports to grow by 12 percent in 2025.
"""
MORE = "Profit at Orrin Mining fell 9 percent to $36 million in 2022, Orrin Mining said.\n"


def newsfacts_cli(*arguments: str | Path, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "newsfacts", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, **options)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "harbour.txt").write_text(NEWS)
    record = {"id": "orrin", "text": MORE, "published": "2023-02-01", "title": "Orrin", "url": "https://example.org/o"}
    (folder / "more.jsonl").write_text(json.dumps(record) + "\n")
    return folder


def test_the_command_line_starts_at_once(tmp_path: Path) -> None:
    spent = []
    for _ in range(4):  # the first start compiles; the best of the others says how much a start takes
        began = resource.getrusage(resource.RUSAGE_CHILDREN)
        result = newsfacts_cli("--help", cwd=tmp_path)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime)
    assert min(spent) < 0.5  # seconds of a processor, whatever else the machine does
    assert result.returncode == 0
    assert all(command in result.stdout for command in ("run", "show", "schema"))


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    code = "import sys, newsfacts.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "click" in loaded
    heavy = {"spacy", "numpy", "pydantic", "rich", "onnxruntime", "dateparser", "quantulum3"}
    heavy |= {"trafilatura", "lxml", "ftfy", "py3langid", "pyarrow"}
    assert not heavy & set(loaded)


def test_version(tmp_path: Path) -> None:
    assert newsfacts_cli("--version", cwd=tmp_path).stdout == f"newsfacts {newsfacts.__version__}\n"


def test_schema_describes_every_field(tmp_path: Path) -> None:
    schema = json.loads(newsfacts_cli("schema", cwd=tmp_path).stdout)
    for record in (Fact, Quantity, Entity, Name, ArticleSummary, ArticleError, RunReport):
        definition = schema["$defs"][record.__name__]
        assert list(definition["properties"]) == list(record.model_fields)
        assert set(definition["required"]) == set(record.model_fields)
    assert all("description" in field for field in schema["$defs"]["Fact"]["properties"].values())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--colour"], "No such option"),
        (["walk"], "No such command"),
        (["show"], "Missing argument"),
        ([], "Usage"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, arguments: Sequence[str], says: str) -> None:
    result = newsfacts_cli(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert says in result.stderr


def test_run_turns_articles_into_records(tmp_path: Path, news: Path) -> None:
    result = newsfacts_cli("run", "news", "-o", "facts", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    assert result.stdout.startswith("2 articles, ")
    out = tmp_path / "facts"
    assert sorted(path.name for path in out.iterdir()) == [".cache", *OUTPUTS]
    texts = {"2024/harbour": NEWS, "orrin": MORE}
    facts = [Fact.model_validate(row) for row in rows(out / "facts.jsonl")]
    assert {fact.article for fact in facts} == set(texts)
    assert len({fact.id for fact in facts}) == len(facts)
    for fact in facts:
        text = texts[fact.article]
        assert text[fact.start : fact.end] == fact.text
        assert text[fact.sentence.start : fact.sentence.end] == fact.sentence.text
        assert fact.sentence.start <= fact.start < fact.end <= fact.sentence.end
    assert ("7.5 percent", 7.5, "percent", "change", "up") in {
        (fact.text, fact.value, fact.unit, fact.kind, fact.direction) for fact in facts
    }
    quantities = [Quantity.model_validate(row) for row in rows(out / "quantities.jsonl")]
    assert [(q.article, q.start, q.fact) for q in quantities if q.fact] == [(f.article, f.start, f.id) for f in facts]
    entities = [Entity.model_validate(row) for row in rows(out / "entities.jsonl")]
    assert all(texts[entity.article][entity.start : entity.end] == entity.text for entity in entities)
    amounts = {(entity.text, entity.label) for entity in entities if entity.label in ("MONEY", "PERCENT")}
    assert amounts == {
        ("7.5 percent", "PERCENT"),
        ("1.2 billion pounds", "MONEY"),
        ("$1.5 billion", "MONEY"),
        ("12 percent", "PERCENT"),
        ("9 percent", "PERCENT"),
        ("$36 million", "MONEY"),
    }
    names = {name.id: name for name in (Name.model_validate(row) for row in rows(out / "names.jsonl"))}
    mentioned = Counter(entity.name_id for entity in entities if entity.name_id)
    assert mentioned == {name.id: name.mentions for name in names.values()}
    assert all((entity.name_id is None) == (entity.label in ("MONEY", "PERCENT")) for entity in entities)
    assert {name.name for name in names.values()} >= {"Harbour Foods", "Orrin Mining"}
    subjects = {(fact.subject, fact.subject_type) for fact in facts if fact.subject_id}
    assert subjects == {(names[fact.subject_id].name, "ORG") for fact in facts if fact.subject_id}
    assert ("Harbour Foods", "ORG") in subjects
    harbour, orrin = (ArticleSummary.model_validate(row) for row in rows(out / "articles.jsonl"))
    assert str(harbour.published) == "2024-05-14"
    assert (harbour.id, harbour.title, harbour.characters) == ("2024/harbour", "Harbour Foods opens a plant", len(NEWS))
    assert harbour.sha256 == hashlib.sha256(NEWS.encode()).hexdigest()
    assert (str(orrin.published), orrin.title, orrin.url) == ("2023-02-01", "Orrin", "https://example.org/o")
    assert harbour.facts + orrin.facts == len(facts)
    assert harbour.entities + orrin.entities == len(entities)
    assert harbour.names + orrin.names == len(names)
    report = RunReport.model_validate_json((out / "run.json").read_text())
    assert (report.version, report.inputs) == (newsfacts.__version__, ("news",))
    assert (report.counts.articles, report.counts.facts, report.counts.errors) == (2, len(facts), 0)
    assert (out / "errors.jsonl").read_bytes() == b""


def test_a_second_run_gives_the_same_bytes(tmp_path: Path, news: Path, nlp: Language) -> None:
    run([news], tmp_path / "one", nlp=nlp)
    run([news], tmp_path / "two", nlp=nlp)
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    assert str(tmp_path) not in (tmp_path / "one" / "run.json").read_text()


def test_the_order_and_company_of_articles_changes_no_fact(tmp_path: Path, news: Path, nlp: Language) -> None:
    run([news / "more.jsonl", news / "2024"], tmp_path / "both", nlp=nlp)
    run([news / "2024"], tmp_path / "one", nlp=nlp)
    both = [row for row in rows(tmp_path / "both" / "facts.jsonl") if row["article"] == "harbour"]
    assert both == rows(tmp_path / "one" / "facts.jsonl")


def test_words_of_past_articles_are_forgotten(tmp_path: Path, nlp: Language) -> None:
    articles = ({"id": str(number), "text": f"Firm{number:x}q rose."} for number in range(1000))
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(article) + "\n" for article in articles))
    before = len(nlp.vocab.strings)
    report = run([tmp_path / "many.jsonl"], tmp_path / "facts", nlp=nlp)
    assert report.counts.articles == 1000
    assert len(nlp.vocab.strings) - before < 100


def test_a_fact_keeps_its_id_when_the_article_changes_elsewhere(nlp: Language) -> None:
    before = {fact.text: fact.id for fact in newsfacts.extract(MORE)}
    after = {fact.text: fact.id for fact in newsfacts.extract(f"The results came late.\n\n{MORE}")}
    assert before
    assert before == after


def test_good_articles_are_written_beside_errors(tmp_path: Path, news: Path) -> None:
    (news / "latin.txt").write_bytes(b"caf\xe9 sales rose 4 percent")
    with (news / "more.jsonl").open("a") as stream:
        stream.write('{"id": "half", "text": "Sales ro')
    result = newsfacts_cli("run", "news", "gone.txt", "-o", "facts", cwd=tmp_path)
    assert result.returncode == 3
    errors = [ArticleError.model_validate(row) for row in rows(tmp_path / "facts" / "errors.jsonl")]
    assert [(error.code, error.file, error.line) for error in errors] == [
        ("not_utf8", "news/latin.txt", None),
        ("bad_json", "news/more.jsonl", 2),
        ("missing_path", "gone.txt", None),
    ]
    assert result.stderr.splitlines() == [f"Error: {error}" for error in errors]
    assert [row["id"] for row in rows(tmp_path / "facts" / "articles.jsonl")] == ["2024/harbour", "orrin"]


def test_paths_that_lead_nowhere_make_no_dataset(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = newsfacts_cli("run", "seeds", "empty", "-o", "of/facts", cwd=tmp_path)
    assert result.returncode == 2
    missing, empty, told = result.stderr.splitlines()
    assert missing == "Error: seeds: no such file or folder"
    assert empty.startswith("Error: empty: the folder holds no ")
    assert told == "Nothing was read; nothing was written."
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_where_nothing_can_be_read_an_earlier_dataset_stays(tmp_path: Path, news: Path) -> None:
    newsfacts_cli("run", "news", "-o", "facts", cwd=tmp_path)
    before = snapshot(tmp_path / "facts")
    for arguments in (["nwes"], ["news", "--field", "text=body", "--field", "id=key"]):
        if "--field" in arguments:
            (news / "2024" / "harbour.txt").unlink()
        result = newsfacts_cli("run", *arguments, "-o", "facts", cwd=tmp_path)
        assert result.returncode == 2
        assert result.stderr.splitlines()[-1] == "Nothing was read; facts stays as it was."
        assert snapshot(tmp_path / "facts") == before


def test_many_errors_are_counted_not_all_printed(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{\n" * 50)
    result = newsfacts_cli("run", "bad.jsonl", cwd=tmp_path)
    assert result.stderr.splitlines()[-1] == "... and 30 more errors"
    assert len(rows(tmp_path / "outputs" / "errors.jsonl")) == 50


def test_an_output_that_cannot_be_written_is_said_before_the_work(tmp_path: Path, news: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    result = newsfacts_cli("run", "news", "-o", "taken/facts", cwd=tmp_path)
    assert result.returncode == 2
    assert "taken/facts: cannot be written: Not a directory" in result.stderr
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_full_disk_changes_nothing(tmp_path: Path, news: Path) -> None:
    assert newsfacts_cli("run", "news", cwd=tmp_path).returncode == 0
    before = snapshot(tmp_path / "outputs")
    (news / "new.txt").write_text(MORE)
    limit = (1500, 1500)  # bytes that a file may have
    result = newsfacts_cli(
        "run", "news", cwd=tmp_path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    )
    assert result.returncode == 2
    assert "outputs: cannot be written: File too large" in result.stderr
    assert snapshot(tmp_path / "outputs") == before


def test_an_output_folder_inside_the_input_is_not_read_back(tmp_path: Path, news: Path, nlp: Language) -> None:
    first = run([tmp_path], tmp_path / "outputs", nlp=nlp)
    assert run([tmp_path], tmp_path / "outputs", nlp=nlp) == first
    assert first.counts.errors == 0


class Fails:
    """A component that breaks on one article, as no component should."""

    def __call__(self, doc: Doc) -> Doc:
        if "Orrin" in doc.text:
            raise ZeroDivisionError("no such luck")
        return doc


def test_an_article_that_breaks_the_pipeline_does_not_end_the_run(tmp_path: Path, news: Path) -> None:
    nlp = newsfacts.load()
    Language.component("fails", func=Fails())
    nlp.add_pipe("fails")
    report = run([news], tmp_path / "facts", nlp=nlp)
    assert (report.counts.articles, report.counts.errors) == (1, 1)
    (error,) = rows(tmp_path / "facts" / "errors.jsonl")
    assert (error["code"], error["article"], error["file"], error["line"]) == ("failed", "orrin", "news/more.jsonl", 1)
    assert "no such luck" in error["message"]


def test_an_interrupted_run_changes_nothing(tmp_path: Path, news: Path, nlp: Language) -> None:
    out = tmp_path / "facts"
    run([news], out, nlp=nlp)
    before = snapshot(out)
    (news / "new.txt").write_text(MORE)

    def interrupt(reader: ArticleReader) -> None:
        assert len(list(out.glob(".partial-*"))) == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([news], out, nlp=nlp, on_progress=interrupt)
    assert snapshot(out) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_killed_run_leaves_the_earlier_files_whole(tmp_path: Path, news: Path, nlp: Language, number: int) -> None:
    out = tmp_path / "facts"
    run([news], out, nlp=nlp)
    before = {name: content for name, content in snapshot(out).items() if name in OUTPUTS}
    lines = (json.dumps({"id": str(number), "text": MORE}) + "\n" for number in range(100_000))
    (tmp_path / "many.jsonl").write_text("".join(lines))
    command = [Path(sys.executable).parent / "newsfacts", "run", "many.jsonl", "-o", out]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not any(path.stat().st_size for path in out.glob(".partial-*/articles.jsonl")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(number)
        assert process.wait(30) == (-number if number == signal.SIGKILL else 128 + number)
    assert {name: (out / name).read_bytes() for name in OUTPUTS} == before
    assert len(list(out.glob(".partial-*"))) == 1  # which the next run may go on from
    run([news], out, nlp=nlp)
    assert sorted(path.name for path in out.iterdir()) == OUTPUTS


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path, news: Path) -> None:
    with DatasetWriter(tmp_path / "facts"):
        result = newsfacts_cli("run", "news", "-o", "facts", cwd=tmp_path)
    assert result.returncode == 2
    assert "another run is writing there" in result.stderr


def test_progress_is_shown_on_a_terminal_alone(tmp_path: Path, news: Path) -> None:
    leader, follower = pty.openpty()
    command = [Path(sys.executable).parent / "newsfacts", "run", "news"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=follower) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                chunk = os.read(leader, 4096)
            except OSError:  # the other side is closed
                break
            if not chunk:
                break
            shown += chunk
        stdout, _ = process.communicate(timeout=60)
    os.close(leader)
    assert b"Reading articles" in shown
    assert b"100%" in shown
    assert stdout.startswith(b"2 articles, ")


def test_show_prints_facts_beside_the_text(tmp_path: Path, news: Path) -> None:
    result = newsfacts_cli("show", "news/2024/harbour.txt", cwd=tmp_path, env={**os.environ, "COLUMNS": "120"})
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    head = result.stdout.splitlines()[0]
    assert head.startswith("harbour  |  2024-05-14  |  ")
    assert "7.5 percent[" in result.stdout
    assert "1,200,000,000 GBP" in result.stdout


def test_show_explains_a_fact(tmp_path: Path, news: Path) -> None:
    wide = {**os.environ, "COLUMNS": "160"}
    result = newsfacts_cli("show", "news/2024/harbour.txt", "--explain", cwd=tmp_path, env=wide)
    assert result.returncode == 0, result.stderr
    start = NEWS.index("7.5 percent")
    assert f"“7.5 percent” {start}–{start + len('7.5 percent')}" in result.stdout
    assert "2023-01-01..2023-12-31" in result.stdout


def test_facts_below_the_least_confidence_stay_out_of_the_dataset(tmp_path: Path, news: Path) -> None:
    for confidence in ("0", "0.6", "1"):
        assert (
            newsfacts_cli("run", "news", "-o", confidence, "--min-confidence", confidence, cwd=tmp_path).returncode == 0
        )
    every, sure, none = (rows(tmp_path / folder / "facts.jsonl") for folder in ("0", "0.6", "1"))
    assert none == []
    assert sure == [fact for fact in every if fact["confidence"] >= 0.6]
    reasons = [row["reason"] for row in rows(tmp_path / "1" / "quantities.jsonl")]
    assert reasons.count("low_confidence") == len(every)


def test_show_names_what_it_cannot_read(tmp_path: Path) -> None:
    result = newsfacts_cli("show", "gone.txt", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == "Error: gone.txt: no such file or folder\n"


def test_extract_uses_the_publication_date() -> None:
    text = "Orrin Mining said its profit fell 9 percent to $36 million last year."
    (dated,) = {fact.period for fact in newsfacts.extract(text, "2023-02-01") if fact.unit == "USD"}
    assert dated is not None
    assert (dated.text, str(dated.start), str(dated.end)) == ("last year", "2022-01-01", "2022-12-31")
    (undated,) = {fact.period for fact in newsfacts.extract(text) if fact.unit == "USD"}
    assert undated is not None
    assert (undated.text, undated.start, undated.end) == ("last year", None, None)


@pytest.mark.parametrize(("text", "published"), [("", None), ("x" * 1_000_001, None), ("Sales rose.", "yesterday")])
def test_extract_refuses_what_is_no_article(text: str, published: str | None) -> None:
    with pytest.raises(ValueError):
        newsfacts.extract(text, published)


def test_the_pipeline_runs_in_several_processes(nlp: Language) -> None:
    articles = [make_article(str(number), f"{number}. {NEWS}", published="2024-05-15") for number in range(4)]
    one = [doc._.facts for doc in nlp.pipe(to_doc(nlp, article) for article in articles)]
    docs = ((to_doc(nlp, article), article) for article in articles)
    two = list(nlp.pipe(docs, as_tuples=True, n_process=2, batch_size=1))
    assert [doc._.facts for doc, _ in two] == one
    assert all(one)
    assert [article for _, article in two] == articles
    assert {doc._.published for doc, _ in two} == {"2024-05-15"}


def test_the_wheel_holds_all_that_is_needed(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT]
    subprocess.run(build, check=True, cwd=tmp_path)
    (wheel,) = tmp_path.glob("newsfacts-*.whl")
    assert wheel.stat().st_size < 30_000_000
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    code = (
        "import newsfacts; print(newsfacts.__file__, newsfacts.load().path); "
        f"print(*(fact.text for fact in newsfacts.extract({MORE!r})), sep='; ')"
    )
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    places, facts = result.stdout.splitlines()
    assert places == f"{installed}/newsfacts/__init__.py {installed}/newsfacts/en_newsfacts"
    assert facts == "; ".join(fact.text for fact in newsfacts.extract(MORE))
    assert (installed / "newsfacts" / "py.typed").exists()


def test_an_article_reads_back_from_its_record() -> None:
    article = make_article("harbour", NEWS)
    assert Article.model_validate_json(article.model_dump_json()) == article
    assert article.headline is not None
    assert NEWS[article.headline.start : article.headline.end] == article.title
