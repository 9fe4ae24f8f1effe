import csv
import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from newsfacts.dataset import export_libraries
from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.export import FORMATS, export
from newsfacts.dataset.export_rows import SCHEMA_KEY, SCHEMA_VERSION, tables
from newsfacts.dataset.rounding import rounding_of
from newsfacts.emit.dataset import FILES
from newsfacts.records import (
    ArticleSummary,
    Counts,
    Entity,
    Fact,
    ModelInfo,
    Name,
    Quantity,
    Record,
    RunReport,
    name_id,
)
from newsfacts.run import run

Q3 = {"text": "the third quarter", "start": "2023-07-01", "end": "2023-09-30"}
Y2023 = {"text": "2023", "start": "2023-01-01", "end": "2023-12-31"}
TALL = "Brackwater Tiles sold 1.24 billion pounds (1.5 billion dollars) of tiles in 2023, Ann Other said."
SECRET = "Nobody may pass this sentence on"


def fact(number: int = 0, article: str = "tiles", **slots: Any) -> Fact:
    text = slots.pop("text", "1.24 billion pounds")
    told = {
        "id": f"f{number}",
        "article": article,
        "start": 22,
        "end": 41,
        "text": text,
        "value": 1_240_000_000,
        "unit": "GBP",
        "kind": "level",
        "subject": "Brackwater Tiles",
        "metric": "sales",
        "measure": "sales",
        "period": Y2023,
        "sentence": {"start": 0, "end": len(TALL), "text": TALL},
    }
    return Fact.model_validate({**told, **slots})


FULL = fact(
    subject_type="ORG",
    subject_id=name_id("tiles", "Brackwater Tiles"),
    source="Ann Other",
    equivalents=[{"start": 43, "end": 62, "text": "1.5 billion dollars", "value": 1_500_000_000, "unit": "USD"}],
    confidence=0.75,
    slot_confidence=dict.fromkeys(
        "quantity kind direction basis qualifier subject metric measure period modality source".split(), 0.5
    ),
    evidence={"subject": [{"start": 0, "end": 16}], "period": [{"start": 76, "end": 80}]},
)
RANGE = fact(
    1, text="4 to 6 percent", value=(4, 6), unit="percent", kind="change", direction="down", basis="year_on_year"
)


def articles(*names: str) -> list[ArticleSummary]:
    told: dict[str, Any] = {"published": "2024-01-31", "characters": 99, "sha256": "0" * 64}
    told |= dict.fromkeys(("facts", "entities", "names", "quantities"), 0)
    return [ArticleSummary.model_validate({**told, "id": name, "title": f"{SECRET}: {name}"}) for name in names]


Maker = Callable[..., Path]


@pytest.fixture
def dataset(tmp_path: Path) -> Maker:
    def make(facts: Iterable[Fact] = (FULL, RANGE), *others: Record) -> Path:
        folder = tmp_path / "facts"
        folder.mkdir(exist_ok=True)
        for name in FILES.values():
            (folder / name).write_text("")
        for record in (*facts, *(others or articles("tiles"))):
            with (folder / FILES[type(record)]).open("a") as stream:
                stream.write(record.model_dump_json() + "\n")
        report = RunReport(version="0.1", model=ModelInfo(name="m", version="2"), inputs=("x",), counts=Counts())
        (folder / "run.json").write_text(report.model_dump_json())
        return folder

    return make


def need_libraries(ending: str) -> None:
    for library in {".parquet": ("pyarrow",), ".duckdb": ("pyarrow", "duckdb")}.get(ending, ()):
        pytest.importorskip(library)


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    if path.suffix == ".duckdb":
        duckdb = pytest.importorskip("duckdb")
        with duckdb.connect(path, read_only=True) as database:
            rows = database.execute(sql).fetchall()
        return [tuple(str(cell) if isinstance(cell, dt.date) else cell for cell in row) for row in rows]
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


