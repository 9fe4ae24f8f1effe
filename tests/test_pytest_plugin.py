"""The fixture that pins the facts of users' own articles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

import newsfacts
from newsfacts.emit.build import facts_of  # noqa: F401 - imported here, not again in each inner run
from newsfacts.read import ArticleReader  # noqa: F401

pytest_plugins = ("pytester",)

SOURCES = Path(newsfacts.__file__).resolve().parents[1]

SALES = "Sales at Harbour Foods rose {} percent to 1.2 billion pounds in 2023, the company said."
PINS = """
    from pathlib import Path

    def test_sales(newsfacts_regression):
        newsfacts_regression.check(Path(__file__).with_name("sales.txt"))
"""


@pytest.fixture(autouse=True)
def model() -> None:
    newsfacts._loaded()


def outcome(result: pytest.RunResult) -> dict[str, int]:
    return {name: number for name, number in result.parseoutcomes().items() if name in ("passed", "failed", "errors")}


def test_a_change_fails_until_it_is_accepted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pins=PINS)
    article = Path(pytester.path, "sales.txt")
    pinned = Path(pytester.path, "test_pins", "test_sales.yml")

    article.write_text(SALES.format("7.5"))
    assert outcome(pytester.runpytest_inprocess()) == {"failed": 1}  # the first run writes the file, to be read
    facts = yaml.safe_load(pinned.read_text("utf-8"))["facts"]
    assert [(fact["quantity"], fact["value"], fact["unit"], fact["kind"]) for fact in facts] == [
        ("7.5 percent", 7.5, "percent", "change"),
        ("1.2 billion pounds", 1_200_000_000, "GBP", "level"),
    ]
    assert facts[0]["period"] == "2023 [2023-01-01..2023-12-31]"
    assert not {"confidence", "start", "end", "evidence"} & set(facts[0])
    assert outcome(pytester.runpytest_inprocess()) == {"passed": 1}

    before = pinned.read_bytes()
    article.write_text(SALES.format("8.5"))
    changed = pytester.runpytest_inprocess()
    assert outcome(changed) == {"failed": 1}
    changed.stdout.fnmatch_lines(["*-*quantity: 7.5 percent*", "*+*quantity: 8.5 percent*"])
    assert pinned.read_bytes() == before
    assert outcome(pytester.runpytest_inprocess("--force-regen")) == {"failed": 1}  # so that nobody misses it
    assert outcome(pytester.runpytest_inprocess()) == {"passed": 1}
    assert pinned.read_text("utf-8") == before.decode().replace("7.5", "8.5")


def test_texts_dates_and_names_of_files(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_pins="""
        def test_dated(newsfacts_regression):
            text = "Quay Bank said on Tuesday it had opened 40 branches last year."
            newsfacts_regression.check(text, "2024-05-16", basename="dated")
            newsfacts_regression.check(text, basename="undated")
    """
    )
    pytester.runpytest_inprocess("--regen-all")
    dated, undated = (
        yaml.safe_load(Path(pytester.path, "test_pins", f"{name}.yml").read_text("utf-8"))
        for name in ("dated", "undated")
    )
    assert (dated["published"], undated["published"]) == ("2024-05-16", None)
    assert dated["facts"][0]["period"] == "last year [2023-01-01..2023-12-31]"
    assert undated["facts"][0]["period"] == "last year"
    assert outcome(pytester.runpytest_inprocess()) == {"passed": 1}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.txt", None, "*ValueError: *gone.txt: *"),
        (
            "two.jsonl",
            '{"id": "a", "text": "Up 2%."}\n{"id": "b", "text": "Up 3%."}\n',
            "*must hold one article, holds 2",
        ),
        ("empty.txt", "", "*ValueError: empty.txt, field text: the text is empty"),
    ],
)
def test_what_is_not_one_article_is_said(pytester: pytest.Pytester, name: str, content: str | None, says: str) -> None:
    pytester.makepyfile(test_pins=PINS.replace("sales.txt", name))
    if content is not None:
        Path(pytester.path, name).write_text(content)
    result = pytester.runpytest_inprocess()
    result.stdout.fnmatch_lines([says])
    assert not Path(pytester.path, "test_pins", "test_sales.yml").exists()


def test_pytest_regressions_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_pins=PINS)
    result = pytester.runpytest_inprocess("-p", "no:regressions")
    assert outcome(result) == {"errors": 1}
    result.stdout.fnmatch_lines(["newsfacts_regression needs pytest-regressions: pip install 'newsfacts?pytest?'"])


def test_the_model_waits_and_is_loaded_once(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SOURCES), prepend=os.pathsep)
    pytester.makepyfile(
        """
        import sys

        def test_nothing_heavy_is_loaded_before():
            assert not {"spacy", "onnxruntime", "numpy", "pydantic", "click"} & set(sys.modules)

        def test_one(newsfacts_regression):
            newsfacts_regression.check("Quay Bank has 40 branches.")

        def test_two(newsfacts_regression):
            newsfacts_regression.check("Quay Bank has 41 branches.")

        def test_one_model():
            import newsfacts
            assert newsfacts._loaded.cache_info().misses == 1
    """
    )
    assert outcome(pytester.runpytest_subprocess("--regen-all")) == {"passed": 4}