@pytest.fixture(params=["facts.sqlite", "facts.duckdb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    need_libraries(Path(request.param).suffix)
    return tmp_path / str(request.param)


def newsfacts_export(*arguments: str | Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from newsfacts.cli import main; main()", "export", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **settings)


def test_csv_has_a_flat_row_for_each_fact(dataset: Maker, tmp_path: Path) -> None:
    assert export(dataset(), tmp_path / "facts.csv") == {"facts": 2}
    with (tmp_path / "facts.csv").open(newline="") as stream:
        first, second = csv.DictReader(stream)
    assert {name: first[name] for name in ("article", "start", "end", "text", "value_low", "value_high", "unit")} == {
        "article": "tiles",
        "start": "22",
        "end": "41",
        "text": "1.24 billion pounds",
        "value_low": "1240000000",
        "value_high": "1240000000",
        "unit": "GBP",
    }
    assert [first[name] for name in ("period_text", "period_start", "period_end")] == [
        "2023",
        "2023-01-01",
        "2023-12-31",
    ]
    assert (first["confidence"], first["confidence_subject"], second["confidence"]) == ("0.75", "0.5", "")
    assert json.loads(first["equivalents"]) == [FULL.equivalents[0].model_dump()]
    assert json.loads(first["evidence_subject"]) == [{"start": 0, "end": 16}]
    assert (first["evidence_metric"], first["sentence_text"], first["sentence_end"]) == ("", TALL, str(len(TALL)))
    assert (first["rounding"], second["value_low"], second["value_high"]) == ("5000000", "4", "6")
    assert first[SCHEMA_KEY] == str(SCHEMA_VERSION)


def test_parquet_has_types_and_the_version_of_the_schema(dataset: Maker, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    export(dataset(), tmp_path / "facts.parquet")
    table = pq.read_table(tmp_path / "facts.parquet")
    assert table.schema.metadata[SCHEMA_KEY.encode()] == str(SCHEMA_VERSION).encode()
    row = table.to_pylist()[0]
    assert (row["value_low"], row["period_end"], row["start"]) == (1_240_000_000.0, dt.date(2023, 12, 31), 22)
    assert [column.name for column in tables()["facts"].columns] == table.column_names


def test_every_field_of_the_records_is_exported() -> None:
    for table in tables().values():
        exported = {column.path.partition(".")[0] for column in table.columns}
        assert exported - {"rounding"} == set(table.record.model_fields), f"export_columns.tsv: {table.name}"
    paths = [column.path for column in tables()["facts"].columns]
    for field in ("period", "slot_confidence", "sentence", "evidence"):
        parts = {path.partition(".")[2] for path in paths if path.startswith(f"{field}.")}
        assert parts == set(type(getattr(FULL, field)).model_fields), f"export_columns.tsv: {field}"


def test_databases_have_all_tables(dataset: Maker, database: Path) -> None:
    others = (
        *articles("tiles"),
        Entity(article="tiles", start=0, end=16, text="Brackwater Tiles", label="ORG", name_id="n1"),
        Name(article="tiles", id="n1", name="Brackwater Tiles", type="ORG", aliases=("Brackwater",), mentions=3),
        Quantity(
            article="tiles", start=3, end=9, text="thrice", value=3, unit="count", type="multiple", reason="multiple"
        ),
    )
    counts = export(dataset((FULL, RANGE), *others), database)
    assert counts == {"facts": 2, "quantities": 1, "entities": 1, "names": 1, "articles": 1}
    for table, number in counts.items():
        assert query(database, f"SELECT count(*) FROM {table}") == [(number,)]
    assert query(database, 'SELECT id, value_high, period_end, "end", confidence FROM facts ORDER BY id') == [
        ("f0", 1_240_000_000.0, "2023-12-31", 41, 0.75),
        ("f1", 6.0, "2023-12-31", 41, None),
    ]
    assert query(database, "SELECT label, name_id FROM entities") == [("ORG", "n1")]
    assert query(database, "SELECT name, aliases, mentions FROM names") == [("Brackwater Tiles", '["Brackwater"]', 3)]
    assert query(database, "SELECT value_low, reason FROM quantities") == [(3.0, "multiple")]
    assert query(database, "SELECT title, published FROM articles") == [(f"{SECRET}: tiles", "2024-01-31")]
    assert dict(query(database, "SELECT key, value FROM meta")) == {
        SCHEMA_KEY: str(SCHEMA_VERSION),
        "quotes": "all",
        "newsfacts": "0.1",
        "model": "m 2",
    }


def test_levels_and_growth(dataset: Maker, database: Path) -> None:
    rise = fact(2, text="3 percent", value=3, unit="percent", kind="change", direction="up", subject=None)
    share = fact(3, text="9 percent", value=9, unit="percent", kind="share")
    export(dataset([FULL, RANGE, rise, share]), database)
    assert query(database, "SELECT id, metric, value_low, period_start, published FROM levels") == [
        ("f0", "sales", 1_240_000_000.0, "2023-01-01", "2024-01-31")
    ]
    assert query(database, "SELECT id, growth_low, growth_high, basis FROM growth ORDER BY id") == [
        ("f1", -6.0, -4.0, "year_on_year"),
        ("f2", 3.0, 3.0, None),
    ]


def test_observations_count_who_says_the_same(dataset: Maker, database: Path) -> None:
    told = [
        fact(0),
        fact(1, metric="Sales", text="£1.24bn"),
        fact(2, "wire"),
        fact(3, "wire", period=Q3),
        fact(4, "wire", modality="expected"),
        fact(5, "wire", value=1_250_000_000),
        fact(6, period={"text": "Last year"}),
        fact(7, "wire", period={"text": "last year"}),
        fact(8, period=None),
    ]
    export(dataset(told, *articles("tiles", "wire")), database)
    columns = "value_low, period_text, period_start, modality, facts, articles"
    assert query(database, f"SELECT {columns} FROM observations") == [
        (1.24e9, None, None, "actual", 1, 1),
        (1.24e9, "Last year", None, "actual", 2, 2),
        (1.24e9, "2023", "2023-01-01", "actual", 3, 2),
        (1.25e9, "2023", "2023-01-01", "actual", 1, 1),
        (1.24e9, "2023", "2023-01-01", "expected", 1, 1),
        (1.24e9, "the third quarter", "2023-07-01", "actual", 1, 1),
    ]
    told = "SELECT l.fact, l.article FROM observation_facts AS l JOIN observations AS o ON o.id = l.observation"
    assert query(database, f"{told} WHERE o.facts = 3 ORDER BY l.fact") == [
        ("f0", "tiles"),
        ("f1", "tiles"),
        ("f2", "wire"),
    ]
    assert query(database, "SELECT count(DISTINCT series), count(DISTINCT id) FROM observations") == [(1, 6)]


def percent(number: int, value: Any, **slots: Any) -> Fact:
    told = {"text": f"{value} percent", "value": value, "unit": "percent", "measure": "ratio", "metric": "margin"}
    return fact(number, f"a{number}", **{**told, **slots})


@pytest.mark.parametrize(
    ("facts", "rivals"),
    [
        pytest.param([fact(0), fact(1, "wire", text="1.2 billion pounds", value=1.2e9)], [], id="rounded"),
        pytest.param([fact(0), fact(1, "wire", text="1.3 billion pounds", value=1.3e9)], [1.24e9, 1.3e9], id="too far"),
        pytest.param([percent(0, 7.1), percent(1, 7.2)], [7.1, 7.2], id="roundings that touch"),
        pytest.param([percent(0, 1.1), percent(1, 1.2)], [1.1, 1.2], id="roundings that touch, as floats overlap"),
        pytest.param([percent(0, 7), percent(1, 7.4)], [], id="fewer digits"),
        pytest.param([percent(0, 7, qualifier="about"), percent(1, 7.6)], [7.0, 7.6], id="about, too far"),
        pytest.param([percent(0, 50, qualifier="about"), percent(1, 52)], [], id="about"),
        pytest.param([percent(0, 5, qualifier="more_than"), percent(1, 9)], [], id="more than"),
        pytest.param([percent(0, 5, qualifier="less_than"), percent(1, 9)], [5.0, 9.0], id="less than"),
        pytest.param([percent(0, 5), percent(1, 9, subject="brackwater tiles")], [5.0, 9.0], id="capitals"),
        pytest.param([percent(0, 5), percent(1, 9, subject="Other Tiles")], [], id="another subject"),
        pytest.param([percent(0, 5), percent(1, 9, metric="market share")], [], id="another metric"),
        pytest.param([percent(0, 5), percent(1, 9, unit="percentage_point")], [], id="another unit"),
        pytest.param([percent(0, 5), percent(1, 9, period=Q3)], [], id="another period"),
        pytest.param([percent(0, 5), percent(1, 9, modality="expected")], [], id="a forecast"),
        pytest.param([percent(0, 5), percent(1, 9, kind="share")], [], id="a share"),
        pytest.param([percent(0, 5, period=None), percent(1, 9, period=None)], [], id="no period"),
        pytest.param([percent(0, 5, subject=None), percent(1, 9, subject=None)], [], id="no subject"),
        pytest.param(
            [percent(0, 5, kind="change", direction="up"), percent(1, 5, kind="change", direction="down")],
            [-5.0, 5.0],
            id="up and down",
        ),
        pytest.param(
            [
                percent(0, 5, kind="change", direction="down", qualifier="more_than"),
                percent(1, 9, kind="change", direction="down"),
            ],
            [],
            id="down by more than",
        ),
        pytest.param([percent(0, (4, 6), text="4 to 6 percent"), percent(1, 6)], [], id="within a range"),
        pytest.param([percent(0, (4, 6), text="4 to 6 percent"), percent(1, 8)], [4.0, 8.0], id="outside a range"),
    ],
)
def test_conflicts(dataset: Maker, database: Path, facts: list[Fact], rivals: list[float]) -> None:
    export(dataset(facts), database)
    rows = query(database, "SELECT value_low, lowest, highest, facts, articles FROM conflicts ORDER BY value_low")
    assert [row[0] for row in rows] == rivals
    assert all(row[3:] == (1, 1) and row[1] == rivals[0] for row in rows)


@pytest.mark.parametrize(
    ("text", "value", "rounding"),
    [
        ("141.79 billion yuan", 141_790_000_000, 5_000_000),
        ("$3bn", 3_000_000_000, 500_000_000),
        ("6,000", 6000, 50),
        ("100", 100, 5),
        ("22", 22, 0.5),
        ("7 percent", 7, 0.5),
        ("7.0 percent", 7, 0.05),
        ("873p", 8.73, 0.005),
        ("40 basis points", 0.4, 0.005),
        ("-2.5%", -2.5, 0.05),
        ("0 percent", 0, 0.5),
        ("half", 50, 0.5),
        ("1 in 8", 12.5, 0.05),
        ("4 to 6 percent", (4, 6), 0.5),
        ("a trillion-yuan", 10**12, 5 * 10**10),
    ],
)
def test_rounding(text: str, value: Any, rounding: float) -> None:
    assert rounding_of(text, value) == rounding


def test_the_graph_is_of_observations_and_variables(dataset: Maker, tmp_path: Path) -> None:
    brackwater = Name(
        article="tiles",
        id=name_id("tiles", "Brackwater Tiles"),
        name="Brackwater Tiles",
        type="ORG",
        aliases=("Brackwater",),
        mentions=2,
    )
    hull = Name(article="tiles", id="n2", name="Hull", type="PLACE", mentions=1, country="GB", geonames=2645425)
    export(dataset((FULL, RANGE), *articles("tiles"), brackwater, hull), tmp_path / "facts.jsonld")
    document = json.loads((tmp_path / "facts.jsonld").read_text())
    assert document["@context"] == "https://schema.org"
    about, article, company, place, full, changed = document["@graph"]
    assert (about["@type"], about["schemaVersion"]) == ("Dataset", f"{SCHEMA_KEY} {SCHEMA_VERSION}")
    assert (article["@type"], article["datePublished"], "url" in article) == ("NewsArticle", "2024-01-31", False)
    assert (company["@type"], company["alternateName"]) == ("Organization", ["Brackwater"])
    assert (place["address"]["addressCountry"], place["identifier"]["value"]) == ("GB", 2645425)
    assert full["@type"] == "Observation"
    assert full["observationAbout"] == {"@type": "Organization", "@id": company["@id"], "name": "Brackwater Tiles"}
    assert full["subjectOf"] == {"@id": article["@id"]}
    assert (full["value"], full["unitText"]) == (1_240_000_000, "GBP")
    assert (full["observationDate"], full["observationPeriod"]) == ("2023", "P1Y")
    assert full["valueReference"] == [{"@type": "QuantitativeValue", "value": 1_500_000_000, "unitText": "USD"}]
    variable = full["variableMeasured"]
    assert (variable["@type"], variable["name"], variable["statType"]) == ("StatisticalVariable", "sales", "level")
    assert {extra["name"]: extra["value"] for extra in full["additionalProperty"]} == {
        "source": "Ann Other",
        "confidence": 0.75,
        "start": 22,
        "end": 41,
    }
    assert (changed["minValue"], changed["maxValue"]) == (-6, -4)
    assert changed["variableMeasured"]["@id"] != variable["@id"]


@pytest.mark.parametrize(
    ("start", "end", "date", "length"),
    [
        ("2023-07-01", "2023-09-30", "2023-07-01", "P3M"),
        ("2023-02-01", "2023-02-28", "2023-02", "P1M"),
        ("2023-04-01", "2024-03-31", "2023-04-01", "P1Y"),
        ("2023-05-05", "2023-05-05", "2023-05-05", "P1D"),
        ("2020-01-01", "2024-12-31", "2020-01-01", "P5Y"),
        ("2023-05-05", None, "2023-05-05", None),
        (None, None, None, None),
    ],
)
def test_times_in_the_graph(
    dataset: Maker, tmp_path: Path, start: str | None, end: str | None, date: str | None, length: str | None
) -> None:
    export(dataset([fact(period={"text": "then", "start": start, "end": end})]), tmp_path / "facts.jsonld")
    node = json.loads((tmp_path / "facts.jsonld").read_text())["@graph"][-1]
    assert (node.get("observationDate"), node.get("observationPeriod")) == (date, length)


@pytest.mark.parametrize("ending", FORMATS)
def test_without_quotes_no_text_of_the_article_is_left(dataset: Maker, tmp_path: Path, ending: str) -> None:
    need_libraries(ending)
    same = {"start": 43, "end": 62, "text": f"{SECRET} 4", "value": 1, "unit": "USD"}
    told = fact(text=f"{SECRET} 1", sentence={"start": 5, "end": 77, "text": f"{SECRET} 2"}, equivalents=[same])
    others = (
        *articles("tiles"),
        Entity(article="tiles", start=0, end=9, text=f"{SECRET} 3", label="ORG"),
        Quantity(
            article="tiles",
            start=3,
            end=9,
            text=f"{SECRET} 5",
            value=3,
            unit="count",
            type="vague",
            noun=f"{SECRET} 6",
            reason="vague",
        ),
    )
    target = tmp_path / f"facts{ending}"
    export(dataset([told], *others), target, quotes=False)
    if ending == ".parquet":
        pq = pytest.importorskip("pyarrow.parquet")
        content = str(pq.read_table(target).to_pylist())
    elif ending in (".csv", ".jsonld"):
        content = target.read_text()
    else:
        content = str([query(target, f"SELECT * FROM {table}") for table in (*tables(), "levels", "meta")])
    assert SECRET not in content
    assert "22" in content
    assert "Brackwater Tiles" in content


@pytest.mark.parametrize("ending", FORMATS)
def test_only_our_own_exports_are_replaced(dataset: Maker, tmp_path: Path, ending: str) -> None:
    need_libraries(ending)
    folder, target = dataset(), tmp_path / f"mine{ending}"
    export(folder, target)
    export(folder, target, quotes=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", target.name]
    for foreign in (b"", b"somebody's notes, 2024\n", os.urandom(9000)):
        target.write_bytes(foreign)
        with pytest.raises(DatasetError, match="exists and was not exported by newsfacts"):
            export(folder, target)
        assert target.read_bytes() == foreign


def test_a_foreign_database_is_kept(dataset: Maker, tmp_path: Path) -> None:
    target = tmp_path / "mine.db"
    with closing(sqlite3.connect(target)) as mine:
        mine.executescript("CREATE TABLE meta (key, value); INSERT INTO meta VALUES ('version', '3')")
    before = target.read_bytes()
    with pytest.raises(DatasetError, match="was not exported by newsfacts"):
        export(dataset(), target)
    assert target.read_bytes() == before


def test_a_database_in_use_is_kept(dataset: Maker, tmp_path: Path) -> None:
    folder, target = dataset(), tmp_path / "facts.db"
    export(folder, target)
    with closing(sqlite3.connect(target)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("CREATE TABLE notes (note TEXT)")
        with pytest.raises(DatasetError, match=r"facts\.db: a program has it open, or left facts\.db-wal behind"):
            export(folder, target)


def test_what_cannot_be_a_target(dataset: Maker, tmp_path: Path) -> None:
    folder = dataset()
    with pytest.raises(DatasetError, match=r"facts\.xlsx: the ending must be one of \.csv, \.parquet, \.duckdb"):
        export(folder, tmp_path / "facts.xlsx")
    with pytest.raises(DatasetError, match=r"the folder .*nowhere does not exist"):
        export(folder, tmp_path / "nowhere" / "facts.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DatasetError, match="was not exported by newsfacts"):
        export(folder, tmp_path / "folder.csv")


def test_a_linked_target_is_written_where_it_leads(dataset: Maker, tmp_path: Path) -> None:
    folder = dataset()
    (tmp_path / "real").mkdir()
    export(folder, tmp_path / "real" / "facts.csv")
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real" / "facts.csv")
    export(dataset([FULL]), link)
    assert link.is_symlink()
    assert len(link.read_text().splitlines()) == 2


def test_what_is_wrong_with_a_dataset_is_said(dataset: Maker, tmp_path: Path) -> None:
    folder = dataset()
    line = FULL.model_dump(mode="json")

    def message(second: str | bytes | dict[str, Any], target: str = "out.csv") -> str:
        if isinstance(second, dict):
            second = json.dumps({**line, **second})
        second = second if isinstance(second, bytes) else second.encode()
        (folder / "facts.jsonl").write_bytes(FULL.model_dump_json().encode() + b"\n\n" + second + b"\n")
        with pytest.raises(DatasetError) as caught:
            export(folder, tmp_path / target)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["facts"]
        return str(caught.value).removeprefix(f"{folder / 'facts.jsonl'}, ")

    assert message('{"id": 1,}').startswith("line 3: no JSON: ")
    assert message(b"\xff") == "line 3: not UTF-8: byte 1"
    assert message({"kind": "amount"}) == "line 3, field kind: Input should be 'level', 'change' or 'share'"
    assert message({"period": {"text": "x", "start": "May"}}).startswith("line 3, field period.start: must be an ISO")
    assert message({"value": "much"}).startswith("line 3, field value: ")
    assert message({"mood": "glum"}).startswith("line 3, field mood: is not known")
    assert message({"value": 10**400}) == "line 3, field value: is too large to be exported"
    assert message({"kind": "amount"}, "out.sqlite") == message({"kind": "amount"})
    assert message({"start": 2**70, "end": 2**71}) == "line 3, field start: is too large to be exported"


def test_an_older_dataset_is_refused_or_exported(dataset: Maker, tmp_path: Path) -> None:
    folder = dataset()
    old = FULL.model_dump(mode="json", exclude={"confidence", "slot_confidence", "subject_type", "subject_id"})
    (folder / "facts.jsonl").write_text(json.dumps(old))
    (folder / "names.jsonl").unlink()
    (folder / "run.json").unlink()
    export(folder, tmp_path / "facts.csv")
    (folder / "old.jsonl").write_text(json.dumps(old))
    assert export(folder / "old.jsonl", tmp_path / "facts.csv") == {"facts": 1}
    with pytest.raises(DatasetError, match=r"facts: the folder has no names\.jsonl; newsfacts run writes it"):
        export(folder, tmp_path / "facts.db")
    with pytest.raises(DatasetError, match="name the folder that holds the facts"):
        export(folder / "facts.jsonl", tmp_path / "facts.db")
    with pytest.raises(DatasetError, match="nothing: no such file or folder"):
        export(tmp_path / "nothing", tmp_path / "facts.csv")


def test_a_dataset_that_a_run_replaces_meanwhile_is_refused(
    dataset: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = dataset()
    form = FORMATS[".csv"]

    def write(source: Any, path: Path) -> None:
        form.write(source, path)
        (folder / "new").write_text("")
        (folder / "new").replace(folder / "facts.jsonl")

    monkeypatch.setitem(FORMATS, ".csv", type(form)(write, form.is_ours, form.tables))
    with pytest.raises(DatasetError, match="changed while it was being exported"):
        export(folder, tmp_path / "facts.csv")
    assert not (tmp_path / "facts.csv").exists()


def test_a_missing_library_is_named(dataset: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(export_libraries, "import_module", missing)
    folder = dataset()
    for ending, name in ((".parquet", "pyarrow"), (".duckdb", "duckdb")):
        with pytest.raises(
            DatasetError, match=rf"{name}: not installed; install it with: pip install 'newsfacts\[export"
        ):
            export(folder, tmp_path / f"facts{ending}")
    export(folder, tmp_path / "facts.db")


@pytest.mark.parametrize("ending", FORMATS)
def test_a_full_disk_changes_nothing(dataset: Maker, tmp_path: Path, ending: str) -> None:
    resource = pytest.importorskip("resource")
    need_libraries(ending)
    folder, target = dataset(), tmp_path / f"facts{ending}"
    export(folder, target)
    before = target.read_bytes()
    dataset(fact(number) for number in range(500))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, resource.RLIM_INFINITY))

    failed = newsfacts_export(folder, target, preexec_fn=limit)
    assert (failed.returncode, "cannot be written" in failed.stderr) == (2, True), failed.stderr
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", target.name]


def test_what_a_run_writes_is_exported(nlp: Language, tmp_path: Path, database: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "tiles.txt").write_text(
        "Sales at Brackwater Tiles rose 7 percent to 1.24 billion pounds in 2023.\n"
    )
    counts = run([tmp_path / "in"], tmp_path / "out", nlp=nlp).counts
    exported = export(tmp_path / "out", database)
    assert exported == {table: getattr(counts, table) for table in tables()}
    assert query(database, "SELECT value_low, unit, text FROM levels") == [(1.24e9, "GBP", "1.24 billion pounds")]
    assert query(database, "SELECT growth_low, unit FROM growth") == [(7.0, "percent")]
    assert query(database, "SELECT name, type FROM names") == [("Brackwater Tiles", "ORG")]


def test_the_same_dataset_gives_the_same_bytes(dataset: Maker, tmp_path: Path) -> None:
    folder = dataset()
    for ending in (".csv", ".db", ".jsonld"):
        export(folder, tmp_path / f"a{ending}")
        export(folder, tmp_path / f"b{ending}")
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


@pytest.mark.parametrize("ending", [".csv", ".db", ".jsonld"])
def test_memory_does_not_grow_with_the_facts(dataset: Maker, tmp_path: Path, ending: str) -> None:
    folder = dataset()
    peaks = []
    for number in (300, 3000):
        (folder / "facts.jsonl").write_text((FULL.model_dump_json() + "\n") * number)
        tracemalloc.start()
        export(folder, tmp_path / f"facts{ending}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0] + 100_000


def test_the_command(dataset: Maker, tmp_path: Path) -> None:
    folder, target = dataset(), tmp_path / "facts.sqlite"
    done = newsfacts_export(folder, target, "--quotes", "none")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"2 facts: {target}\n", "")
    assert query(target, "SELECT DISTINCT text, sentence_text, sentence_start FROM facts") == [(None, None, 0)]
    (folder / "facts.jsonl").write_text('{"article": "tiles"}')
    failed = newsfacts_export(folder, target)
    assert failed.returncode == 2
    assert failed.stderr == f"Error: {folder / 'facts.jsonl'}, line 1, field id: Field required\n"
    assert newsfacts_export(folder, tmp_path / "facts.txt").returncode == 2
    assert newsfacts_export(folder).returncode == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_export_leaves_the_earlier_file_whole(dataset: Maker, tmp_path: Path, number: int) -> None:
    folder, target = dataset(), tmp_path / "facts.db"
    export(folder, target)
    before = target.read_bytes()
    with (folder / "facts.jsonl").open("w") as stream:
        stream.write((FULL.model_dump_json() + "\n") * 50_000)
    command = [sys.executable, "-c", "from newsfacts.cli import main; main()", "export", folder, target]
    with subprocess.Popen(command) as process:
        while not list(tmp_path.glob(".partial-*/facts.db")):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(number)
        process.wait(30)
    assert target.read_bytes() == before
    assert bool(list(tmp_path.glob(".partial-*"))) == (number == signal.SIGKILL)
    export(dataset(), target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", "facts.db"]  # what was left is cleared away
